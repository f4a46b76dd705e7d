#pragma once
// What the plans for occasions are put together from. Pure.

#include <string>
#include <vector>

#include "kinds/cluster/plan/parts.hpp"
#include "kinds/redis/plan/observed.hpp"
#include "kinds/redis/plan/planned.hpp"

namespace ashlar::redis {

using cluster::add;
using cluster::before_and_after;
using cluster::extend;
using cluster::Keys;
using cluster::planned_among;
using cluster::step_of;

/// An empty plan of this kind.
Plan plan_for(const Spec& spec, std::string action, std::string summary);
/// A new certificate for each of the nodes, checked; sentinels one at a time, since they restart
/// for it. Returns the last keys.
Keys add_certificates(Plan& plan, const Spec& spec, const std::vector<NodePart>& nodes,
                      const Keys& after);
/// The nodes of a group with its present master first.
Keys members_by_rank(const Group& group, const ObservedFacts& facts);
/// Who leads a group now, as far as it is known; else the declared master.
std::string leader_of(const ObservedFacts& facts, const Group& group);
/// What a node runs now, as far as it is known.
std::string version_now(const ObservedFacts& facts, const std::string& node);
/// What a change of masters means for a group's clients.
std::string writes_pause(const Group& group);
/// All machines stay: one change that costs nothing.
void describe_cost(Plan& plan, const Spec& spec, const Catalog& catalog);

}  // namespace ashlar::redis
