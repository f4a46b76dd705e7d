#pragma once
// What programs say, on its way to people.

#include <cstddef>
#include <string>
#include <string_view>

namespace ashlar {

/// As lines of text: without the escape sequences and control characters that move a terminal's
/// cursor or colour what follows.
std::string plain_lines(std::string_view said);

/// How many bytes of a text that goes on later may be shown now: what comes after them may be the
/// beginning of a registered secret, which redact() knows only when it has all of it. Thread-safe.
size_t showable(std::string_view text);

}  // namespace ashlar
