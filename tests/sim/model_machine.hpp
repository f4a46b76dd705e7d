#pragma once
// One simulated machine: its power, its files, its units, and the processes that they run. It
// answers the operations of ashlar-node that the Redis kind sends.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kinds/fleet/testing/memory_jobs.hpp"
#include "kinds/redis/server/config.hpp"
#include "machine/machines.hpp"
#include "tests/sim/model_disk.hpp"
#include "tests/sim/model_redis.hpp"
#include "tests/sim/model_sentinel.hpp"

namespace ashlar::sim {

/// The versions of Redis that the package sources offer, oldest first.
inline const std::vector<std::string> kOfferedVersions{"5:7.0.15-1~deb12u7", "5:7.0.15-1~deb12u10"};

class MachineModel {
 public:
  struct Identity {
    std::string id;  // the provider's
    std::string name;
    std::string public_address;
    std::string private_address;
    std::string user_data;
    int cluster = 0;
  };
  MachineModel(Network& network, Identity identity);

  const Identity& identity() const { return identity_; }
  bool is_up() const { return up_; }
  /// Units that are enabled start a little later.
  void boot();
  /// As by its own shutdown: every process is asked to end.
  void shut_down();
  /// The power goes.
  void lose_power();

  /// SIGKILL to what runs; its unit starts it again.
  void kill_process();
  /// Somebody deletes Ashlar's user from what runs: in memory, not in the file of a data node.
  void delete_operator() { delete_user(redis::kOperatorUser); }
  void delete_user(const std::string& name);
  /// Somebody edits a file by hand.
  void spoil_file(const std::string& path);
  /// Whatever should run ends, and cannot be started before it is mended.
  void break_service();
  void mend_service();
  /// Somebody stops it: systemctl stop.
  void stop_service();
  /// What shall run on it runs.
  bool is_settled() const;
  bool runs_something() const { return redis_.runs() || sentinel_.runs(); }

  /// Throws std::logic_error for an operation that nobody foresaw.
  machine::OperationResult perform(const Json& operation, bool check_only);

  const RedisModel& redis() const { return redis_; }
  const SentinelModel& sentinel() const { return sentinel_; }
  /// Whether it was made to hold data: its unit was started once.
  bool holds_data() const { return packages_.contains("redis-server"); }

 private:
  struct Unit {
    bool enabled = false;
    Time started_at{};
  };

  machine::OperationResult write_file(const Json& operation, bool only_when_absent,
                                      bool check_only);
  machine::OperationResult read_file(const Json& operation) const;
  machine::OperationResult remove(const Json& operation, bool check_only);
  machine::OperationResult install(const Json& operation, bool check_only);
  machine::OperationResult installed(const Json& operation) const;
  machine::OperationResult set_unit(const Json& operation, bool check_only);
  machine::OperationResult talk(const Json& operation);
  Json converse(const Json& operation, bool with_sentinel);
  Json wait_for_replicas(const Words& words);

  bool active(const std::string& unit) const;
  void start_unit(const std::string& unit);
  void stop_unit(const std::string& unit);
  void start_later(const std::string& unit, Millis delay);
  bool masters_listen() const;
  Millis restart_pause(const std::string& unit) const;

  Network& network_;
  const Identity identity_;
  bool up_ = false;
  bool broken_ = false;
  int boots_ = 0;
  Time booted_at_{};
  Disk disk_;
  std::map<std::string, std::string> packages_;  // name -> version
  std::map<std::string, Unit> units_;
  fleet::testing::MemoryJobs jobs_;
  RedisModel redis_;
  SentinelModel sentinel_;
};

}  // namespace ashlar::sim
