#include "main/node_program.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/error.hpp"

namespace ashlar {
namespace {

std::vector<std::filesystem::path> candidates(const std::filesystem::path& given) {
  if (!given.empty()) return {given};
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return {here / "ashlar-node", here.parent_path() / "lib/ashlar/ashlar-node",
          here.parent_path().parent_path() / "ashlar-node"};  // the build tree
}

/// Also readable: it is copied to machines later, when nobody looks at this terminal any more.
bool is_program(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), R_OK) == 0;
}

}  // namespace

std::filesystem::path find_node_program(const std::filesystem::path& given) {
  std::vector<std::string> tried;
  for (const std::filesystem::path& path : candidates(given)) {
    if (is_program(path)) return path;
    tried.push_back(path.string());
  }
  throw Error(ErrorCode::kNotFound,
              fmt::format("the program ashlar-node is not at {}, or may not be read",
                          fmt::join(tried, ", nor at ")),
              "name it with --node-program");
}

}  // namespace ashlar
