#pragma once
// What Ashlar leaves alone beside a failed change, and what is looked up at the provider.

#include <set>
#include <string>
#include <vector>

#include "engine/kind.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::cluster {

/// See engine::Kind::nodes_touched: the step's node, or all nodes where it names none. Pure.
std::set<std::string> nodes_touched(const Json& spec, const PlannedStep& step);

/// What is wrong with the VPC that a new spec names. It cannot change, so that only a new one is
/// looked up.
std::vector<FieldError> vpc_faults(const fleet::Tools& tools, const Json& spec, const Json& stored);

}  // namespace ashlar::cluster
