#pragma once
// A simulated machine with Redis or Sentinel, or both.

#include <string>
#include <vector>

#include "kinds/redis/server/config.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/redis/data.hpp"
#include "tests/sim/redis/model_redis.hpp"
#include "tests/sim/redis/model_sentinel.hpp"

namespace ashlar::sim {

/// The versions of Redis that the package sources offer, oldest first.
inline const std::vector<std::string> kOfferedVersions{"5:7.0.15-1~deb12u7", "5:7.0.15-1~deb12u10"};

class RedisMachine final : public MachineModel {
 public:
  RedisMachine(RedisNetwork& network, Identity identity);

  const RedisModel& redis() const { return redis_; }
  const SentinelModel& sentinel() const { return sentinel_; }
  /// Whether it was made to hold data: its unit was started once.
  bool holds_data() const { return has_package("redis-server"); }

  /// Somebody deletes Ashlar's user from what runs: in memory, not in the file of a data node.
  void delete_operator() { delete_user(redis::kOperatorUser); }
  void delete_user(const std::string& name);

 private:
  const std::vector<std::string>& unit_names() const override;
  bool is_installed(const std::string& unit) const override;
  bool active(const std::string& unit) const override;
  void start_process(const std::string& unit) override;
  void stop_process(const std::string& unit) override;
  void end_process(const std::string& unit, bool power_lost) override;
  bool waits_after_boot(const std::string& unit, Millis since_boot) const override;
  machine::OperationResult perform_own(const Json& operation, bool check_only) override;
  const std::vector<std::string>& offered(const std::string&) const override {
    return kOfferedVersions;
  }
  void installed_packages_changed() override;

  machine::OperationResult talk(const Json& operation);
  Json converse(const Json& operation, bool with_sentinel);
  Json wait_for_replicas(const Words& words);
  bool masters_listen() const;

  RedisNetwork& redis_network_;
  RedisData data_;
  RedisModel redis_;
  SentinelModel sentinel_;
};

}  // namespace ashlar::sim
