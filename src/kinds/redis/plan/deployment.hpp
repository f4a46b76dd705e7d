#pragma once
// Plans for a cluster that was never proved. Pure.

#include "kinds/redis/plan/observed.hpp"
#include "kinds/redis/spec/spec.hpp"
#include "model/catalog.hpp"
#include "model/plan.hpp"

namespace ashlar::redis {

/// Everything that a node lacks, and the proof. A machine that does not answer is made anew: the
/// cluster took no acknowledged write yet.
Plan plan_deployment(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog);

}  // namespace ashlar::redis
