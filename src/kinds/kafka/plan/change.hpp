#pragma once

#include <string>

#include "kinds/kafka/plan/plan.hpp"

namespace ashlar::kafka {

/// From the spec that was last proved to the one that is wanted now, while the cluster works.
/// Throws Error(kConflict) for what cannot change.
Plan plan_change(const Spec& spec, const ObservedFacts& facts, const engine::PlanInput& input,
                 const std::string& action);

}  // namespace ashlar::kafka
