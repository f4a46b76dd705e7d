#pragma once
// The forms that texts of a spec must have.

#include <string>
#include <string_view>

namespace ashlar {

/// Lower-case letters, digits and hyphens; begins with a letter, ends with a letter or digit.
bool is_label(std::string_view text, size_t least, size_t most);

/// Labels of lower-case letters, digits and inner hyphens with dots between, `most` characters.
bool is_domain(std::string_view text, size_t most);

/// Letters, digits and the characters of `punctuation` only.
bool is_word(std::string_view text, std::string_view punctuation);

/// Whether a text is made as a network in CIDR form is, which is what the API's schema can say.
bool looks_like_cidr(std::string_view text);

/// Empty for an IPv4 or IPv6 network in CIDR form whose host bits are zero; else why it is none.
std::string cidr_fault(const std::string& text);

/// Whether a network in CIDR form is so large that it stands for everyone.
bool is_the_world(std::string_view network);

}  // namespace ashlar
