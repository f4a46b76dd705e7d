#pragma once
// Base64 with padding (RFC 4648, section 4).

#include <optional>
#include <string>

namespace ashlar::machine {

std::string to_base64(const std::string& bytes);

/// Nothing when `text` is anything else, also where only a character is too many.
std::optional<std::string> from_base64(const std::string& text);

}  // namespace ashlar::machine
