#include "pocketcloud/console_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "base/file.hpp"

namespace ashlar::pocketcloud {
namespace {

namespace fs = std::filesystem;

/// What was written before the file that is written now.
fs::path older(const fs::path& path) {
  return path.string() + ".older";
}

std::string content(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) ? read_file(path) : std::string();
}

/// The end of an escape sequence that begins at `at`: a control sequence (ESC [ ... letter), an
/// operating system command (ESC ] ... BEL or ESC \), or ESC and one more character.
size_t end_of_escape(std::string_view text, size_t at) {
  if (at + 1 >= text.size()) return text.size();
  const char kind = text[at + 1];
  size_t i = at + 2;
  if (kind == '[') {
    while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
    return std::min(i + 1, text.size());
  }
  if (kind != ']') return i;
  while (i < text.size() && text[i] != '\a' && text[i] != '\x1b') ++i;
  if (i < text.size() && text[i] == '\x1b') ++i;
  return std::min(i + 1, text.size());
}

}  // namespace

ConsoleLog::~ConsoleLog() {
  if (fd_ >= 0) ::close(fd_);
}

/// Opens the file, or puts a full one aside and begins anew.
bool ConsoleLog::ready() noexcept {
  if (fd_ >= 0 && size_ < kConsoleKept) return true;
  if (fd_ >= 0) {
    ::close(fd_);
    if (::rename(path_.c_str(), older(path_).c_str()) != 0) ::unlink(path_.c_str());
  }
  fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  struct stat status{};
  size_ = fd_ >= 0 && ::fstat(fd_, &status) == 0 ? static_cast<size_t>(status.st_size) : 0;
  return fd_ >= 0;
}

void ConsoleLog::append(std::string_view bytes) noexcept {
  while (!bytes.empty() && ready()) {
    const auto piece = bytes.substr(0, kConsoleKept - std::min(size_, kConsoleKept - 1));
    const ssize_t written = ::write(fd_, piece.data(), piece.size());
    if (written <= 0) return;
    size_ += static_cast<size_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

std::string last_console(const fs::path& path) {
  std::string all = content(older(path)) + content(path);
  if (all.size() > kConsoleKept) all.erase(0, all.size() - kConsoleKept);
  return all;
}

std::string plain_console(std::string_view output) {
  std::string plain;
  for (size_t i = 0; i < output.size();) {
    const char c = output[i];
    if (c == '\x1b') {
      i = end_of_escape(output, i);
      continue;
    }
    if (c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f')) plain += c;
    ++i;
  }
  return plain;
}

}  // namespace ashlar::pocketcloud
