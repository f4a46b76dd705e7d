#pragma once
// What the policy lets Ashlar mend of what was observed, and what of it stays wrong all the same.
// Pure.

#include "kinds/redis/plan/observed.hpp"
#include "kinds/redis/plan/plan.hpp"

namespace ashlar::redis {

/// A plan without steps when none of them would mend anything; its summary then says what is wrong
/// and why it stays. `observed`: what `facts` were read from.
Plan plan_healing(const Spec& spec, const ObservedFacts& facts, const Json& observed,
                  const Catalog& catalog);

}  // namespace ashlar::redis
