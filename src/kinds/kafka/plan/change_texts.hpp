#pragma once
// What the plan of a change says to people: sums, costs, addresses and interruptions. Pure.

#include "kinds/kafka/plan/membership.hpp"
#include "kinds/kafka/plan/topics.hpp"

namespace ashlar::kafka {

struct ChangeTold {
  const Spec& spec;
  const Spec& applied;
  const ObservedFacts& facts;
  const Membership& members;
  const TopicDifference& topics;
  const engine::PlanInput& input;
};
/// After all steps were planned.
void describe_change(Plan& plan, const ChangeTold& told);

void describe_resize(Plan& plan, const Spec& spec, const NodePart& node, const std::string& from,
                     const Catalog& catalog);

}  // namespace ashlar::kafka
