// Lives of Redis clusters, each from its seed. One again, telling what happens:
//   ASHLAR_SIM_SEED=N sim_test --gtest_filter=RedisSimulation.*

#include <gtest/gtest.h>

#include "tests/sim/cluster_life.hpp"
#include "tests/sim/memory_store.hpp"
#include "tests/sim/seeds.hpp"

namespace ashlar::sim {
namespace {

Counts live(unsigned seed, bool spoken) {
  MemoryStore store(VirtualTime().now());
  World world(store, {.seed = seed, .spoken = spoken});
  ClusterLife life(world, "sim");
  require(life.apply(Wish{}.to_json()), "there is nothing to deploy");
  require(life.run({}) == OperationState::kSucceeded, "the deployment failed");
  life.expect_standing();
  life.start_clients();
  world.rest(Millis{10'000});
  require(life.act("switchover", {{"group", "sim-m1"}}), "there is nobody to hand over to");
  require(life.run({}) == OperationState::kSucceeded, "the switchover failed");
  life.expect_data();
  life.remove();
  require(life.run({}) == OperationState::kSucceeded, "the delete failed");
  life.expect_nothing_left();
  return {{"rounds", world.rounds()}, {"writes", static_cast<long long>(world.history.size())}};
}

TEST(RedisSimulation, NoSeedLosesAConfirmedWrite) {
  const Counts counts = live_all(300, live);
  EXPECT_GT(counts.at("writes"), 0);
}

}  // namespace
}  // namespace ashlar::sim
