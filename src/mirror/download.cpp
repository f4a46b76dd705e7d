#include "mirror/download.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <charconv>

#include "base/file.hpp"
#include "base/quantity.hpp"
#include "mirror/part_file.hpp"

namespace ashlar::mirror {
namespace {

constexpr Millis kConnectTimeout{15'000};
constexpr int kMostRedirects = 5;
constexpr long long kRoomIsLookedAtEach = 8LL << 20;
constexpr int kWhole = 200;
constexpr int kRest = 206;
constexpr int kNoSuchRest = 416;

std::optional<long long> number_in(std::string_view text) {
  long long number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::string header_of(const http::ClientResponse& head, const std::string& name) {
  const auto found = head.headers.find(name);
  return found == head.headers.end() ? std::string() : found->second;
}

class Download {
 public:
  Download(const DownloadRequest& request, http::Client& client, const MirrorOptions& options)
      : request_(request),
        client_(client),
        options_(options),
        what_(http::shown_url(request.source.url)),
        part_(request.part, request.wanted_still) {}

  void run() {
    // One that was whole when the process died is not asked for again.
    if (part_.bytes() > 0 && is_right()) return part_.sync();
    const bool goes_on = part_.bytes() > 0;
    fetch();
    if (!is_right() && goes_on) {  // the beginning may be that of another file
      part_.clear();
      fetch();
    }
    if (!is_right()) refuse();
    part_.sync();
  }

 private:
  bool is_right() const { return part_.sha512() == request_.source.sha512; }

  void fetch() {
    http::ClientRequest asked;
    asked.url = request_.source.url;
    asked.connect_timeout = kConnectTimeout;
    asked.timeout = options_.timeout;
    asked.stall_timeout = options_.stall_timeout;
    asked.most_redirects = kMostRedirects;
    asked.while_waiting = request_.wanted_still;
    asked.on_head = [this](const http::ClientResponse& head) { return begin(head); };
    if (part_.bytes() > 0) asked.headers["Range"] = fmt::format("bytes={}-", part_.bytes());
    const auto answer =
        client_.stream(asked, [this](std::string_view piece) { return take(piece); });
    if (!request_.wanted_still())
      throw Error(ErrorCode::kUnavailable, fmt::format("{}: fetching it was ended", what_),
                  "it goes on from there");
    // The rest of something that is shorter than what is here.
    if (answer.status == kNoSuchRest && part_.bytes() > 0) {
      part_.clear();
      return fetch();
    }
    check_status(answer.status);
  }

  /// What is appended must be the rest of what is here.
  bool begin(const http::ClientResponse& head) {
    check_status(head.status);
    const std::string range = header_of(head, "Content-Range");
    const bool is_the_rest =
        head.status == kRest && range.starts_with(fmt::format("bytes {}-", part_.bytes()));
    if (head.status == kRest && !is_the_rest)
      throw Error(ErrorCode::kTimeout,
                  fmt::format("{}: another part came than was asked for", what_));
    if (!is_the_rest) part_.clear();
    total_ = is_the_rest ? number_in(std::string_view(range).substr(range.find('/') + 1))
                         : number_in(header_of(head, "Content-Length"));
    check_size(total_.value_or(0));
    check_room(total_.value_or(0) - part_.bytes());
    tell();
    return true;
  }

  bool take(std::string_view piece) {
    check_size(part_.bytes() + static_cast<long long>(piece.size()));
    if (part_.bytes() >= looked_at_ + kRoomIsLookedAtEach) check_room(0);
    part_.append(piece);
    tell();
    return request_.wanted_still();
  }

  void tell() const { request_.tell({part_.bytes(), total_}); }

  void check_status(int status) const {
    if (status == kWhole || status == kRest) return;
    if (status == 404 || status == 410)
      throw Error(ErrorCode::kNotFound, fmt::format("{}: there is no such file", what_),
                  "check the address");
    const bool passes = status == 408 || status == 429 || status >= 500;
    throw Error(passes ? ErrorCode::kUnavailable : ErrorCode::kInvalidInput,
                fmt::format("{}: it answered {} {}", what_, status, http::reason_phrase(status)),
                passes ? "" : "check the address, and whether it may be read without signing in");
  }

  void check_size(long long bytes) {
    if (bytes <= options_.most_file_bytes) return;
    part_.clear();
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("{}: it is larger than {}, the most that is kept of one file", what_,
                            bytes_for_people(options_.most_file_bytes)),
                "check the address");
  }

  void check_room(long long more) {
    looked_at_ = part_.bytes();
    struct statvfs disk{};
    if (::statvfs(request_.part.parent_path().c_str(), &disk) != 0)
      throw file_error("look at the disk of", request_.part.parent_path(), errno);
    const auto free = static_cast<long long>(disk.f_bavail) * static_cast<long long>(disk.f_frsize);
    if (free - more >= options_.least_free_bytes) return;
    part_.clear();
    throw Error(ErrorCode::kUnavailable,
                fmt::format("{}: there is no room for it in {}: {} are free, of which {} stay free",
                            what_, request_.part.parent_path().string(), bytes_for_people(free),
                            bytes_for_people(options_.least_free_bytes)),
                "make room on the disk of the server's data");
  }

  [[noreturn]] void refuse() {
    const std::string found = part_.sha512();
    const long long bytes = part_.bytes();
    part_.clear();
    throw Error(ErrorCode::kUntrusted,
                fmt::format("{}: what came has another digest than was declared: its {} have "
                            "SHA-512 {}, declared is {}",
                            what_, bytes_for_people(bytes), found, request_.source.sha512),
                "compare both with what its publisher says");
  }

  const DownloadRequest& request_;
  http::Client& client_;
  const MirrorOptions& options_;
  const std::string what_;  // for messages
  PartFile part_;
  std::optional<long long> total_;
  long long looked_at_ = 0;  // how far it was when the room was looked at
};

}  // namespace

void download(const DownloadRequest& request, http::Client& client, const MirrorOptions& options) {
  Download(request, client, options).run();
}

}  // namespace ashlar::mirror
