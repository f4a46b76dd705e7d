#pragma once
// A machine's control groups: its memory limit, freezing it, and killing all of it at once. Serves
// version 1 (a hierarchy a controller) and version 2.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ashlar::pocketcloud {

class MachineCgroup {
 public:
  /// Where a machine's group belongs on this host. Inside a delegated systemd unit, below that
  /// unit's.
  static MachineCgroup of(const std::string& instance, long droplet);
  /// From what freezer_path() gave, as another process recorded it.
  static MachineCgroup at(const std::string& freezer_path);

  /// Makes the groups; `memory_mb` is a hard limit where the memory controller is at hand.
  void create(int memory_mb) const;
  /// Moves the calling process in. Async-signal-unsafe; meant for a child of a single-threaded
  /// parent.
  void enter() const;
  void freeze(bool frozen) const;
  /// SIGKILL to every process in it, frozen or not. Returns when none is left, or after 10 s.
  void kill_all() const;
  void remove() const;

  /// The group whose processes are the machine's, for at().
  std::string freezer_path() const;

 private:
  std::vector<std::filesystem::path> groups_;  // the freezer's first
};

/// Whether systemd is PID 1 here, so that machines belong in units of their own.
bool systemd_runs();

}  // namespace ashlar::pocketcloud
