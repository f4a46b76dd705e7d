#include "mirror/part_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/file.hpp"

namespace ashlar::mirror {

PartFile::PartFile(std::filesystem::path path, const std::function<bool()>& wanted_still)
    : path_(std::move(path)),
      file_(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (!file_.is_open()) throw file_error("open", path_, errno);
  read_what_is_there(wanted_still);
}

void PartFile::read_what_is_there(const std::function<bool()>& wanted_still) {
  std::vector<char> piece(1u << 20);
  while (true) {
    const ssize_t count = ::read(file_.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw file_error("read", path_, errno);
    if (count == 0) return;
    digest_.add({piece.data(), static_cast<size_t>(count)});
    bytes_ += count;
    if (!wanted_still())
      throw Error(ErrorCode::kUnavailable, fmt::format("{} is not needed now", path_.string()));
  }
}

void PartFile::append(std::string_view piece) {
  digest_.add(piece);
  while (!piece.empty()) {
    const ssize_t count = ::write(file_.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const Error error = file_error("write", path_, errno);
      clear();
      throw error;
    }
    piece.remove_prefix(static_cast<size_t>(count));
    bytes_ += count;
  }
}

void PartFile::clear() {
  if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) != 0)
    throw file_error("empty", path_, errno);
  digest_ = Sha512();
  bytes_ = 0;
}

void PartFile::sync() const {
  if (::fsync(file_.get()) != 0) throw file_error("sync", path_, errno);
}

}  // namespace ashlar::mirror
