#include "machine/node/job_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/descriptor.hpp"
#include "machine/node/system_files.hpp"

namespace ashlar::node {
namespace {

constexpr const char* kJobs = "/run/ashlar/jobs";
constexpr const char* kLogs = "/var/log/ashlar";
constexpr off_t kMostTailBytes = 65'536;
constexpr Ownership kPrivate{.user = 0, .group = 0, .mode = 0600};

std::string answer_path(const std::string& job) {
  return std::string(kJobs) + "/" + job + ".answer";
}

/// `count` bytes from `offset` on, as far as the file goes; its size in `size`.
std::string read_part(const std::string& path, off_t offset, off_t count, off_t& size) {
  size = 0;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status{};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return {};
  size = status.st_size;
  // A negative offset counts from the end.
  if (offset < 0) offset = std::max<off_t>(size + offset, 0);
  std::string text(static_cast<size_t>(std::clamp<off_t>(size - offset, 0, count)), '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), offset);
  text.resize(got < 0 ? 0 : static_cast<size_t>(got));
  return text;
}

/// How many bytes at the end begin a character that is not whole.
size_t unfinished_bytes(const std::string& text) {
  for (size_t back = 1; back <= std::min<size_t>(text.size(), 3); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;  // goes on from an earlier one
    const size_t whole = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return whole > back ? back : 0;
  }
  return 0;
}

/// Up to the end of the last whole line; of a line that fills it all, its whole characters.
void cut_to_lines(std::string& text, size_t most) {
  if (const size_t end = text.rfind('\n'); end != std::string::npos)
    text.resize(end + 1);
  else if (text.size() < most)
    text.clear();
  else
    text.resize(text.size() - unfinished_bytes(text));
}

}  // namespace

std::string input_path(const std::string& job) {
  return std::string(kJobs) + "/" + job + ".input";
}

std::string log_path(const std::string& job) {
  return std::string(kLogs) + "/job-" + job + ".log";
}

void keep_input(const std::string& job, const std::string& input) {
  make_directories(kJobs);
  replace_file(input_path(job), input, kPrivate);
}

void drop_input(const std::string& job) {
  ::unlink(input_path(job).c_str());
}

void begin_log(const std::string& job) {
  make_directories(kLogs);
  replace_file(log_path(job), "", kPrivate);
}

std::string log_tail(const std::string& job, int lines) {
  off_t size = 0;
  const std::string text = read_part(log_path(job), -kMostTailBytes, kMostTailBytes, size);
  size_t begin = text.size() - (text.ends_with('\n') ? 1 : 0);
  for (; begin > 0; --begin)
    if (text[begin - 1] == '\n' && --lines == 0) break;
  return text.substr(begin);
}

LogPiece log_from(const std::string& job, int64_t offset, int64_t most, bool ended) {
  off_t size = 0;
  LogPiece piece{.text = read_part(log_path(job), offset, most, size)};
  const bool is_full = std::ssize(piece.text) == most;
  const auto end = [&] { return offset + static_cast<int64_t>(piece.text.size()); };
  if (!ended || end() < size) cut_to_lines(piece.text, static_cast<size_t>(most));
  piece.next = end();
  piece.more = is_full && piece.next < size;
  piece.size = size;
  return piece;
}

void keep_answer(const std::string& job, const std::string& answer) {
  make_directories(kJobs);
  replace_file(answer_path(job), answer, kPrivate);
}

Json answer_of_job(const std::string& job) {
  const auto text = read_whole(answer_path(job));
  Json answer = text ? Json::parse(*text, nullptr, false) : Json(nullptr);
  return answer.is_discarded() ? Json(nullptr) : answer;
}

bool has_files(const std::string& job) {
  const auto is_there = [](const std::string& path) { return ::access(path.c_str(), F_OK) == 0; };
  return is_there(input_path(job)) || is_there(log_path(job)) || is_there(answer_path(job));
}

void remove_files(const std::string& job) {
  for (const std::string& path : {input_path(job), log_path(job), answer_path(job)})
    ::unlink(path.c_str());
}

}  // namespace ashlar::node
