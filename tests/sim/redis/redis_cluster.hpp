#pragma once
// One Redis cluster of a world.

#include <set>
#include <string>

#include "tests/sim/cluster_life.hpp"
#include "tests/sim/redis/redis_world.hpp"

namespace ashlar::sim {

/// The size of a cluster and what it is made of, as a user would write it.
struct RedisWish {
  std::string name = "sim";
  bool single = false;  // one node alone, whatever is said of replicas and sentinels
  int masters = 1;
  int replicas = 2;
  int sentinels = 3;
  bool production = true;
  bool tls = false;
  std::string size = kSmall;
  std::string persistence = "aof";
  std::string heal = "replace";
  int overlap_seconds = 2;

  Json to_json() const;
  /// The roles, each with `fields`.
  Json roles(const Json& fields) const;
};

class RedisCluster final : public ClusterLife {
 public:
  RedisCluster(RedisWorld& world, std::string name)
      : ClusterLife(world, std::move(name)), world_(world) {}

  void start_clients() override;
  void expect_data() override;
  void expect_served() override;
  Counts excused() const override { return excused_; }
  RedisWorld& world() { return world_; }

 private:
  std::set<std::string> nodes_of(const Json& spec) const override;
  void expect_promises(const ClientModel& client, WriteId data);
  std::string limit_of_redis(const ClientModel& client, const ClientModel::Promise& lost);

  RedisWorld& world_;
  Counts excused_;
};

}  // namespace ashlar::sim
