// What is known of Redis and Sentinel, and has cost others their data, is true of the models: else
// the simulation would prove nothing.

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/testing/harness.hpp"
#include "tests/sim/memory_store.hpp"
#include "tests/sim/redis/redis_cluster.hpp"
#include "tests/sim/redis/redis_life.hpp"

namespace ashlar::sim {
namespace {

class Facts : public testing::Test {
 protected:
  static constexpr const char* kGroup = "sim-m1";

  void deploy(const RedisWish& wish) {
    ASSERT_TRUE(cluster_.apply(wish.to_json()));
    ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
    cluster_.start_clients();
    world_.rest(Millis{15'000});
  }
  RedisMachine& machine(const std::string& name) { return world_.machine(name); }
  /// As the operator, to the server on the machine.
  Json ask(const std::string& name, const Words& words) {
    const auto& address = machine(name).identity().private_address;
    if (const auto redis = world_.redis_net.listening.redis.find(address);
        redis != world_.redis_net.listening.redis.end())
      return redis->second->command(words);
    return world_.redis_net.listening.sentinels.at(address)->command(words);
  }
  const ClientModel& client() { return *world_.clients().front(); }
  long long lost() {
    WriteId data = kEmpty;
    for (const auto* machine : world_.living())
      if (machine->redis().runs() && machine->redis().is_master()) data = machine->redis().head();
    return std::ranges::count_if(client().promises(), [&](const auto& promise) {
      return promise.confirmed && !world_.history.has(data, promise.write);
    });
  }

  MemoryStore store_{VirtualTime().now()};
  RedisWorld world_{store_, {.seed = 3, .boot = Millis{2'000}}};
  RedisCluster cluster_{world_, "sim"};
};

/// Section "controlled switchover": without the pause, what the old master confirms with its other
/// replica while the heir is promoted is lost.
TEST_F(Facts, AnUnpausedFailoverLosesConfirmedWrites) {
  deploy({.replicas = 2, .production = false});
  // The other replica stays with the old master until the sentinels come to it.
  ASSERT_EQ(ask("sim-sentinel-1", {"SENTINEL", "FAILOVER", kGroup}), "OK");
  world_.rest(Millis{40'000});
  const auto taken_by_former = std::ranges::count_if(
      client().promises(), [](const auto& promise) { return promise.when_taken.leads; });
  EXPECT_GT(taken_by_former, 0) << "no write fell between two masters";
}

TEST_F(Facts, AControlledSwitchoverLosesNothing) {
  deploy({.replicas = 2, .production = false});
  ASSERT_TRUE(cluster_.act("switchover", {{"group", kGroup}}));
  ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
  world_.rest(Millis{20'000});
  EXPECT_EQ(lost(), 0);
  EXPECT_LT(client().longest_gap(), Millis{5'000});
}

TEST_F(Facts, MonitorIsNotIdempotent) {
  deploy({.replicas = 1});
  const Json reply =
      ask("sim-sentinel-1", {"SENTINEL", "MONITOR", kGroup, "10.9.0.2", "6379", "2"});
  EXPECT_EQ(reply, (Json{{"error", "ERR Duplicate master name"}}));
}

TEST_F(Facts, ASentinelRemembersADeadReplicaUntilItIsReset) {
  deploy({.replicas = 2});
  const auto remembered = [&] {
    return ask("sim-sentinel-1", {"SENTINEL", "REPLICAS", kGroup}).size();
  };
  ASSERT_EQ(remembered(), 2U);
  const std::string id = machine("sim-replica-1").identity().id;
  world_.cloud.vanish(id);
  world_.machines.vanish(id);
  world_.rest(Millis{600'000});
  EXPECT_EQ(remembered(), 2U);
  ask("sim-sentinel-1", {"SENTINEL", "RESET", kGroup});
  world_.rest(Millis{15'000});
  EXPECT_EQ(remembered(), 1U);
}

/// min-replicas-to-write and min-replicas-max-lag bound what a master takes that nobody hears.
TEST_F(Facts, AnIsolatedMasterStopsTakingWritesWithinItsLagBound) {
  deploy({.replicas = 2});
  const std::string master = machine("sim-master-1").identity().private_address;
  const Time cut_off = world_.time.now();
  world_.net.island = {master, client().name()};
  world_.net.changed();
  world_.rest(Millis{60'000});
  const auto& promises = client().promises();
  ASSERT_GT(promises.back().at, cut_off) << "its client wrote no more at all";
  EXPECT_LT(promises.back().at - cut_off, Millis{11'500});
  EXPECT_FALSE(promises.back().confirmed);
}

TEST_F(Facts, WithoutThatBoundItGoesOnTakingThem) {
  deploy({.replicas = 2, .production = false});
  const Time cut_off = world_.time.now();
  world_.net.island = {machine("sim-master-1").identity().private_address, client().name()};
  world_.net.changed();
  world_.rest(Millis{60'000});
  EXPECT_GT(client().promises().back().at - cut_off, Millis{50'000});
}

TEST_F(Facts, ACrashCostsTheDetectionAndAnElection) {
  deploy({.replicas = 2});
  machine("sim-master-1").lose_power();
  world_.rest(Millis{30'000});
  EXPECT_GT(client().longest_gap(), Millis{4'000});
  EXPECT_LT(client().longest_gap(), Millis{8'500});
  EXPECT_EQ(lost(), 0);
}

/// A master that comes back at once with an old snapshot makes its replicas drop what they have
/// confirmed; so its unit waits. The drop-in that the kind writes is what the model reads.
TEST_F(Facts, AMasterWithSnapshotsThatIsKilledLosesNothing) {
  deploy({.replicas = 1, .production = false, .persistence = "rdb"});
  machine("sim-master-1").kill_process();
  world_.rest(Millis{60'000});
  EXPECT_EQ(lost(), 0);
}

/// bitnami/charts #8224: another cluster's machine gets the address of a dead replica that the
/// sentinels still remember. Its credentials keep its data.
TEST(AddressReuse, NoDataCrossesBetweenClusters) {
  MemoryStore store(VirtualTime().now());
  RedisWorld world(store, {.seed = 11, .reuse_addresses = true, .boot = Millis{2'000}});
  RedisCluster one(world, "one");
  RedisCluster two(world, "two");
  ASSERT_TRUE(one.apply(RedisWish{.name = "one", .replicas = 2}.to_json()));
  ASSERT_EQ(one.run({}), OperationState::kSucceeded);
  one.start_clients();
  world.rest(Millis{20'000});
  std::set<std::string> freed;
  for (auto* machine : world.living()) {
    if (!machine->identity().name.starts_with("one-replica")) continue;
    freed.insert(machine->identity().private_address);
    world.cloud.vanish(machine->identity().id);
    world.machines.vanish(machine->identity().id);
  }
  ASSERT_TRUE(two.apply(RedisWish{.name = "two", .replicas = 1}.to_json()));
  ASSERT_EQ(two.run({}), OperationState::kSucceeded);
  const auto reused = std::ranges::count_if(world.living(), [&](const auto* machine) {
    return machine->identity().name.starts_with("two-") &&
           freed.contains(machine->identity().private_address);
  });
  ASSERT_GT(reused, 0) << "no address was used again";
  two.start_clients();
  world.rest(Millis{120'000});
  two.expect_data();
  two.expect_served();
  EXPECT_TRUE(two.is_healthy());
}

/// The same life over the store that is shipped: what the simulation leaves out of it changes
/// nothing.
TEST(StoreInMemory, ALifeIsTheSameOverTheRealStore) {
  for (const unsigned seed : {2U, 5U, 9U}) {
    MemoryStore in_memory(VirtualTime().now());
    const Counts expected = live_redis_life(in_memory, seed, false);
    const engine::testing::TemporaryDirectory directory;
    const auto real = store::Store::open(directory.path());
    real->ensure_first_organization(VirtualTime().now());
    EXPECT_EQ(live_redis_life(*real, seed, false), expected) << "seed " << seed;
  }
}

TEST(Life, ASeedAlwaysGivesTheSame) {
  for (const unsigned seed : {1U, 17U, 123U}) {
    MemoryStore one(VirtualTime().now());
    MemoryStore other(VirtualTime().now());
    EXPECT_EQ(live_redis_life(one, seed, false), live_redis_life(other, seed, false)) << seed;
  }
}

}  // namespace
}  // namespace ashlar::sim
