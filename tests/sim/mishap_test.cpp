// What once cost confirmed writes, or left an operation stuck, each as the shortest life that shows
// it.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/cluster_life.hpp"
#include "tests/sim/memory_store.hpp"

namespace ashlar::sim {
namespace {

class Mishap : public testing::Test {
 protected:
  void deploy(const Wish& wish) {
    ASSERT_TRUE(cluster_.apply(wish.to_json()));
    ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
    cluster_.start_clients();
    world_.rest(Millis{15'000});
  }
  MachineModel& machine(const std::string& name) {
    for (auto* machine : world_.machines.living())
      if (machine->identity().name == name) return *machine;
    throw std::logic_error("no machine " + name);
  }
  void run_until_done(const std::string& key) {
    for (int round = 0; round < 1'000; ++round) {
      for (const auto& step : world_.store().list_steps(cluster_.operation().id))
        if (step.planned.key == key && step.state == StepState::kDone) return;
      world_.work(Millis{0});
    }
    FAIL() << key << " is never done";
  }
  void cancel() {
    world_.engine().cancel(cluster_.operation().id);
    ASSERT_EQ(cluster_.run({}), OperationState::kCancelled);
  }
  /// Whole again, with every write that was ever confirmed.
  void expect_nothing_lost() {
    cluster_.recover();
    world_.rest(Millis{15'000});
    cluster_.expect_data();
    cluster_.expect_served();
    EXPECT_TRUE(cluster_.excused().empty());
  }

  static constexpr const char* kLarge = "s-2vcpu-4gb";

  MemoryStore store_{VirtualTime().now()};
  World world_{store_, {.seed = 3, .boot = Millis{2'000}}};
  ClusterLife cluster_{world_, "sim"};
};

/// The machines that an upgrade made come to lead, and hold all that was written since; undoing it
/// destroys them.
TEST_F(Mishap, AnUpgradeIsUndoneAfterItsMasterHasDied) {
  const Wish wish{.replicas = 1};
  deploy(wish);
  ASSERT_TRUE(cluster_.act("upgrade", {{"roles", wish.roles({{"size", kLarge}})}}));
  run_until_done("redis.leave/replica-1~2");
  const std::string id = machine("sim-master-1").identity().id;
  machine("sim-master-1").lose_power();
  world_.rest(Millis{60'000});
  cancel();
  ASSERT_EQ(machine("sim-replica-1").redis().group(), "sim-m1");
  expect_nothing_lost();
  EXPECT_EQ(world_.machines.find(id), nullptr) << "healing has not replaced it";
}

/// Without persistence, all that is kept is what Ashlar has saved.
TEST_F(Mishap, AStartIsCancelledWhenClientsHaveWrittenAlready) {
  deploy({.replicas = 1, .persistence = "none"});
  ASSERT_TRUE(cluster_.act("stop", Json::object()));
  ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
  ASSERT_TRUE(cluster_.act("start", Json::object()));
  run_until_done("redis.configure/sentinel-3");
  const size_t written = world_.history.size();
  world_.rest(Millis{10'000});
  ASSERT_GT(world_.history.size(), written + 10) << "nothing was written";
  cancel();
  ASSERT_TRUE(cluster_.act("start", Json::object()));
  ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
  expect_nothing_lost();
}

TEST_F(Mishap, ASwitchoverWaitsForItsMomentWhenTheMasterDies) {
  deploy({.replicas = 2});
  ASSERT_TRUE(cluster_.act("switchover", {{"group", "sim-m1"}}));
  for (int round = 0; round < 2; ++round) world_.work(Millis{0});
  machine("sim-master-1").lose_power();
  world_.rest(Millis{20'000});
  machine("sim-master-1").boot();
  EXPECT_EQ(cluster_.run({.most_retries = 0}), OperationState::kSucceeded);
  expect_nothing_lost();
}

/// Sentinels hear of new replicas a while after they have joined.
TEST_F(Mishap, TheMasterDiesAsTheFirstOldReplicaLeaves) {
  const Wish wish{.replicas = 1, .persistence = "rdb"};
  deploy(wish);
  ASSERT_TRUE(cluster_.act("upgrade", {{"roles", wish.roles({{"size", kLarge}})}}));
  run_until_done("redis.adopt/replica-1");
  machine("sim-master-1").lose_power();
  const Time died = world_.time.now();
  while (world_.time.now() < died + Millis{4'000}) world_.work(Millis{0});
  world_.rest(Millis{30'000});
  machine("sim-master-1").boot();
  ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
  expect_nothing_lost();
}

/// TLS came without a restart, so its files are newer than the process that uses them.
TEST_F(Mishap, ANodeThatSeemedBrokenIsRepairedAfterTlsCame) {
  deploy({.replicas = 1, .persistence = "none"});
  ASSERT_TRUE(cluster_.act("update", {{"enableTLS", true}}));
  ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
  world_.rest(Millis{10'000});
  world_.net.island = {kControlPlane};
  ASSERT_FALSE(cluster_.is_healthy());
  ASSERT_TRUE(cluster_.act("update", Json::object())) << "nothing seems broken";
  world_.net.island.clear();
  ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
  expect_nothing_lost();
}

TEST_F(Mishap, AReplicaThatHidWhenAFailoverCameIsBroughtBack) {
  deploy({.replicas = 2});
  ASSERT_TRUE(
      cluster_.act("update", {{"desiredState", {{"roles", {{"replica", {{"count", 1}}}}}}}}));
  for (int round = 0; round < 2; ++round) world_.work(Millis{0});
  machine("sim-replica-2").redis();
  world_.net.listening.redis.at(machine("sim-replica-2").identity().private_address)
      ->command({"CONFIG", "SET", "replica-announced", "no"});
  world_.net.listening.redis.at(machine("sim-replica-2").identity().private_address)
      ->command({"CONFIG", "REWRITE"});
  run_until_done("redis.leave/replica-2");
  cancel();
  machine("sim-replica-2").kill_process();
  world_.rest(Millis{30'000});
  EXPECT_TRUE(machine("sim-replica-2").redis().announced());
  expect_nothing_lost();
}

}  // namespace
}  // namespace ashlar::sim
