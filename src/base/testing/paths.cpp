#include "base/testing/paths.hpp"

namespace ashlar {

const std::string& source_folder() {
  static const std::string folder = ASHLAR_SOURCE_DIR;
  return folder;
}

const std::string& built_node_program() {
  static const std::string program = ASHLAR_NODE_PROGRAM;
  return program;
}

}  // namespace ashlar
