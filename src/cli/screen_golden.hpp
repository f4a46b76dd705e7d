#pragma once
// Golden files of what a terminal shows, for tests.

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "base/golden.hpp"
#include "cli/text.hpp"

namespace ashlar::cli {

/// A golden file, and no line of it is wider than 80 columns.
inline void expect_shape(const std::string& name, const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 80u) << line;
  expect_golden("cli/golden/" + name + ".txt", text);
}

}  // namespace ashlar::cli
