#include "pocketcloud/boot_failure.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"
#include "pocketcloud/console_log.hpp"

namespace ashlar::pocketcloud {
namespace {

constexpr size_t kMostLine = 200;

/// It names a cause: what follows in a console are only its consequences.
bool tells_a_cause(const std::string& line) {
  static constexpr std::array<std::string_view, 8> kCauses = {"too many open files",
                                                              "no space left",
                                                              "cannot allocate",
                                                              "out of memory",
                                                              "resource temporarily unavailable",
                                                              "disk quota",
                                                              "permission denied",
                                                              "not permitted"};
  std::string lower = line;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(
      kCauses, [&](std::string_view cause) { return lower.find(cause) != lower.npos; });
}

/// What systemd-nspawn says of its own tidying up, after the end.
bool is_noise(const std::string& line) {
  return line.starts_with("Attempted to remove disk file system");
}

std::string what_happened(const UnexpectedEnd& end) {
  if (end.gave_up) return "its system gave up while it started";
  if (end.too_slow) return "its system did not start in time";
  const auto ended = fmt::format("systemd-nspawn ended with {}", end.exit_code);
  return end.was_up ? "its system ended unexpectedly, " + ended
                    : "its system did not start, " + ended;
}

}  // namespace

std::string telling_line(std::string_view console) {
  const std::string plain = plain_console(console);
  std::string last;
  std::string cause;
  for (size_t begin = 0; begin < plain.size();) {
    const auto end = std::min(plain.find('\n', begin), plain.size());
    const std::string line(trimmed(std::string_view(plain).substr(begin, end - begin)));
    if (!line.empty() && !is_noise(line)) last = line;
    if (tells_a_cause(line)) cause = line;
    begin = end + 1;
  }
  return (cause.empty() ? last : cause).substr(0, kMostLine);
}

std::string explain(const UnexpectedEnd& end) {
  std::string text = what_happened(end);
  if (const auto line = telling_line(end.console); !line.empty())
    text += fmt::format("; its console says: {}", line);
  if (!end.tight_limits.empty())
    text += fmt::format("; this host has no room for it: {}", fmt::join(end.tight_limits, ", "));
  return text;
}

}  // namespace ashlar::pocketcloud
