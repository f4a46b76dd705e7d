#pragma once
// A whole life of one cluster, all of it drawn from a seed: what it is made of, what is asked for
// it, what goes wrong meanwhile. Throws what must hold and does not.

#include "store/store.hpp"
#include "tests/sim/seeds.hpp"

namespace ashlar::sim {

/// `store`: empty but for its organization. What is counted is equal for equal seeds.
Counts live_a_life(store::Store& store, unsigned seed, bool spoken);

}  // namespace ashlar::sim
