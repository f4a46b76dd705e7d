#include "base/program_output.hpp"

#include "base/text.hpp"

namespace ashlar {
namespace {

/// The bytes of the escape sequence that begins `text`, as ECMA-48 has them; 1 when it is cut off.
size_t length_of_escape(std::string_view text) {
  if (text.size() < 2) return 1;
  const auto ends_at = [&](auto&& is_last) {
    for (size_t i = 2; i < text.size() && text[i] != '\n'; ++i)
      if (is_last(text[i])) return i + 1;
    return size_t{1};
  };
  if (text[1] == '[') return ends_at([](char c) { return c >= '@' && c <= '~'; });
  if (text[1] == ']') return ends_at([](char c) { return c == '\a' || c == '\\'; });
  return 2;
}

}  // namespace

std::string plain_lines(std::string_view said) {
  std::string plain;
  plain.reserve(said.size());
  for (size_t i = 0; i < said.size(); ++i) {
    const std::string_view rest = said.substr(i);
    const auto byte = static_cast<unsigned char>(said[i]);
    const bool high = byte == 0xC2 && control_character_in(rest.substr(0, 2)).has_value();
    if (byte == 0x1B)
      i += length_of_escape(rest) - 1;
    else if (high)
      ++i;
    else if (byte == '\r')  // what a terminal would write over is a line of its own
      plain += rest.starts_with("\r\n") ? "" : "\n";
    else if ((byte >= 0x20 && byte != 0x7F) || byte == '\n' || byte == '\t')
      plain += said[i];
  }
  return plain;
}

}  // namespace ashlar
