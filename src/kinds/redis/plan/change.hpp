#pragma once
// Plans for a cluster that was proved once: from what differs to the steps that remove the
// difference, in an order that keeps it serving and loses no acknowledged write. Pure.

#include "kinds/redis/plan/difference.hpp"
#include "model/plan.hpp"

namespace ashlar::redis {

/// Empty when nothing differs. Throws Error(kConflict) when the change would lose data or cannot be
/// made in place.
Plan plan_change(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                 const Licence& licence, const std::string& action);

}  // namespace ashlar::redis
