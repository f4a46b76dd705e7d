#pragma once
// What outlives a process, and a loss of power.

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "tests/sim/history.hpp"

namespace ashlar::sim {

struct File {
  std::string content;
  Time written_at{};
};

struct Disk {
  std::map<std::string, File> files;

  // Redis's data.
  WriteId snapshot = kEmpty;  // dump.rdb, which also holds the replication offset
  long long snapshot_shift = 0;
  Time snapshot_at{};
  WriteId append_only = kEmpty;  // as far as it was written
  /// The latest states of the append-only file, oldest first: what is older than a second is safe
  /// from a loss of power (appendfsync everysec).
  std::deque<std::pair<Time, WriteId>> recent;
};

}  // namespace ashlar::sim
