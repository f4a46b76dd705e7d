#pragma once
// What the plans for occasions are put together from. Pure.

#include <string>
#include <vector>

#include "kinds/redis/plan/observed.hpp"
#include "kinds/redis/plan/planned.hpp"
#include "model/spec_difference.hpp"

namespace ashlar::redis {

using Keys = std::vector<std::string>;

/// An empty plan of this kind.
Plan plan_for(const Spec& spec, std::string action, std::string summary);
/// Returns the step's key. `after`: those that must have succeeded; `after_ended`: those that must
/// be over. Each is named once, in the order in which it was named first.
std::string add(Plan& plan, PlannedStep step, Keys after, Keys after_ended = {});
/// Those of the keys that are planned, in the plan's order.
Keys planned_among(const Plan& plan, const Keys& keys);
/// Appended to `keys`.
void extend(Keys& keys, const Keys& more);
/// Its key is type/node; the type alone for a step that is about the whole cluster.
PlannedStep step_of(std::string type, const std::string& node, std::string title, const char* phase,
                    Millis expected, Json args = Json::object());
/// A new certificate for each of the nodes, checked; sentinels one at a time, since they restart
/// for it. Returns the last keys.
Keys add_certificates(Plan& plan, const Spec& spec, const std::vector<NodePart>& nodes,
                      const Keys& after);
/// The nodes of a group with its present master first.
Keys members_by_rank(const Group& group, const ObservedFacts& facts);
/// Who leads a group now, as far as it is known; else the declared master.
std::string leader_of(const ObservedFacts& facts, const Group& group);
/// "(false → true)": a field of the spec, for people.
std::string before_and_after(const SpecChange& change);
/// What a node runs now, as far as it is known.
std::string version_now(const ObservedFacts& facts, const std::string& node);
/// What a change of masters means for a group's clients.
std::string writes_pause(const Group& group);
/// All machines stay: one change that costs nothing.
void describe_cost(Plan& plan, const Spec& spec, const Catalog& catalog);

}  // namespace ashlar::redis
