#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace ashlar::pocketcloud {

/// Waits, without polling, for what happens to droplets: their supervisors' reports and ends. One
/// thread sleeps in the kernel. Thread-safe.
class Watcher {
 public:
  /// `changed` is called on the watcher's thread with the droplet's id; it must be quick.
  explicit Watcher(std::function<void(long)> changed);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// Reports in this directory (run.json replaced).
  void watch_directory(long droplet, const std::filesystem::path& directory);
  /// The end of this process, which is reaped if it is our child.
  void watch_process(long droplet, pid_t pid);
  /// Whether a process of this droplet is being watched, so has not ended.
  bool has_process(long droplet) const;

 private:
  void run();
  void read_reports();
  void process_ended(int pidfd);

  std::function<void(long)> changed_;
  int epoll_ = -1;
  int inotify_ = -1;
  int wake_ = -1;
  mutable std::mutex mutex_;
  std::map<int, long> directories_;  // by inotify watch
  struct Process {
    long droplet;
    pid_t pid;
  };
  std::map<int, Process> processes_;  // by pidfd
  std::jthread thread_;
};

}  // namespace ashlar::pocketcloud
