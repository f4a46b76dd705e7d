#pragma once

#include <set>
#include <string>

#include "kinds/kafka/plan/plan.hpp"

namespace ashlar::kafka {

/// The plan that mends what drifted, as far as the spec's policy allows; each node for itself.
/// `only`: these nodes; empty: all, and what belongs to no node.
Plan plan_repairs(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                  const std::set<std::string>& only);

}  // namespace ashlar::kafka
