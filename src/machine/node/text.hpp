#pragma once
// Texts taken apart and put together. Pure.

#include <string>
#include <vector>

namespace ashlar::node {

/// The parts between the separators, empty ones too; of an empty text one.
std::vector<std::string> split(const std::string& text, char separator);

/// Without the white space before and behind it.
std::string trimmed(const std::string& text);

std::string joined(const std::vector<std::string>& parts, const char* separator = ", ");

}  // namespace ashlar::node
