#pragma once

#include <string_view>

namespace ashlar {

/// The same as the project's version in CMakeLists.txt (a test of cli compares them).
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace ashlar
