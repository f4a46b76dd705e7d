#pragma once
// Golden files of this room, and where its tests' data stand.

#include <filesystem>
#include <string>

#include "base/golden.hpp"
#include "base/testing/paths.hpp"

namespace ashlar::redis {

inline std::filesystem::path room_path(const std::string& name) {
  return std::filesystem::path(source_folder()) / "src/kinds/redis" / name;
}

inline void expect_golden(const std::string& name, const std::string& actual) {
  ashlar::expect_golden("kinds/redis/golden/" + name, actual);
}

}  // namespace ashlar::redis
