#include "kinds/redis/plan/rolling_plan.hpp"

#include <algorithm>

#include "kinds/redis/plan/plan.hpp"

namespace ashlar::redis {

RollingPlan::RollingPlan(Plan& plan, const Spec& spec, const Topology& topology,
                         const ObservedFacts& facts, const Difference& difference)
    : plan_(plan), spec_(spec), topology_(topology), facts_(facts), difference_(difference) {}

/// A machine that is off gets its size while it is repaired.
bool RollingPlan::is_resized(const std::string& node) const {
  return difference_.is_resized(node) && !facts_.of(node).off;
}

bool RollingPlan::changes(const std::string& node) const {
  return is_resized(node) || difference_.is_reversioned(node);
}

void RollingPlan::fetch(const Keys& after) {
  for (const auto& node : difference_.reversioned)
    fetched_.push_back(
        add(plan_, planned::fetch(node.name, node.holds_data(), spec_.package_version), after));
}

/// A node that is repaired first has passed a gate already, which has the ordinary key.
PlannedStep RollingPlan::gate_of(const std::string& node, const std::string& group) const {
  PlannedStep gate = group.empty()    ? planned::agreed(node)
                     : spec_.sentinel ? planned::synced(node, group)
                                      : planned::replication(topology_.group(group));
  if (std::ranges::find(difference_.repairs, node, &NodePart::name) != difference_.repairs.end())
    gate.key += "/again";
  return gate;
}

std::string RollingPlan::install(const std::string& node, const std::string& group, Keys after) {
  after.insert(after.end(), fetched_.begin(), fetched_.end());
  std::ranges::sort(after);
  after.erase(std::ranges::unique(after).begin(), after.end());
  return add(plan_, planned::package(node, group, version_now(facts_, node), spec_.package_version),
             std::move(after));
}

/// Switching off is what makes a machine resizable; nobody depends on the node by then.
Keys RollingPlan::resize(const std::string& node, const std::string& group, Keys after) {
  const std::string withdrawn = add(plan_, planned::withdraw(node, group), std::move(after));
  Keys resized = fleet::plan_resize(plan_, fleet_request(spec_, {node}),
                                    {{node, facts_.of(node).size}}, {withdrawn});
  return {add(plan_, planned::resume(node, group), std::move(resized))};
}

Keys RollingPlan::change(const std::string& node, Keys after) {
  const std::string& group = topology_.node(node).group;
  if (difference_.is_reversioned(node)) after = {install(node, group, std::move(after))};
  if (is_resized(node)) after = resize(node, group, std::move(after));
  return {add(plan_, gate_of(node, group), std::move(after))};
}

Keys RollingPlan::replicas(const std::vector<std::string>& leaders, Keys after) {
  for (const auto& node : topology_.nodes)
    if (node.holds_data() && changes(node.name) &&
        std::ranges::find(leaders, node.name) == leaders.end())
      after = change(node.name, std::move(after));
  return after;
}

Keys RollingPlan::master(const Group& group, const std::string& leader, Keys after) {
  if (!changes(leader)) return after;
  if (const std::string heir = leader_after(group, leader); heir != leader)
    after = {add(plan_, planned::switchover(group.name, leader, heir), std::move(after))};
  return change(leader, std::move(after));
}

Keys RollingPlan::sentinels(Keys after) {
  for (const auto& node : topology_.nodes)
    if (!node.holds_data() && changes(node.name)) after = change(node.name, std::move(after));
  return after;
}

/// One that works already, if there is one: what is repaired or made by this plan comes second.
std::string RollingPlan::leader_after(const Group& group, const std::string& leader) const {
  if (!spec_.sentinel || !changes(leader)) return leader;
  Keys others = group.members();
  std::erase(others, leader);
  const auto works = std::ranges::find_if(
      others, [&](const std::string& name) { return facts_.of(name).working; });
  if (works != others.end()) return *works;
  return others.empty() ? leader : others.front();
}

}  // namespace ashlar::redis
