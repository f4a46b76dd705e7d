#pragma once
// Which simulated servers of Redis listen where, and what was ever written to them.

#include <map>
#include <string>

#include "tests/sim/network.hpp"
#include "tests/sim/redis/history.hpp"

namespace ashlar::sim {

class RedisModel;
class SentinelModel;

/// Processes that take connections, by the addresses of their machines.
struct Endpoints {
  std::map<std::string, RedisModel*> redis;
  std::map<std::string, SentinelModel*> sentinels;
};

struct RedisNetwork final : Network {
  using Network::Network;

  History history;
  Endpoints listening;

  /// A process that listens at `address` and is reached from `from`; null: none.
  RedisModel* redis_at(const std::string& from, const std::string& address) const {
    const auto found = listening.redis.find(address);
    return found != listening.redis.end() && reaches(from, address) ? found->second : nullptr;
  }
  SentinelModel* sentinel_at(const std::string& from, const std::string& address) const {
    const auto found = listening.sentinels.find(address);
    return found != listening.sentinels.end() && reaches(from, address) ? found->second : nullptr;
  }
  void changed() override;
};

}  // namespace ashlar::sim
