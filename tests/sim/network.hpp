#pragma once
// Which simulated machines reach which, and what listens at their addresses.

#include <map>
#include <set>
#include <string>

#include "tests/sim/dice.hpp"
#include "tests/sim/history.hpp"
#include "tests/sim/trace.hpp"

namespace ashlar::sim {

class RedisModel;
class SentinelModel;

/// Ashlar's own place in the network.
inline constexpr const char* kControlPlane = "control plane";

/// A process that takes connections. `address` is its machine's.
struct Endpoints {
  std::map<std::string, RedisModel*> redis;
  std::map<std::string, SentinelModel*> sentinels;
};

/// The world that processes live in.
struct Network {
  VirtualTime& time;
  Dice& dice;
  Trace& trace;
  History& history;
  Endpoints listening;

  /// Addresses, and names of clients and of the control plane, that are cut off from all others
  /// but reach each other. Empty: no partition.
  std::set<std::string> island;
  /// Machines whose processes answer nothing for now, but whose connections stay.
  std::set<std::string> hung;
  /// When a partition, or that someone hung, was last over.
  Time reunited_at{};

  bool reaches(const std::string& from, const std::string& to) const {
    if (hung.contains(from) || hung.contains(to)) return false;
    return island.empty() || island.contains(from) == island.contains(to);
  }
  /// A process that listens at `address` and is reached from `from`; null: none.
  RedisModel* redis_at(const std::string& from, const std::string& address) const {
    const auto found = listening.redis.find(address);
    return found != listening.redis.end() && reaches(from, address) ? found->second : nullptr;
  }
  SentinelModel* sentinel_at(const std::string& from, const std::string& address) const {
    const auto found = listening.sentinels.find(address);
    return found != listening.sentinels.end() && reaches(from, address) ? found->second : nullptr;
  }
  Millis latency() const { return dice.between(1, 15); }
  /// To be called when `island` or `hung` changed.
  void changed();
};

}  // namespace ashlar::sim
