#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/descriptor.hpp"
#include "base/id.hpp"

namespace ashlar {
namespace {

ErrorCode code_of(int reason) {
  switch (reason) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case ENOSPC:
    case EDQUOT:
    case EIO:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ETXTBSY:
    case EBUSY:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kInvalidInput;
  }
}

std::string read_descriptor(int descriptor, const std::filesystem::path& name, size_t most_bytes) {
  std::string content;
  std::array<char, 64u << 10> piece{};
  while (true) {
    const ssize_t size = ::read(descriptor, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) throw file_error("read", name, errno);
    if (size == 0) return content;
    content.append(piece.data(), static_cast<size_t>(size));
    if (content.size() > most_bytes)
      throw Error(ErrorCode::kInvalidInput,
                  fmt::format("cannot read {}: it has more than {} bytes, the most that are taken",
                              name.string(), most_bytes));
  }
}

}  // namespace

Error file_error(std::string_view what, const std::filesystem::path& path, int reason) {
  return {code_of(reason),
          fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(reason))};
}

Error error_from(const std::exception& caught) {
  if (const auto* error = dynamic_cast<const Error*>(&caught)) return *error;
  if (const auto* error = dynamic_cast<const std::filesystem::filesystem_error*>(&caught))
    return file_error("use", error->path1(), error->code().value());
  return {ErrorCode::kInternal, caught.what(), "this is a fault of Ashlar itself"};
}

std::string read_file(const std::filesystem::path& path, size_t most_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) throw file_error("read", path, errno);
  return read_descriptor(file.get(), path, most_bytes);
}

std::string read_standard_input(size_t most_bytes) {
  return read_descriptor(STDIN_FILENO, "standard input", most_bytes);
}

bool path_exists(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content,
                           unsigned mode) {
  const std::filesystem::path beside = path.string() + "." + random_hex(4) + ".new";
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) throw file_error("create", beside, errno);
  std::string_view rest = content;
  int reason = 0;
  while (!rest.empty() && reason == 0) {
    const ssize_t written = ::write(fd, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) reason = errno;
    if (written > 0) rest.remove_prefix(static_cast<size_t>(written));
  }
  // open() honours the umask; the mode asked for is the mode wanted.
  if (reason == 0 && ::fchmod(fd, mode) != 0) reason = errno;
  if (reason == 0 && ::fsync(fd) != 0) reason = errno;
  ::close(fd);
  if (reason == 0 && ::rename(beside.c_str(), path.c_str()) != 0) reason = errno;
  if (reason != 0) {
    ::unlink(beside.c_str());
    throw file_error("write", path, reason);
  }
}

}  // namespace ashlar
