#include "kinds/redis/plan_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/plan.hpp"

namespace ashlar::redis {

Plan plan_for(const Spec& spec, std::string action, std::string summary) {
  Plan plan;
  plan.kind = "redis";
  plan.resource_name = spec.name;
  plan.action = std::move(action);
  plan.summary = std::move(summary);
  return plan;
}

std::string add(Plan& plan, PlannedStep step, Keys after) {
  step.after = std::move(after);
  plan.steps.push_back(std::move(step));
  return plan.steps.back().key;
}

PlannedStep step_of(std::string type, const std::string& node, std::string title, const char* phase,
                    Millis expected, Json args) {
  PlannedStep step;
  step.key = node.empty() ? type : fmt::format("{}/{}", type, node);
  step.type = std::move(type);
  step.node = node;
  step.title = std::move(title);
  step.phase = phase;
  step.expected = expected;
  step.args = std::move(args);
  return step;
}

Keys members_by_rank(const Group& group, const ObservedFacts& facts) {
  Keys members = group.members();
  // While nobody leads, the one that led when the cluster was stopped counts.
  std::string master = group.master;
  for (const auto* known : {&facts.last_masters, &facts.masters})
    if (const auto found = known->find(group.name); found != known->end()) master = found->second;
  std::ranges::stable_partition(members, [&](const std::string& name) { return name == master; });
  return members;
}

void describe_cost(Plan& plan, const Spec& spec, const Catalog& catalog) {
  const double cost = monthly_usd(spec, catalog);
  plan.changes.push_back({ChangeAction::kUpdate, "cluster", spec.name,
                          fmt::format("{} {} kept", spec.node_count(),
                                      spec.node_count() == 1 ? "machine" : "machines"),
                          cost, cost});
}

}  // namespace ashlar::redis
