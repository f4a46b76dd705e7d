#pragma once
// A life of a Kafka cluster.

#include "store/store.hpp"
#include "tests/sim/seeds.hpp"

namespace ashlar::sim {

/// `store`: empty but for its organization. Throws what must hold and does not. What is counted is
/// equal for equal seeds.
Counts live_kafka_life(store::Store& store, unsigned seed, bool spoken);

}  // namespace ashlar::sim
