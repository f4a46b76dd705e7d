#pragma once
// Golden files, for tests: what a pure function answered, in the repository, to be reviewed as a
// change of text.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file.hpp"
#include "base/testing/paths.hpp"

namespace ashlar {

inline bool regenerating_golden() {
  return std::getenv("ASHLAR_REGENERATE_GOLDEN") != nullptr;
}

/// Compares with the file `path` below src/, or rewrites it and marks the test as skipped: a run
/// that makes its own expectations proves nothing.
inline void expect_golden(const std::string& path, const std::string& actual) {
  const auto file = std::filesystem::path(source_folder()) / "src" / path;
  if (regenerating_golden()) {
    std::filesystem::create_directories(file.parent_path());
    write_file_atomically(file, actual);
    GTEST_SKIP() << "regenerated " << file;
  }
  EXPECT_EQ(read_file(file), actual) << file << ": run with ASHLAR_REGENERATE_GOLDEN=1 and review";
}

}  // namespace ashlar
