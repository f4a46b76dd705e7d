#include "machine/node/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/descriptor.hpp"
#include "machine/node/operation.hpp"
#include "machine/node/pipe.hpp"

namespace ashlar::node {
namespace {

constexpr int kGraceMs = 2'000;    // between SIGTERM and SIGKILL
constexpr int kAfterExitMs = 100;  // for output still on its way when the program has ended
constexpr int kCannotExecute = 127;

/// Keeps the first and the last half of a stream of any length.
class BoundedText {
 public:
  explicit BoundedText(size_t most) : half_(most / 2) {}

  void append(const char* bytes, size_t count) {
    const size_t to_head = std::min(count, half_ - head_.size());
    head_.append(bytes, to_head);
    tail_.append(bytes + to_head, count - to_head);
    if (tail_.size() > 2 * half_ + 4096) drop(tail_.size() - half_);
  }

  std::string text() {
    if (tail_.size() > half_) drop(tail_.size() - half_);
    if (dropped_ == 0) return head_ + tail_;
    return head_ + "\n[... " + std::to_string(dropped_) + " bytes left out ...]\n" + tail_;
  }

 private:
  void drop(size_t count) {
    tail_.erase(0, count);
    dropped_ += count;
  }

  size_t half_;
  std::string head_;
  std::string tail_;
  size_t dropped_ = 0;
};

void make_nonblocking(const Descriptor& descriptor) {
  ::fcntl(descriptor.get(), F_SETFL, ::fcntl(descriptor.get(), F_GETFL) | O_NONBLOCK);
}

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& s : strings) pointers.push_back(const_cast<char*>(s.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_of(const ProcessRequest& request) {
  std::vector<std::string> all = {
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
      "LC_ALL=C.UTF-8"};
  all.insert(all.end(), request.environment.begin(), request.environment.end());
  return all;
}

/// One run of a program: its pipes and process, and the loop that serves them.
class Run {
 public:
  explicit Run(const ProcessRequest& request)
      : request_(request), out_text_(request.most_output), err_text_(request.most_output) {
    start();
  }

  ProcessResult finish() {
    const int64_t deadline = monotonic_ms() + request_.timeout_ms;
    while (!has_ended() && monotonic_ms() < deadline) serve(deadline - monotonic_ms());
    if (!has_ended()) end_group();
    const int64_t enough = monotonic_ms() + kAfterExitMs;
    while ((out_.is_open() || err_.is_open()) && monotonic_ms() < enough)
      serve(enough - monotonic_ms());
    result_.out = out_text_.text();
    result_.err = err_text_.text();
    return std::move(result_);
  }

 private:
  void start() {
    Pipe in = make_pipe(), out = make_pipe(), err = make_pipe(), failed = make_pipe();
    // Everything that allocates happens before the fork.
    const std::vector<std::string> environment = environment_of(request_);
    const std::vector<char*> argv = c_strings(request_.argv);
    const std::vector<char*> envp = c_strings(environment);
    pid_ = ::fork();
    if (pid_ < 0) throw system_failure("start " + request_.argv[0]);
    if (pid_ == 0) become(argv, envp, in, out, err, failed);
    // Both sides do it: whoever comes second finds it done.
    ::setpgid(pid_, pid_);
    failed.write_end.close();
    int reason = 0;
    if (::read(failed.read_end.get(), &reason, sizeof reason) == sizeof reason) {
      ::waitpid(pid_, nullptr, 0);
      throw Failure("cannot run " + request_.argv[0] + ": " + std::strerror(reason));
    }
    in_ = std::move(in.write_end);
    out_ = std::move(out.read_end);
    err_ = std::move(err.read_end);
    for (const Descriptor* end : {&in_, &out_, &err_}) make_nonblocking(*end);
    if (request_.input.empty()) in_.close();
    ended_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!ended_.is_open()) throw system_failure("watch " + request_.argv[0]);
  }

  [[noreturn]] static void become(const std::vector<char*>& argv, const std::vector<char*>& envp,
                                  Pipe& in, Pipe& out, Pipe& err, Pipe& failed) {
    ::setpgid(0, 0);
    ::signal(SIGPIPE, SIG_DFL);
    ::dup2(in.read_end.get(), 0);
    ::dup2(out.write_end.get(), 1);
    ::dup2(err.write_end.get(), 2);
    ::execvpe(argv[0], argv.data(), envp.data());
    const int reason = errno;
    [[maybe_unused]] const ssize_t told = ::write(failed.write_end.get(), &reason, sizeof reason);
    ::_exit(kCannotExecute);
  }

  bool has_ended() {
    if (reaped_) return true;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
    reaped_ = true;
    result_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
  }

  /// Waits at most `most_ms` for anything to happen, and moves bytes both ways.
  void serve(int64_t most_ms) {
    pollfd watched[] = {{out_.get(), POLLIN, 0},
                        {err_.get(), POLLIN, 0},
                        {in_.get(), POLLOUT, 0},
                        {reaped_ ? -1 : ended_.get(), POLLIN, 0}};
    if (::poll(watched, 4, static_cast<int>(std::min<int64_t>(most_ms + 1, 60'000))) <= 0) return;
    if (watched[0].revents != 0) read_some(out_, out_text_);
    if (watched[1].revents != 0) read_some(err_, err_text_);
    if (watched[2].revents != 0) write_some();
  }

  void read_some(Descriptor& from, BoundedText& into) const {
    char buffer[65'536];
    const ssize_t count = ::read(from.get(), buffer, sizeof buffer);
    if (count > 0) into.append(buffer, static_cast<size_t>(count));
    if (count > 0 && request_.copy_to >= 0)
      write_to(request_.copy_to, {buffer, static_cast<size_t>(count)});
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) from.close();
  }

  void write_some() {
    const ssize_t count =
        ::write(in_.get(), request_.input.data() + written_, request_.input.size() - written_);
    if (count > 0) written_ += static_cast<size_t>(count);
    // A program may close its input without reading it: that is its own business.
    if (written_ == request_.input.size() || (count < 0 && errno != EAGAIN && errno != EINTR))
      in_.close();
  }

  void end_group() {
    result_.timed_out = true;
    ::kill(-pid_, SIGTERM);
    const int64_t enough = monotonic_ms() + kGraceMs;
    while (!has_ended() && monotonic_ms() < enough) serve(enough - monotonic_ms());
    // Also when the leader has gone: its children may have ignored the first signal.
    ::kill(-pid_, SIGKILL);
    while (!has_ended()) serve(kAfterExitMs);
  }

  const ProcessRequest& request_;
  ProcessResult result_;
  pid_t pid_ = -1;
  bool reaped_ = false;
  Descriptor in_, out_, err_, ended_;
  size_t written_ = 0;
  BoundedText out_text_, err_text_;
};

std::string last_lines(const std::string& text, size_t most_bytes) {
  const size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return {};
  const std::string trimmed = text.substr(0, end + 1);
  return trimmed.size() <= most_bytes ? trimmed
                                      : "..." + trimmed.substr(trimmed.size() - most_bytes);
}

}  // namespace

ProcessResult run_process(const ProcessRequest& request) {
  return Run(request).finish();
}

std::string ProcessResult::complaint() const {
  const std::string said = last_lines(err.empty() ? out : err, 800);
  const std::string how = timed_out         ? "timed out and was ended"
                          : exit_code > 128 ? "ended by signal " + std::to_string(exit_code - 128)
                                            : "exit code " + std::to_string(exit_code);
  return said.empty() ? how : how + ": " + said;
}

void write_to(int descriptor, std::string_view text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(descriptor, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return;
    done += static_cast<size_t>(count);
  }
}

int64_t monotonic_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace ashlar::node
