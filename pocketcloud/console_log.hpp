#pragma once
// The last output of a droplet's console: bounded, whatever a machine writes.

#include <filesystem>
#include <string>
#include <string_view>

namespace ashlar::pocketcloud {

/// At least this much of the end is kept, and less than twice as much.
inline constexpr size_t kConsoleKept = 64 << 10;

/// One writer a file. What was written survives the writer.
class ConsoleLog {
 public:
  explicit ConsoleLog(std::filesystem::path path) : path_(std::move(path)) {}
  ~ConsoleLog();
  ConsoleLog(const ConsoleLog&) = delete;
  ConsoleLog& operator=(const ConsoleLog&) = delete;

  /// Never throws: a full disk of the host costs output, not the machine.
  void append(std::string_view bytes) noexcept;

 private:
  bool ready() noexcept;

  std::filesystem::path path_;
  int fd_ = -1;
  size_t size_ = 0;
};

/// The last kConsoleKept bytes; empty when nothing was written.
std::string last_console(const std::filesystem::path& path);

/// What is left of console output for people: no escape sequences, no control characters but the
/// ends of lines.
std::string plain_console(std::string_view output);

}  // namespace ashlar::pocketcloud
