#pragma once

#include <set>
#include <string>

#include "kinds/kafka/plan/plan.hpp"

namespace ashlar::kafka {

struct Repairable {
  std::set<std::string> nodes;  // only these; empty: all, and what belongs to no node
  bool lost_machines = false;   // others are made in the place of those that are gone
};

/// The plan that mends what drifted; each node for itself.
Plan plan_repairs(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                  const Repairable& repairable);

}  // namespace ashlar::kafka
