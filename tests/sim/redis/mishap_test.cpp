// What once cost confirmed writes, or left an operation stuck, each as the shortest life that shows
// it.

#include <gtest/gtest.h>

#include <algorithm>

#include "kinds/redis/plan/care.hpp"
#include "tests/sim/memory_store.hpp"
#include "tests/sim/redis/redis_cluster.hpp"

namespace ashlar::sim {
namespace {

class Mishap : public testing::Test {
 protected:
  void deploy(const RedisWish& wish) {
    ASSERT_TRUE(cluster_.apply(wish.to_json()));
    ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
    cluster_.start_clients();
    world_.rest(Millis{15'000});
  }
  RedisMachine& machine(const std::string& name) { return world_.machine(name); }
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

  static constexpr const char* kDropIn = "/etc/systemd/system/redis-server.service.d/ashlar.conf";

  MemoryStore store_{VirtualTime().now()};
  RedisWorld world_{store_, {.seed = 3, .boot = Millis{2'000}}};
  RedisCluster cluster_{world_, "sim"};
};

/// The machines that an upgrade made come to lead, and hold all that was written since; undoing it
/// destroys them.
TEST_F(Mishap, AnUpgradeIsUndoneAfterItsMasterHasDied) {
  const RedisWish wish{.replicas = 1};
  deploy(wish);
  ASSERT_TRUE(cluster_.act("upgrade",
                           {{"roles", wish.roles({{"size", kLarge}})}, {"strategy", "replace"}}));
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
  const RedisWish wish{.replicas = 1, .persistence = "rdb"};
  deploy(wish);
  ASSERT_TRUE(cluster_.act("upgrade",
                           {{"roles", wish.roles({{"size", kLarge}})}, {"strategy", "replace"}}));
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
  world_.redis_net.listening.redis.at(machine("sim-replica-2").identity().private_address)
      ->command({"CONFIG", "SET", "replica-announced", "no"});
  world_.redis_net.listening.redis.at(machine("sim-replica-2").identity().private_address)
      ->command({"CONFIG", "REWRITE"});
  run_until_done("redis.leave/replica-2");
  cancel();
  machine("sim-replica-2").kill_process();
  world_.rest(Millis{30'000});
  EXPECT_TRUE(machine("sim-replica-2").redis().announced());
  expect_nothing_lost();
}

// What cannot be mended, and what has to be let in again.

class Healing : public Mishap {
 protected:
  OperationState heal() {
    EXPECT_TRUE(cluster_.act("heal", Json::object())) << "nothing seems wrong";
    const OperationState state = cluster_.run({.most_retries = 0});
    why_ = cluster_.operation().error;
    return state;
  }
  Json drift() {
    cluster_.is_healthy();
    return cluster_.resource().status.value("drift", Json::array());
  }
  bool drifted(const std::string& node, const std::string& what) {
    return std::ranges::any_of(drift(), [&](const Json& item) {
      return item["node"] == node && item["what"] == what && item["heals"] == "safe";
    });
  }
  void expect_mended() {
    EXPECT_TRUE(cluster_.is_healthy());
    world_.rest(Millis{12'000});
    expect_nothing_lost();
  }

  std::string why_;  // the last healing failed
};

TEST_F(Healing, OneThatCannotBeMendedKeepsNobodyElseFromIt) {
  deploy({.replicas = 2, .heal = "safe"});
  machine("sim-replica-1").break_service();
  machine("sim-sentinel-2").stop_service();
  machine("sim-sentinel-3").break_service();
  ASSERT_FALSE(machine("sim-sentinel-2").sentinel().runs());
  EXPECT_EQ(heal(), OperationState::kFailed);
  EXPECT_TRUE(machine("sim-sentinel-2").sentinel().runs());
  for (const char* told : {"replica-1", "sentinel-3", "its program is damaged"})
    EXPECT_NE(why_.find(told), std::string::npos) << why_;
  for (const char* name : {"sim-replica-1", "sim-sentinel-3"}) machine(name).mend_service();
  world_.rest(Millis{30'000});
  expect_mended();
}

TEST_F(Healing, WhatWasSetIsSetAgainWhileTheServersRunOn) {
  deploy({.replicas = 2, .heal = "safe"});
  machine("sim-master-1").delete_user(redis::kReplicationUser);
  machine("sim-replica-1").spoil_file(kDropIn);
  machine("sim-sentinel-1").delete_user("default");
  world_.rest(Millis{5'000});
  EXPECT_FALSE(machine("sim-replica-1").redis().link_is_up());
  EXPECT_TRUE(drifted("master-1", "access"));
  EXPECT_TRUE(drifted("replica-1", "managed-file"));
  EXPECT_TRUE(drifted("sentinel-1", "access"));
  EXPECT_EQ(heal(), OperationState::kSucceeded) << why_;
  EXPECT_TRUE(drift().empty()) << dump(drift());
  EXPECT_TRUE(machine("sim-replica-1").redis().link_is_up());
  expect_mended();
}

TEST_F(Healing, ASentinelIsSetAgainAlsoWhileItHasNoQuorum) {
  deploy({.replicas = 1, .heal = "safe"});
  machine("sim-sentinel-1").delete_user("default");
  for (const char* name : {"sim-sentinel-2", "sim-sentinel-3"}) machine(name).break_service();
  world_.rest(Millis{20'000});
  EXPECT_TRUE(drifted("sentinel-1", "access"));
  EXPECT_EQ(heal(), OperationState::kFailed) << "the other two cannot be mended yet";
  EXPECT_FALSE(drifted("sentinel-1", "access"));
  for (const char* name : {"sim-sentinel-2", "sim-sentinel-3"}) machine(name).mend_service();
  world_.rest(Millis{30'000});
  expect_mended();
}

TEST_F(Healing, AReplicaThatDoesNotLetAshlarInIsStartedAnew) {
  deploy({.replicas = 1, .persistence = "none", .heal = "safe"});
  machine("sim-replica-1").delete_operator();
  EXPECT_TRUE(drifted("replica-1", "access-refused"));
  EXPECT_EQ(heal(), OperationState::kSucceeded) << why_;
  expect_mended();
}

TEST_F(Healing, AMasterThatDoesNotLetAshlarInMakesWayFirst) {
  for (const char* persistence : {"none", "rdb", "aof"}) {
    SCOPED_TRACE(persistence);
    MemoryStore store(VirtualTime().now());
    RedisWorld world(store, {.seed = 5, .boot = Millis{2'000}});
    RedisCluster cluster(world, "sim");
    ASSERT_TRUE(cluster.apply(
        RedisWish{.replicas = 2, .persistence = persistence, .heal = "safe"}.to_json()));
    ASSERT_EQ(cluster.run({}), OperationState::kSucceeded);
    cluster.start_clients();
    world.rest(Millis{15'000});
    for (auto* machine : world.living())
      if (machine->identity().name == "sim-master-1") machine->delete_operator();
    ASSERT_TRUE(cluster.act("heal", Json::object()));
    EXPECT_EQ(cluster.run({.most_retries = 0}), OperationState::kSucceeded);
    EXPECT_TRUE(cluster.is_healthy());
    world.rest(Millis{15'000});
    cluster.expect_data();
    cluster.expect_served();
    EXPECT_TRUE(cluster.excused().empty());
  }
}

TEST_F(Healing, SentinelsThatDoNotLetAshlarInAreStartedAnewOneAtATime) {
  deploy({.replicas = 1, .heal = "safe"});
  for (const char* name : {"sim-sentinel-1", "sim-sentinel-2", "sim-sentinel-3"})
    machine(name).delete_operator();
  EXPECT_EQ(heal(), OperationState::kSucceeded) << why_;
  expect_mended();
}

TEST_F(Healing, AClusterThatLetsAshlarInNowhereIsMended) {
  deploy({.replicas = 2, .persistence = "none", .heal = "safe"});
  for (auto* machine : world_.living()) machine->delete_operator();
  EXPECT_EQ(heal(), OperationState::kSucceeded) << why_;
  expect_mended();
}

TEST_F(Healing, ANodeThatWouldLoseItsDataIsLeftToAPerson) {
  deploy({.single = true, .persistence = "none", .heal = "safe"});
  machine("sim-master-1").delete_operator();
  const Json found = drift();
  ASSERT_EQ(found.size(), 1U) << dump(found);
  EXPECT_EQ(found[0]["what"], "access-refused");
  EXPECT_EQ(found[0]["heals"], "none");
}

TEST_F(Healing, AGlanceSeesWhatStoppedAndWhatDidNotLetAshlarIn) {
  deploy({.replicas = 2, .heal = "safe"});
  const auto glance = [&] { return world_.engine().observer().glance(cluster_.resource()); };
  EXPECT_EQ(glance().asked, 6);
  EXPECT_FALSE(glance().changed);
  machine("sim-sentinel-1").stop_service();
  EXPECT_TRUE(glance().changed);
  EXPECT_FALSE(cluster_.is_healthy());
  EXPECT_FALSE(glance().changed) << "that is known by now";
  machine("sim-replica-1").delete_operator();
  EXPECT_TRUE(glance().changed);
  EXPECT_FALSE(cluster_.is_healthy());
  EXPECT_FALSE(glance().changed);
  machine("sim-replica-2").lose_power();
  EXPECT_TRUE(glance().changed);
}

/// What the kind wants done is asked for as it says.
TEST_F(Healing, CertificatesNearTheirEndAreRenewedWithoutAnyoneAsking) {
  const auto wanted = [&] {
    cluster_.is_healthy();  // looks
    const Resource now = cluster_.resource();
    return redis::wants(now.spec, now.status, world_.time.now());
  };
  Json spec = RedisWish{.replicas = 1, .tls = true, .heal = "safe"}.to_json();
  spec["certificateDays"] = 30;
  ASSERT_TRUE(cluster_.apply(spec));
  ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
  cluster_.start_clients();
  world_.rest(Millis{15'000});
  EXPECT_TRUE(wanted().empty()) << "they are new";

  // For certificates of three years, the last thirty days have come.
  spec["certificateDays"] = 1'095;
  if (cluster_.apply(spec)) {
    ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
  }
  const auto tasks = wanted();
  ASSERT_EQ(tasks.size(), 5U);
  EXPECT_EQ(tasks[0].actor, schedule("certificates"));
  EXPECT_EQ(tasks[0].waits_for, "");
  ASSERT_TRUE(cluster_.act(tasks[0].action, tasks[0].arguments));
  EXPECT_EQ(cluster_.run({.most_retries = 0}), OperationState::kSucceeded);
  EXPECT_TRUE(wanted().empty()) << "once is enough";
  EXPECT_TRUE(drift().empty()) << dump(drift());
  expect_mended();
}

TEST_F(Healing, OfNodesThatAreNamedMendsTheseOnly) {
  deploy({.replicas = 1, .heal = "safe"});
  machine("sim-replica-1").stop_service();
  machine("sim-sentinel-1").stop_service();
  ASSERT_TRUE(cluster_.act("heal", {{"nodes", {"replica-1"}}}));
  EXPECT_EQ(cluster_.run({.most_retries = 0}), OperationState::kSucceeded);
  EXPECT_TRUE(machine("sim-replica-1").redis().runs());
  EXPECT_FALSE(machine("sim-sentinel-1").sentinel().runs());
}

}  // namespace
}  // namespace ashlar::sim
