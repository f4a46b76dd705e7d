#pragma once
// What the plans for occasions are put together from. Pure.

#include <string>
#include <vector>

#include "kinds/redis/observed.hpp"
#include "kinds/redis/planned.hpp"

namespace ashlar::redis {

using Keys = std::vector<std::string>;

/// An empty plan of this kind.
Plan plan_for(const Spec& spec, std::string action, std::string summary);
/// Returns the step's key.
std::string add(Plan& plan, PlannedStep step, Keys after);
/// Its key is type/node; the type alone for a step that is about the whole cluster.
PlannedStep step_of(std::string type, const std::string& node, std::string title, const char* phase,
                    Millis expected, Json args = Json::object());
/// The nodes of a group with its present master first.
Keys members_by_rank(const Group& group, const ObservedFacts& facts);
/// All machines stay: one change that costs nothing.
void describe_cost(Plan& plan, const Spec& spec, const Catalog& catalog);

}  // namespace ashlar::redis
