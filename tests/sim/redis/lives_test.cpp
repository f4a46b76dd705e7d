// Lives of Redis clusters, each from its seed. One again, telling what happens:
//   ASHLAR_SIM_SEED=N sim_test --gtest_filter=RedisSimulation.*

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/sim/memory_store.hpp"
#include "tests/sim/redis/redis_life.hpp"
#include "tests/sim/seeds.hpp"
#include "tests/sim/virtual_time.hpp"

namespace ashlar::sim {
namespace {

Counts redis_life(unsigned seed, bool spoken) {
  MemoryStore store(VirtualTime().now());
  return live_redis_life(store, seed, spoken);
}

#ifdef __SANITIZE_ADDRESS__
constexpr unsigned kSeeds = 300;  // each takes thirty times as long
#else
constexpr unsigned kSeeds = 1'500;
#endif

TEST(RedisSimulation, NoSeedLosesAConfirmedWrite) {
  Counts counts = live_all(kSeeds, redis_life);
  const bool replay = std::getenv("ASHLAR_SIM_SEED") != nullptr;
  for (const char* what : {"deaths", "wire-faults", "power-cuts", "partitions", "cancelled", "tls",
                           "resized-in-place", "replaced", "users-deleted", "services-broken"})
    EXPECT_TRUE(replay || counts[what] > 0) << "nothing was tried: " << what;
}

}  // namespace
}  // namespace ashlar::sim
