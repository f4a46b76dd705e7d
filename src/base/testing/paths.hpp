#pragma once
// Where tests find what was built and what stands in the repository. The paths are compiled into
// one small file, so that the tests themselves compile to the same in every clone and share one
// cache.

#include <string>

namespace ashlar {

/// The root of the repository.
const std::string& source_folder();

/// The program `ashlar-node` of this build; what uses it must depend on that target.
const std::string& built_node_program();

}  // namespace ashlar
