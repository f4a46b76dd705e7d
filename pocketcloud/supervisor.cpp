#include "pocketcloud/supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/process.hpp"
#include "pocketcloud/boot_failure.hpp"
#include "pocketcloud/cgroup.hpp"
#include "pocketcloud/console_log.hpp"
#include "pocketcloud/droplet_disk.hpp"
#include "pocketcloud/droplet_files.hpp"
#include "pocketcloud/host_room.hpp"
#include "pocketcloud/image.hpp"
#include "pocketcloud/seeding.hpp"
#include "pocketcloud/system_call.hpp"

namespace ashlar::pocketcloud {
namespace {

static_assert(kHardOffSignal == SIGINT && kShutdownSignal == SIGTERM && kRebootSignal == SIGHUP &&
              kResetSignal == SIGUSR1);

using SteadyClock = std::chrono::steady_clock;

/// systemd-nspawn's exit code when the guest asked for a reboot and nspawn keeps its unit.
constexpr int kGuestRebooted = 133;
/// How long a machine's init may take until it runs. It needs a second; the host may be very busy.
constexpr std::chrono::minutes kBootLimit{3};
/// How often to look whether it runs: nothing tells.
constexpr std::chrono::milliseconds kLook{50};
/// How much of the console is searched for why a machine ended.
constexpr size_t kTail = 64 << 10;
/// How long a guest may take to shut down when asked.
constexpr std::chrono::seconds kPatience{30};
/// What systemd as a machine's init understands.
const int kGuestPowerOff = SIGRTMIN + 4;
const int kGuestReboot = SIGRTMIN + 5;

/// The signals of supervisor.hpp and SIGCHLD, blocked from now on: read, never acted on.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int each : {kHardOffSignal, kShutdownSignal, kRebootSignal, kResetSignal, SIGCHLD}) {
    sigaddset(&signals, each);
  }
  must(sigprocmask(SIG_BLOCK, &signals, nullptr) == 0, "cannot block signals");
  return signals;
}

class Supervisor {
 public:
  explicit Supervisor(const fs::path& directory)
      : files_(directory),
        config_(files_.read_config()),
        console_(files_.console()),
        cgroup_(MachineCgroup::of(config_.instance, config_.id)) {
    run_.cgroup = cgroup_.freezer_path();
  }

  int run() {
    try {
      catch_signals();
      report("booting");
      open_disk(files_, config_);
      while (boot_once()) {
      }
      report("stopped");
    } catch (const std::exception& error) {
      log::error("droplet {} ({}): {}", config_.id, config_.name, error.what());
      run_.reason = error.what();
      report("failed");
    }
    cgroup_.kill_all();
    cgroup_.remove();
    std::error_code ignored;  // nspawn leaves it when it was killed
    fs::remove_all("/run/systemd/nspawn/propagate/" + machine_name(), ignored);
    return 0;
  }

 private:
  enum class Intent { kNone, kOff, kAgain };

  void report(std::string phase) {
    run_.phase = std::move(phase);
    files_.write_run(run_);
  }

  void catch_signals() {
    const sigset_t signals = block_signals();
    signals_ = ::signalfd(-1, &signals, SFD_CLOEXEC);
    must(signals_ >= 0, "cannot read signals");
  }

  /// True when the machine should boot again.
  bool boot_once() {
    // A new network namespace each time: a machine that boots has lost its rules, tunnels and
    // routes.
    must(::unshare(CLONE_NEWNET) == 0, "cannot make a network namespace");
    attach(config_.links);
    cgroup_.create(config_.memory_mb);
    open_notify_socket();
    ++run_.boots;
    intent_ = Intent::kNone;
    end_ = {};
    machine_ = start_machine();
    end_.exit_code = wait_for_machine();
    read_console();  // the last words
    ::close(console_pipe_);
    ::close(notify_);
    cgroup_.kill_all();
    run_.leader = 0;
    if (intent_ == Intent::kNone) {
      if (end_.exit_code == kGuestRebooted) {
        intent_ = Intent::kAgain;
      } else if (end_.exit_code != 0 || !end_.was_up) {
        end_.tight_limits = limits_without_room();
        throw Error(ErrorCode::kMachine, explain(end_));
      }
    }
    if (intent_ == Intent::kAgain) report("booting");
    return intent_ == Intent::kAgain;
  }

  /// In the abstract name space: it belongs to the network namespace and leaves no file.
  void open_notify_socket() {
    notify_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = fmt::format("pocketcloud-{}", config_.id);
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    must(::bind(notify_, reinterpret_cast<sockaddr*>(&address), length) == 0,
         "cannot listen for the boot");
  }

  std::string machine_name() const { return fmt::format("pc-{}-{}", config_.instance, config_.id); }

  pid_t start_machine() {
    const std::vector<std::string> argv = {
        "systemd-nspawn",
        "--quiet",
        "--register=no",
        "--keep-unit",
        "--boot",
        "--console=read-only",
        fmt::format("--network-namespace-path=/proc/{}/ns/net", ::getpid()),
        "--machine=" + machine_name(),
        "--hostname=" + host_name(config_.name),
        "--directory=" + files_.root().string(),
        "--bind=/dev/net/tun",
        "--capability=CAP_NET_ADMIN",
        "--resolv-conf=off",
        "--timezone=off",
        "--link-journal=no",
        fmt::format("--bind-ro={}:{}", config_.mirror, kMirrorInDroplet)};
    const std::string notify = fmt::format("@pocketcloud-{}", config_.id);
    int console[2];
    must(::pipe2(console, O_CLOEXEC) == 0, "cannot listen to the console");
    console_pipe_ = console[0];
    console_open_ = true;
    ::fcntl(console_pipe_, F_SETFL, O_NONBLOCK);
    const pid_t pid = ::fork();
    must(pid >= 0, "cannot start the machine");
    if (pid > 0) {
      ::close(console[1]);
      return pid;
    }
    ::dup2(console[1], STDOUT_FILENO);
    ::dup2(console[1], STDERR_FILENO);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    cgroup_.enter();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    ::setenv("NOTIFY_SOCKET", notify.c_str(), 1);
    std::vector<char*> arguments;
    arguments.reserve(argv.size() + 1);
    for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }

  int wait_for_machine() {
    deadline_ = SteadyClock::time_point::max();
    const auto give_up = SteadyClock::now() + kBootLimit;
    for (;;) {
      // A closed console is not polled, or it would be ready for ever.
      pollfd fds[] = {{signals_, POLLIN, 0}, {notify_, POLLIN, 0}, {console_pipe_, POLLIN, 0}};
      ::poll(fds, console_open_ ? 3 : 2, milliseconds_to_wait());
      if (SteadyClock::now() >= deadline_) pull_the_plug();
      if (fds[1].revents & POLLIN) read_notification();
      if (console_open_ && fds[2].revents != 0) read_console();
      if (!end_.was_up) watch_boot(give_up);
      if (!(fds[0].revents & POLLIN)) continue;
      signalfd_siginfo signal{};
      if (::read(signals_, &signal, sizeof signal) != sizeof signal) continue;
      if (signal.ssi_signo != SIGCHLD) {
        obey(static_cast<int>(signal.ssi_signo));
      } else if (int status = 0; ::waitpid(machine_, &status, WNOHANG) == machine_) {
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      }
    }
  }

  void read_notification() {
    char buffer[4096];
    const ssize_t length = ::recv(notify_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (length <= 0) return;
    const std::string text = "\n" + std::string(buffer, static_cast<size_t>(length));
    constexpr std::string_view kLeader = "\nX_NSPAWN_LEADER_PID=";
    if (const size_t at = text.find(kLeader); at != std::string::npos) {
      run_.leader = static_cast<pid_t>(std::stol(text.substr(at + kLeader.size())));
    }
  }

  int milliseconds_to_wait() const {
    const auto next = end_.was_up ? deadline_ : std::min(deadline_, SteadyClock::now() + kLook);
    if (next == SteadyClock::time_point::max()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - SteadyClock::now());
    return static_cast<int>(std::max<long>(0, left.count()));
  }

  /// Takes what the console has, and not more than a pipe holds: a machine that writes without end
  /// must not keep this process from its signals.
  void read_console() {
    char buffer[65536];
    const ssize_t length = ::read(console_pipe_, buffer, sizeof buffer);
    if (length <= 0) {
      console_open_ = length < 0 && (errno == EAGAIN || errno == EINTR);
      return;
    }
    const std::string_view piece(buffer, static_cast<size_t>(length));
    console_.append(piece);
    end_.console += piece;
    if (end_.console.size() > kTail) end_.console.erase(0, end_.console.size() - kTail);
  }

  /// That systemd-nspawn made an init says nothing about whether it works: without the files or
  /// descriptors that it needs it ends at once, or stops working. This socket is its own first.
  bool init_runs() const {
    std::error_code gone;
    return run_.leader > 0 &&
           fs::is_socket(fmt::format("/proc/{}/root/run/systemd/private", run_.leader), gone);
  }

  void watch_boot(SteadyClock::time_point give_up) {
    if (init_runs()) {
      end_.was_up = true;
      report("running");
      return;
    }
    if (end_.gave_up || end_.too_slow || intent_ != Intent::kNone) return;
    end_.gave_up = end_.console.find("Freezing execution") != std::string::npos;
    end_.too_slow = SteadyClock::now() >= give_up;
    if (end_.gave_up || end_.too_slow) pull_the_plug();
  }

  void obey(int signal) {
    switch (signal) {
      case kHardOffSignal:
        intent_ = Intent::kOff;
        pull_the_plug();
        break;
      case kResetSignal:
        intent_ = Intent::kAgain;
        pull_the_plug();
        break;
      case kShutdownSignal:
        ask_guest(Intent::kOff, kGuestPowerOff);
        break;
      case kRebootSignal:
        ask_guest(Intent::kAgain, kGuestReboot);
        break;
      default:
        break;
    }
  }

  void ask_guest(Intent intent, int signal) {
    if (intent_ != Intent::kOff) intent_ = intent;
    deadline_ = std::min(deadline_, SteadyClock::now() + kPatience);
    if (run_.leader > 0) ::kill(run_.leader, signal);
  }

  void pull_the_plug() {
    deadline_ = SteadyClock::time_point::max();
    if (run_.leader == 0) return cgroup_.kill_all();
    // Killing its init takes a machine's other processes along; nspawn then cleans up and ends. A
    // frozen machine dies only once it is thawed.
    ::kill(run_.leader, SIGKILL);
    cgroup_.freeze(false);
  }

  DropletFiles files_;
  DropletConfig config_;
  ConsoleLog console_;
  MachineCgroup cgroup_;
  DropletRun run_;
  int signals_ = -1;
  int notify_ = -1;
  int console_pipe_ = -1;
  bool console_open_ = false;
  pid_t machine_ = 0;
  Intent intent_ = Intent::kNone;
  UnexpectedEnd end_;  // what is known of the running machine, in case it ends so
  SteadyClock::time_point deadline_;
};

}  // namespace

int run_droplet(const fs::path& directory) {
  block_signals();  // before anyone can find this process by its lock
  // Whoever holds the lock runs the droplet: two supervisors can never share a disk.
  if (!hold_supervisor_lock(DropletFiles(directory).lock())) return 0;
  return Supervisor(directory).run();
}

}  // namespace ashlar::pocketcloud
