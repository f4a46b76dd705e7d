#pragma once
// Structured enough for people and machines: one line an entry, on standard error, always redacted.

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace ashlar::log {

enum class Level { kDebug, kInfo, kWarning, kError };

void set_level(Level level);
/// Thread-safe. The text passes through redact() before it is written.
void write(Level level, std::string_view text);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kDebug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kWarning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace ashlar::log
