#include "kinds/redis/plan/plan_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/cluster/plan/machines.hpp"
#include "kinds/redis/plan/plan.hpp"

namespace ashlar::redis {
Plan plan_for(const Spec& spec, std::string action, std::string summary) {
  Plan plan;
  plan.kind = "redis";
  plan.resource_name = spec.name;
  plan.action = std::move(action);
  plan.summary = std::move(summary);
  return plan;
}

Keys add_certificates(Plan& plan, const Spec& spec, const std::vector<NodePart>& nodes,
                      const Keys& after) {
  Keys last;
  Keys sentinels = after;
  for (const auto& node : nodes) {
    const std::string renewed =
        add(plan,
            step_of("redis.certificate", node.name,
                    {fmt::format("Give {} a new certificate", node.name), phase::kTls,
                     node.holds_data() ? Millis{500} : Millis{3'000}},
                    {{"days", spec.certificate_days}}),
            node.holds_data() ? after : sentinels);
    const std::string checked = add(plan, planned::tls(node.name), {renewed});
    if (!node.holds_data()) sentinels = {checked};
    last.push_back(checked);
  }
  return last.empty() ? after : last;
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

std::string leader_of(const ObservedFacts& facts, const Group& group) {
  return facts.leader_of(group.name).value_or(group.master);
}

std::string version_now(const ObservedFacts& facts, const std::string& node) {
  if (auto found = facts.of(node).package_version; !found.empty()) return found;
  if (!facts.applied.is_object()) return {};
  return spec_from_json(facts.applied).package_version;
}

std::string writes_pause(const Group& group) {
  return fmt::format(
      "writes to {} pause for about a second while its master changes; clients that ask the "
      "sentinels find the new one",
      group.name);
}

void describe_cost(Plan& plan, const Spec& spec, const Catalog& catalog) {
  cluster::describe_cost(plan, spec.name, spec.node_count(), monthly_usd(spec, catalog));
}

}  // namespace ashlar::redis
