#include "machine/node/receive.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <vector>

#include "base/descriptor.hpp"
#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/system_files.hpp"
#include "machine/node/text.hpp"

namespace ashlar::node {
namespace {

constexpr int64_t kMostBytes = int64_t{1} << 40;
constexpr size_t kDigits = 128;
constexpr size_t kPieceBytes = 256 << 10;
constexpr int kMostSilenceMs = 20'000;
constexpr int kDigestTimeoutMs = 600'000;

bool has_digest(const std::string& path, const std::string& sha512) {
  const ProcessResult said =
      run_process({.argv = {"sha512sum", "--", path}, .timeout_ms = kDigestTimeoutMs});
  if (!said.succeeded()) throw Failure("sha512sum " + path + ": " + said.complaint());
  return said.out.starts_with(sha512);
}

bool is_in_place(const WantedFile& wanted) {
  struct stat status{};
  return ::lstat(wanted.path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         status.st_size == wanted.bytes && has_digest(wanted.path, wanted.sha512);
}

/// False when nothing comes for so long that the sender must be gone: its machine may have died
/// without a word, and what is held for it would keep the next sender out.
bool comes_more(int input) {
  pollfd waited{input, POLLIN, 0};
  return ::poll(&waited, 1, kMostSilenceMs) > 0;
}

/// The part of a file that is not whole yet, and nobody else's as long as it is open.
class Part {
 public:
  explicit Part(const WantedFile& wanted)
      : wanted_(wanted),
        path_(wanted.path + ".part"),
        file_(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (!file_.is_open()) throw system_failure("open " + path_);
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0)
      throw AlreadyReceiving(path_ + " is being received already");
    const struct stat status = own_status();
    bytes_ = status.st_size;
    if (bytes_ > wanted.bytes) clear();
  }

  int64_t bytes() const { return bytes_; }
  bool is_complete() const { return bytes_ == wanted_.bytes; }

  void append_from(int input) {
    std::vector<char> piece(kPieceBytes);
    while (!is_complete() && comes_more(input)) {
      const auto most = std::min<int64_t>(wanted_.bytes - bytes_, kPieceBytes);
      const ssize_t count = ::read(input, piece.data(), static_cast<size_t>(most));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return;
      append({piece.data(), static_cast<size_t>(count)});
    }
  }

  void put_in_place() {
    if (::fsync(file_.get()) != 0) throw system_failure("sync " + path_);
    if (!has_digest(path_, wanted_.sha512)) {
      clear();
      throw Failure("what came for " + wanted_.path +
                    " has another SHA-512 than it must have; it is dropped");
    }
    if (::rename(path_.c_str(), wanted_.path.c_str()) != 0) throw system_failure("rename " + path_);
    sync_directory(parent_of(path_));
  }

 private:
  /// Whoever had it before may have put it in place between our opening and our turn.
  struct stat own_status() const {
    struct stat ours{};
    struct stat named{};
    if (::fstat(file_.get(), &ours) != 0) throw system_failure("look at " + path_);
    if (::lstat(path_.c_str(), &named) != 0 || named.st_ino != ours.st_ino)
      throw AlreadyReceiving(path_ + " was received just now");
    return ours;
  }

  void append(std::string_view piece) {
    while (!piece.empty()) {
      const ssize_t count = ::write(file_.get(), piece.data(), piece.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        const Failure failure = system_failure("write " + path_);
        ::unlink(path_.c_str());
        throw failure;
      }
      piece.remove_prefix(static_cast<size_t>(count));
      bytes_ += count;
    }
  }

  void clear() {
    if (::ftruncate(file_.get(), 0) != 0) throw system_failure("empty " + path_);
    bytes_ = 0;
  }

  const WantedFile& wanted_;
  const std::string path_;
  Descriptor file_;
  int64_t bytes_ = 0;
};

}  // namespace

WantedFile wanted_file(const Json& header) {
  Fields fields(header);
  WantedFile wanted{.path = fields.path("path"),
                    .bytes = fields.integer("bytes", 1, kMostBytes),
                    .sha512 = fields.word("sha512"),
                    .offset = std::nullopt};
  if (fields.has("offset")) wanted.offset = fields.integer("offset", 0, kMostBytes);
  if (wanted.sha512.size() != kDigits ||
      wanted.sha512.find_first_not_of("0123456789abcdef") != std::string::npos)
    fields.fault("sha512", "must be 128 digits of 0-9 and a-f");
  if (const auto faults = fields.faults(); !faults.empty()) throw Failure(joined(faults, "; "));
  return wanted;
}

Receipt receive(const WantedFile& wanted, int input) {
  if (is_in_place(wanted)) return {wanted.bytes, true};
  make_directories(parent_of(wanted.path));
  Part part(wanted);
  if (wanted.offset == part.bytes()) part.append_from(input);
  if (part.is_complete()) part.put_in_place();
  return {part.bytes(), part.is_complete()};
}

}  // namespace ashlar::node
