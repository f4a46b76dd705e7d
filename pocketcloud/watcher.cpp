#include "pocketcloud/watcher.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace ashlar::pocketcloud {
namespace {

void add_to(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

}  // namespace

Watcher::Watcher(std::function<void(long)> changed)
    : changed_(std::move(changed)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      wake_(::eventfd(0, EFD_CLOEXEC)) {
  if (epoll_ < 0 || inotify_ < 0 || wake_ < 0) {
    throw Error(ErrorCode::kInternal,
                "cannot watch droplets: no descriptors or inotify instances left",
                "raise fs.inotify.max_user_instances");
  }
  add_to(epoll_, inotify_);
  add_to(epoll_, wake_);
  thread_ = std::jthread([this] { run(); });
}

Watcher::~Watcher() {
  [[maybe_unused]] const auto woken = ::eventfd_write(wake_, 1);
  thread_.join();
  for (const auto& [pidfd, process] : processes_) ::close(pidfd);
  for (const int fd : {epoll_, inotify_, wake_}) ::close(fd);
}

void Watcher::watch_directory(long droplet, const std::filesystem::path& directory) {
  const std::lock_guard lock(mutex_);
  const int watch = ::inotify_add_watch(inotify_, directory.c_str(), IN_MOVED_TO);
  if (watch < 0) {
    throw Error(ErrorCode::kInternal, "cannot watch " + directory.string(),
                "raise fs.inotify.max_user_watches");
  }
  directories_[watch] = droplet;
}

void Watcher::watch_process(long droplet, pid_t pid) {
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) {
    changed_(droplet);  // it ended already
    return;
  }
  const std::lock_guard lock(mutex_);
  processes_[pidfd] = {droplet, pid};
  add_to(epoll_, pidfd);
}

bool Watcher::has_process(long droplet) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(processes_,
                             [&](const auto& entry) { return entry.second.droplet == droplet; });
}

void Watcher::run() {
  for (;;) {
    epoll_event events[16];
    const int count = ::epoll_wait(epoll_, events, 16, -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == wake_) return;
      if (fd == inotify_)
        read_reports();
      else
        process_ended(fd);
    }
  }
}

void Watcher::read_reports() {
  alignas(inotify_event) char buffer[16384];
  std::set<long> droplets;
  for (;;) {
    const ssize_t length = ::read(inotify_, buffer, sizeof buffer);
    if (length <= 0) break;
    const std::lock_guard lock(mutex_);
    for (ssize_t at = 0; at < length;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      const auto found = directories_.find(event->wd);
      if (found == directories_.end()) continue;
      if (event->mask & IN_IGNORED) {
        directories_.erase(found);
      } else if (event->len > 0 && std::string_view(event->name) == "run.json") {
        droplets.insert(found->second);
      }
    }
  }
  for (const long droplet : droplets) changed_(droplet);
}

void Watcher::process_ended(int pidfd) {
  Process process{};
  {
    const std::lock_guard lock(mutex_);
    const auto found = processes_.find(pidfd);
    if (found == processes_.end()) return;
    process = found->second;
    processes_.erase(found);
    ::close(pidfd);
  }
  ::waitpid(process.pid, nullptr, WNOHANG);  // fails harmlessly for one that an earlier run started
  changed_(process.droplet);
}

}  // namespace ashlar::pocketcloud
