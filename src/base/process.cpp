#include "base/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/descriptor.hpp"

namespace ashlar {
namespace {

[[noreturn]] void fail(std::string_view what, int reason) {
  throw Error(ErrorCode::kInternal, fmt::format("{}: {}", what, std::strerror(reason)));
}

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("cannot make a pipe", errno);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// The input as an anonymous file rather than a pipe: a child that does not read it can then
/// neither block us nor raise SIGPIPE.
Descriptor input_file(std::string_view input) {
  if (input.empty()) return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Descriptor file(::memfd_create("input", MFD_CLOEXEC));
  if (!file.is_open()) fail("cannot hold a program's input", errno);
  while (!input.empty()) {
    const ssize_t written = ::write(file.get(), input.data(), input.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot hold a program's input", errno);
    input.remove_prefix(static_cast<size_t>(written));
  }
  if (::lseek(file.get(), 0, SEEK_SET) < 0) fail("cannot hold a program's input", errno);
  return file;
}

class SpawnSettings {
 public:
  explicit SpawnSettings(short flags) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    // The child gets default signals whatever this program blocks or ignores.
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(
        &attributes_, static_cast<short>(flags | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  void standard_streams(int input, int output, int errors) {
    ::posix_spawn_file_actions_adddup2(&actions_, input, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, 1);
    ::posix_spawn_file_actions_adddup2(&actions_, errors, 2);
    // Libraries open sockets without close-on-exec; none may leak into a long-lived child.
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
  }

  pid_t spawn(const std::vector<std::string>& argv) {
    std::vector<char*> arguments;
    arguments.reserve(argv.size() + 1);
    for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const int failed =
        ::posix_spawnp(&pid, arguments[0], &actions_, &attributes_, arguments.data(), environ);
    if (failed != 0) fail(fmt::format("cannot start '{}'", argv.front()), failed);
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

/// Reads what is there. False at the end of the stream.
bool drain(int fd, std::string& into, const ProcessRequest& request) {
  char buffer[16384];
  const ssize_t count = ::read(fd, buffer, sizeof buffer);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  if (count == 0) return false;
  const std::string_view piece(buffer, static_cast<size_t>(count));
  into +=
      piece.substr(0, request.most_output_bytes - std::min(request.most_output_bytes, into.size()));
  if (request.on_output) request.on_output(piece);
  return true;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 127;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

using SteadyTime = std::chrono::steady_clock::time_point;

int remaining_ms(SteadyTime deadline) {
  const auto left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<long>(left.count(), 0, 1'000'000'000));
}

/// Collects output until the child ends. A grandchild may keep the pipes open for ever, so it is
/// the child's end that counts, not the streams'. False when the deadline came first.
bool collect(int pidfd, Pipe& out, Pipe& err, const ProcessRequest& request,
             ProcessResult& result) {
  const auto deadline = std::chrono::steady_clock::now() + request.timeout;
  for (;;) {
    pollfd fds[] = {{pidfd, POLLIN, 0}, {out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}};
    const int ready = ::poll(fds, 3, remaining_ms(deadline));
    if (ready < 0 && errno != EINTR) fail("cannot wait for a program", errno);
    if (ready == 0) return false;
    if (fds[1].revents && !drain(out.read.get(), result.out, request)) out.read.close();
    if (fds[2].revents && !drain(err.read.get(), result.err, request)) err.read.close();
    const bool nothing_to_read = !fds[1].revents && !fds[2].revents;
    if (fds[0].revents && nothing_to_read) return true;
  }
}

std::string last_part(const std::string& text, size_t bytes = 2000) {
  std::string end = text.size() > bytes ? text.substr(text.size() - bytes) : text;
  while (!end.empty() && (end.back() == '\n' || end.back() == ' ')) end.pop_back();
  return end;
}

}  // namespace

ProcessResult run_process(const ProcessRequest& request) {
  Descriptor input = input_file(request.input);
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  SpawnSettings settings(POSIX_SPAWN_SETPGROUP);
  settings.standard_streams(input.get(), out.write.get(), err.write.get());
  const pid_t pid = settings.spawn(request.argv);
  out.write.close();
  err.write.close();

  const Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  ProcessResult result;
  result.timed_out = !collect(pidfd.get(), out, err, request, result);
  if (result.timed_out) ::kill(-pid, SIGKILL);
  result.exit_code = wait_for(pid);
  return result;
}

std::string run_checked(const ProcessRequest& request) {
  ProcessResult result = run_process(request);
  if (result.ok()) return std::move(result.out);
  const std::string why = result.timed_out
                              ? fmt::format("took longer than {}", to_human(request.timeout))
                              : fmt::format("ended with {}", result.exit_code);
  const std::string said = last_part(result.err.empty() ? result.out : result.err);
  throw Error(ErrorCode::kInternal, fmt::format("'{}' {}{}{}", fmt::join(request.argv, " "), why,
                                                said.empty() ? "" : ": ", said));
}

std::string run_checked(std::vector<std::string> argv, std::string input) {
  return run_checked(ProcessRequest{.argv = std::move(argv), .input = std::move(input)});
}

pid_t spawn_detached(const std::vector<std::string>& argv, const std::filesystem::path& log) {
  const Descriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Descriptor output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!output.is_open()) fail(fmt::format("cannot write {}", log.string()), errno);
  SpawnSettings settings(POSIX_SPAWN_SETSID);
  settings.standard_streams(null.get(), output.get(), output.get());
  return settings.spawn(argv);
}

}  // namespace ashlar
