#pragma once
// The words of --help that are not options: they teach by example.

#include <string_view>

namespace ashlar::cli {

extern const std::string_view kIntroduction;
extern const std::string_view kExitCodes;

/// Examples of a command; empty for one that needs none.
std::string_view examples_of(std::string_view command);

}  // namespace ashlar::cli
