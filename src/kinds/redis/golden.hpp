#pragma once
// Golden files: what a pure function answered, in the repository, to be reviewed as a change of
// text.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file.hpp"

namespace ashlar::redis {

inline bool regenerating_golden() {
  return std::getenv("ASHLAR_REGENERATE_GOLDEN") != nullptr;
}

inline std::filesystem::path room_path(const std::string& name) {
  return std::filesystem::path(ASHLAR_SOURCE_DIR) / "src/kinds/redis" / name;
}

/// Compares with golden/`name`, or rewrites it and marks the test as skipped: a run that makes its
/// own expectations proves nothing.
inline void expect_golden(const std::string& name, const std::string& actual) {
  const auto path = room_path("golden/" + name);
  if (regenerating_golden()) {
    write_file_atomically(path, actual);
    GTEST_SKIP() << "regenerated " << path;
  }
  EXPECT_EQ(read_file(path), actual) << path << ": run with ASHLAR_REGENERATE_GOLDEN=1 and review";
}

}  // namespace ashlar::redis
