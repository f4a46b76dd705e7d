#pragma once
// What Redis has on its disk.

#include <deque>
#include <utility>

#include "tests/sim/redis/history.hpp"

namespace ashlar::sim {

struct RedisData {
  WriteId snapshot = kEmpty;  // dump.rdb, which also holds the replication offset
  long long snapshot_shift = 0;
  Time snapshot_at{};
  WriteId append_only = kEmpty;  // as far as it was written
  /// The latest states of the append-only file, oldest first: what is older than a second is safe
  /// from a loss of power (appendfsync everysec).
  std::deque<std::pair<Time, WriteId>> recent;
};

}  // namespace ashlar::sim
