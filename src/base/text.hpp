#pragma once
// What a text is made of: UTF-8, characters, controls. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ashlar {

/// Whole UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);

/// Code points, as JSON Schema counts lengths. Of what is not UTF-8: its bytes that begin one.
size_t count_characters(std::string_view text);

/// The first control character (U+0000 to U+001F, U+007F to U+009F); nothing when there is none.
std::optional<char32_t> control_character_in(std::string_view text);

/// Without the blanks (space, tab, carriage return) before and behind it; a view into `text`.
std::string_view trimmed(std::string_view text);

/// For one part of a URL: every byte but the unreserved ones of RFC 3986 is escaped.
std::string percent_encode(std::string_view text);

}  // namespace ashlar
