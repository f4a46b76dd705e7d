#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "base/id.hpp"

namespace ashlar {
namespace {

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& path, int reason) {
  throw Error(ErrorCode::kInternal,
              fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(reason)));
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw Error(ErrorCode::kNotFound,
                fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content,
                           unsigned mode) {
  const std::filesystem::path beside = path.string() + "." + random_hex(4) + ".new";
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) fail("create", beside, errno);
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
    fail("write", path, reason);
  }
}

}  // namespace ashlar
