#pragma once

#include "kinds/kafka/plan/plan.hpp"

namespace ashlar::kafka {

/// The plan that brings a cluster up for the first time, or completes one that was never proved.
Plan plan_deployment(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog);

}  // namespace ashlar::kafka
