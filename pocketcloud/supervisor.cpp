#include "pocketcloud/supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
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
#include "pocketcloud/cgroup.hpp"
#include "pocketcloud/droplet_files.hpp"
#include "pocketcloud/image.hpp"
#include "pocketcloud/seeding.hpp"

namespace ashlar::pocketcloud {
namespace {

static_assert(kHardOffSignal == SIGINT && kShutdownSignal == SIGTERM && kRebootSignal == SIGHUP &&
              kResetSignal == SIGUSR1);

using SteadyClock = std::chrono::steady_clock;

/// systemd-nspawn's exit code when the guest asked for a reboot and nspawn keeps its unit.
constexpr int kGuestRebooted = 133;
/// How long a guest may take to shut down when asked.
constexpr std::chrono::seconds kPatience{30};
/// What systemd as a machine's init understands.
const int kGuestPowerOff = SIGRTMIN + 4;
const int kGuestReboot = SIGRTMIN + 5;

void check(bool ok, std::string_view what) {
  if (!ok) throw Error(ErrorCode::kInternal, fmt::format("{}: {}", what, std::strerror(errno)));
}

/// The signals of supervisor.hpp and SIGCHLD, blocked from now on: read, never acted on.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int each : {kHardOffSignal, kShutdownSignal, kRebootSignal, kResetSignal, SIGCHLD}) {
    sigaddset(&signals, each);
  }
  check(sigprocmask(SIG_BLOCK, &signals, nullptr) == 0, "cannot block signals");
  return signals;
}

class Supervisor {
 public:
  explicit Supervisor(const fs::path& directory)
      : files_(directory),
        config_(files_.read_config()),
        cgroup_(MachineCgroup::of(config_.instance, config_.id)) {
    run_.cgroup = cgroup_.freezer_path();
  }

  int run() {
    try {
      catch_signals();
      report("booting");
      open_disk();
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
    check(signals_ >= 0, "cannot read signals");
  }

  // Mounts live in a namespace of this process: the kernel removes them with it.
  void open_disk() {
    check(::unshare(CLONE_NEWNS) == 0, "cannot make a mount namespace");
    check(::mount("", "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0, "cannot keep mounts apart");
    prepare_disk_image();
    for (const auto& directory : {files_.disk(), files_.root()}) fs::create_directories(directory);
    // Without barriers the guest's syncs end in the host's page cache. That outlives the machine,
    // whose only danger is the host's own crash; twelve machines syncing through would be slow.
    run_checked({"mount", "-o", "loop,noatime,discard,nobarrier,noinit_itable",
                 files_.disk_image().string(), files_.disk().string()});
    for (const char* part : {"upper", "work"}) fs::create_directories(files_.disk() / part);
    const std::string layers =
        fmt::format("lowerdir={},upperdir={},workdir={}", config_.image_root,
                    (files_.disk() / "upper").string(), (files_.disk() / "work").string());
    check(::mount("overlay", files_.root().c_str(), "overlay", 0, layers.c_str()) == 0,
          "cannot lay the disk over the image");
    if (const auto seed = files_.read_seed()) {
      apply_seed(*seed, files_.root(), host_name(config_.name));
      fs::remove(files_.seed());  // it may hold private keys
    }
  }

  void prepare_disk_image() {
    const fs::path image = files_.disk_image();
    const auto bytes = static_cast<std::uintmax_t>(config_.disk_gb) << 30;
    if (!fs::exists(image) && !config_.disk_from.empty()) {
      copy_disk(config_.disk_from, image);
    } else if (!fs::exists(image)) {
      const fs::path unfinished = image.string() + ".unfinished";
      fs::remove(unfinished);
      const int fd = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
      check(fd >= 0 && ::ftruncate(fd, static_cast<off_t>(bytes)) == 0, "cannot make the disk");
      ::close(fd);
      run_checked({"mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", "-N", "400000", "-E",
                   "lazy_itable_init=1,nodiscard", unfinished.string()});
      fs::rename(unfinished, image);
      return;
    }
    // 1: errors were corrected.
    const auto checked = run_process({.argv = {"e2fsck", "-p", image.string()}});
    if (checked.exit_code > 1)
      throw Error(ErrorCode::kInternal, "the disk is damaged: " + checked.out);
    if (fs::file_size(image) < bytes) {
      fs::resize_file(image, bytes);
      run_checked({"resize2fs", image.string()});
    }
  }

  /// True when the machine should boot again.
  bool boot_once() {
    // A new network namespace each time: a machine that boots has lost its rules, tunnels and
    // routes.
    check(::unshare(CLONE_NEWNET) == 0, "cannot make a network namespace");
    attach(config_.links);
    cgroup_.create(config_.memory_mb);
    open_notify_socket();
    ++run_.boots;
    intent_ = Intent::kNone;
    machine_ = start_machine();
    const int code = wait_for_machine();
    ::close(notify_);
    cgroup_.kill_all();
    run_.leader = 0;
    if (intent_ == Intent::kNone) {
      if (code == kGuestRebooted) {
        intent_ = Intent::kAgain;
      } else if (!was_ready_) {
        throw Error(ErrorCode::kMachine,
                    fmt::format("systemd-nspawn ended with {} before the machine "
                                "ran; see {}",
                                code, files_.log().string()));
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
    check(::bind(notify_, reinterpret_cast<sockaddr*>(&address), length) == 0,
          "cannot listen for the boot");
    was_ready_ = false;
  }

  std::string machine_name() const { return fmt::format("pc-{}-{}", config_.instance, config_.id); }

  pid_t start_machine() {
    const std::vector<std::string> argv = {
        "systemd-nspawn",
        "--quiet",
        "--register=no",
        "--keep-unit",
        "--boot",
        "--console=pipe",
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
    const pid_t pid = ::fork();
    check(pid >= 0, "cannot start the machine");
    if (pid > 0) return pid;
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
    for (;;) {
      pollfd fds[] = {{signals_, POLLIN, 0}, {notify_, POLLIN, 0}};
      int wait = -1;
      if (deadline_ != SteadyClock::time_point::max()) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline_ - SteadyClock::now());
        wait = static_cast<int>(std::max<long>(0, left.count()));
      }
      if (::poll(fds, 2, wait) == 0) pull_the_plug();
      if (fds[1].revents & POLLIN) read_notification();
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
    if (text.find("\nREADY=1") != std::string::npos && !was_ready_) {
      was_ready_ = true;
      report("running");
    }
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
  MachineCgroup cgroup_;
  DropletRun run_;
  int signals_ = -1;
  int notify_ = -1;
  pid_t machine_ = 0;
  Intent intent_ = Intent::kNone;
  bool was_ready_ = false;
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
