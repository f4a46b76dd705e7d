#pragma once
// The forms that texts of a spec must have.

#include <string>
#include <string_view>

namespace ashlar::redis {

/// Lower-case letters, digits and hyphens; begins with a letter, ends with a letter or digit.
bool is_label(std::string_view text, size_t least, size_t most);

/// Letters, digits and the characters of `punctuation` only.
bool is_word(std::string_view text, std::string_view punctuation);

/// An IPv4 or IPv6 network in CIDR form whose host bits are zero; else why not.
std::string cidr_fault(const std::string& text);

}  // namespace ashlar::redis
