#include "store/data_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "base/file.hpp"

namespace ashlar::store {
namespace {

[[noreturn]] void throw_system_error(const std::filesystem::path& path, std::string_view doing) {
  const Error error = file_error(doing, path, errno);
  throw Error(
      error.code(), error.message(),
      "the data directory must be on a writable disk and belong to the user that runs Ashlar");
}

void ensure_directory(const std::filesystem::path& path) {
  if (path.has_parent_path()) {
    std::error_code ignored;  // mkdir below says what is wrong
    std::filesystem::create_directories(path.parent_path(), ignored);
  }
  if (::mkdir(path.c_str(), 0700) == 0) return;
  if (errno != EEXIST) throw_system_error(path, "create data directory");
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) throw_system_error(path, "read data directory");
  // An existing directory keeps its mode: it may have been named by mistake.
  if ((status.st_mode & 0022) != 0)
    throw Error(ErrorCode::kForbidden,
                fmt::format("others may write into data directory {}", path.string()),
                fmt::format("chmod 700 {}", path.string()));
}

std::string read_holder(int lock) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(lock, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), size > 0 ? static_cast<size_t>(size) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "unknown" : pid;
}

}  // namespace

DataDirectory::DataDirectory(std::filesystem::path path) : path_(std::move(path)) {
  ensure_directory(path_);
  const std::filesystem::path file = path_ / "lock";
  // Close-on-exec: a program started by this one must not keep the lock after this one has died.
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) throw_system_error(file, "open");
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = read_holder(lock_);
    ::close(lock_);
    throw Error(ErrorCode::kConflict,
                fmt::format("data directory {} is in use by process {}", path_.string(), holder),
                "stop that process, or give this one a data directory of its own");
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock_, 0) != 0 || ::pwrite(lock_, pid.data(), pid.size(), 0) < 0) {
    ::close(lock_);
    throw_system_error(file, "write");
  }
}

// The file stays: removing it would let two processes lock two files of the same name.
DataDirectory::~DataDirectory() {
  ::close(lock_);
}

void ensure_private_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) throw_system_error(path, "open");
  const bool done = ::fchmod(file, 0600) == 0;
  ::close(file);
  if (!done) throw_system_error(path, "restrict access to");
}

}  // namespace ashlar::store
