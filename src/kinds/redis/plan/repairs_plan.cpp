#include "kinds/redis/plan/repairs_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "kinds/redis/plan/plan.hpp"

namespace ashlar::redis {
namespace {

/// It runs, and must be restarted to let Ashlar in again.
bool is_restarted(const ObservedFacts& facts, const NodePart& node) {
  return facts.drifted("access-refused", node.name);
}

}  // namespace

RepairsPlan::RepairsPlan(Plan& plan, const Spec& spec, const Topology& topology,
                         const ObservedFacts& facts, const std::vector<NodePart>& repairs,
                         LeaderOf leader_of)
    : plan_(plan),
      spec_(spec),
      topology_(topology),
      facts_(facts),
      repairs_(repairs),
      leader_of_(std::move(leader_of)) {}

bool RepairsPlan::has(const std::string& node) const {
  return std::ranges::find(repairs_, node, &NodePart::name) != repairs_.end();
}

const Keys& RepairsPlan::of(const Group& group) const {
  static const Keys none;
  const auto found = data_nodes_.find(group.name);
  return found == data_nodes_.end() ? none : found->second;
}

void RepairsPlan::install(const SwitchOn& switch_on) {
  for (const auto& node : repairs_)
    add(plan_, planned::install(node.name, node.holds_data()), switch_on(node));
}

bool RepairsPlan::is_led_by(const Group& group, const std::string& node) const {
  return leader_of_(group) == node;
}

/// The leader last: when it has to be restarted, it is failed over to one that was mended before.
std::vector<NodePart> RepairsPlan::members(const Group& group) const {
  std::vector<NodePart> members;
  for (const auto& node : repairs_)
    if (node.holds_data() && node.group == group.name) members.push_back(node);
  std::ranges::stable_partition(members,
                                [&](const NodePart& node) { return !is_led_by(group, node.name); });
  return members;
}

void RepairsPlan::data_nodes(const Group& group, const Keys& before) {
  Keys& last = data_nodes_[group.name];
  for (const auto& node : members(group)) {
    const bool restarted = is_restarted(facts_, node);
    Keys after_ended = restarted ? restarted_ : Keys{};
    if (restarted && is_led_by(group, node.name)) extend(after_ended, last);
    last.push_back(start(node, group, before, std::move(after_ended)));
    if (restarted) restarted_ = {last.back()};
  }
}

void RepairsPlan::check_certificate(const NodePart& node, const std::string& started) {
  if (spec_.tls) certificates_.push_back(add(plan_, planned::tls(node.name), {started}));
}

std::string RepairsPlan::start(const NodePart& node, const Group& group, const Keys& before,
                               Keys after_ended) {
  const std::string leader = leader_of_(group);
  const bool leads = node.name == leader;
  PlannedStep configured = planned::configure(node.name, group, leads ? std::string() : leader);
  configured.args["repair"] = true;
  if (spec_.sentinel) configured.args["joins"] = true;
  configured.after_ended = std::move(after_ended);
  Keys after{install_key(node.name), kCredentialsKey};
  extend(after, before);
  const std::string started = add(plan_, std::move(configured), std::move(after));
  check_certificate(node, started);
  if (leads) return started;
  PlannedStep synced = planned::synced(node.name, group.name);
  synced.args["repair"] = true;
  return add(plan_, std::move(synced), {started});
}

/// Of a group whose leader nobody knows, any of its nodes may be the one. Who still runs can be
/// met.
Keys RepairsPlan::masters_started() const {
  Keys keys;
  for (const auto& group : topology_.groups)
    for (const auto& node : repairs_)
      if (node.group == group.name && node.holds_data() && !is_restarted(facts_, node) &&
          (is_led_by(group, node.name) || !facts_.leader_of(group.name)))
        keys.push_back(configure_key(node.name));
  return keys;
}

void RepairsPlan::sentinels() {
  Json masters = Json::object();
  for (const auto& group : topology_.groups) masters[group.name] = leader_of_(group);
  for (const auto& node : repairs_) {
    if (node.holds_data()) continue;
    PlannedStep step = planned::sentinel(node.name, masters, quorum_of(spec_));
    step.args["repair"] = true;
    step.after_ended = masters_started();
    if (is_restarted(facts_, node)) extend(step.after_ended, restarted_);
    const std::string started =
        add(plan_, std::move(step), {install_key(node.name), kCredentialsKey});
    check_certificate(node, started);
    sentinels_.push_back(add(plan_, planned::agreed(node.name), {started}));
    if (is_restarted(facts_, node)) restarted_ = {sentinels_.back()};
  }
}

Plan plan_repairs(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                  const std::set<std::string>& nodes) {
  const Topology topology = topology_of(spec, &catalog);
  std::vector<NodePart> broken;
  for (const auto& node : topology.nodes) {
    const NodeFacts seen = facts.of(node.name);
    if (nodes.contains(node.name) && !seen.working && !seen.missing) broken.push_back(node);
  }
  std::vector<NodePart> changed;
  for (const auto& node : topology.nodes)
    if (nodes.contains(node.name) && was_changed_by_hand(facts, node)) changed.push_back(node);
  const size_t mended = broken.size() + changed.size();
  Plan plan = plan_for(spec, "heal",
                       fmt::format("Heal Redis cluster {}: {} {}", spec.name, mended,
                                   mended == 1 ? "node to repair" : "nodes to repair"));
  if (broken.empty() && changed.empty()) {
    plan.summary =
        fmt::format("Redis cluster {}: nothing to repair on {}", spec.name, fmt::join(nodes, ", "));
    return plan;
  }
  RepairsPlan repairs(plan, spec, topology, facts, broken,
                      [&](const Group& group) { return leader_of(facts, group); });
  add(plan, planned::credentials(spec), {});
  repairs.install([&](const NodePart& node) {
    return facts.of(node.name).off
               ? fleet::plan_power(plan, fleet_request(spec, {node.name}), true, {})
               : Keys{};
  });
  for (const auto& node : changed) add(plan, planned::restore(node.name), {});
  repairs.sentinels();
  for (const auto& group : topology.groups) repairs.data_nodes(group, {});
  describe_cost(plan, spec, catalog);
  return plan;
}

}  // namespace ashlar::redis
