// Lives of Kafka clusters, each from its seed. One again, telling what happens:
//   ASHLAR_SIM_SEED=N sim_test --gtest_filter=KafkaSimulation.*

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/sim/kafka/kafka_life.hpp"
#include "tests/sim/memory_store.hpp"
#include "tests/sim/virtual_time.hpp"

namespace ashlar::sim {
namespace {

Counts kafka_life(unsigned seed, bool spoken) {
  MemoryStore store(VirtualTime().now());
  return live_kafka_life(store, seed, spoken);
}

#ifdef __SANITIZE_ADDRESS__
constexpr unsigned kKafkaSeeds = 100;  // each takes thirty times as long
#else
constexpr unsigned kKafkaSeeds = 1'000;
#endif

TEST(KafkaSimulation, NoSeedLosesAConfirmedRecord) {
  Counts counts = live_all(kKafkaSeeds, kafka_life);
  const bool replay = std::getenv("ASHLAR_SIM_SEED") != nullptr;
  for (const char* what :
       {"deaths", "wire-faults", "power-cuts", "partitions", "cancelled", "moved-replicas",
        "other-controllers", "resized-in-place", "replaced", "version", "permissions-deleted"})
    EXPECT_TRUE(replay || counts[what] > 0) << "nothing was tried: " << what;
}

}  // namespace
}  // namespace ashlar::sim
