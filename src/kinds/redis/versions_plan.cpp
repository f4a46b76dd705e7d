#include "kinds/redis/versions_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/package_version.hpp"

namespace ashlar::redis {
namespace {

/// What a node runs now, as far as it is known.
std::string version_now(const ObservedFacts& facts, const std::string& node) {
  if (auto found = facts.of(node).package_version; !found.empty()) return found;
  if (!facts.applied.is_object()) return {};
  return spec_from_json(facts.applied).package_version;
}

std::string leader_of(const ObservedFacts& facts, const Group& group) {
  const auto found = facts.masters.find(group.name);
  return found == facts.masters.end() ? group.master : found->second;
}

/// "7.0" of "5:7.0.15-1".
std::string_view series_of(std::string_view version) {
  const std::string_view upstream = upstream_version(version);
  const auto first = upstream.find('.');
  return first == upstream.npos ? upstream : upstream.substr(0, upstream.find('.', first + 1));
}

void note_direction(Plan& plan, const std::string& before, const std::string& after) {
  if (before.empty()) return;
  const bool back = compare_package_versions(after, before) < 0;
  if (series_of(before) != series_of(after))
    plan.notes.push_back(fmt::format(
        "Redis {} and {} may keep and replicate data in different forms{}; the change stops at the "
        "first node that does not follow again, and can be cancelled from there",
        series_of(before), series_of(after),
        back ? ", and the older one may not read the newer one's" : ""));
  else if (back)
    plan.notes.push_back(fmt::format("{} is older than {}, which runs now", after, before));
}

}  // namespace

VersionsPlan::VersionsPlan(Plan& plan, const Spec& spec, const Topology& topology,
                           const ObservedFacts& facts, const Difference& difference)
    : plan_(plan), spec_(spec), topology_(topology), facts_(facts), difference_(difference) {}

bool VersionsPlan::changes(const std::string& node) const {
  return std::ranges::find(difference_.reversioned, node, &NodePart::name) !=
         difference_.reversioned.end();
}

void VersionsPlan::fetch(const Keys& after) {
  for (const auto& node : difference_.reversioned)
    fetched_.push_back(
        add(plan_, planned::fetch(node.name, node.holds_data(), spec_.package_version), after));
}

PlannedStep VersionsPlan::gate_of(const std::string& node, const std::string& group) const {
  if (group.empty()) return planned::agreed(node);
  return spec_.sentinel ? planned::synced(node, group)
                        : planned::replication(topology_.group(group));
}

Keys VersionsPlan::change(const std::string& node, Keys after) {
  after.insert(after.end(), fetched_.begin(), fetched_.end());
  std::ranges::sort(after);
  after.erase(std::ranges::unique(after).begin(), after.end());
  const std::string& group = topology_.node(node).group;
  const std::string changed =
      add(plan_, planned::package(node, group, version_now(facts_, node), spec_.package_version),
          std::move(after));
  return {add(plan_, gate_of(node, group), {changed})};
}

Keys VersionsPlan::replicas(const std::vector<std::string>& leaders, Keys after) {
  for (const auto& node : difference_.reversioned)
    if (node.holds_data() && std::ranges::find(leaders, node.name) == leaders.end())
      after = change(node.name, std::move(after));
  return after;
}

Keys VersionsPlan::master(const Group& group, const std::string& leader, Keys after) {
  if (!changes(leader)) return after;
  if (const std::string heir = leader_after(group, leader); heir != leader)
    after = {add(plan_, planned::switchover(group.name, leader, heir), std::move(after))};
  return change(leader, std::move(after));
}

Keys VersionsPlan::sentinels(Keys after) {
  for (const auto& node : difference_.reversioned)
    if (!node.holds_data()) after = change(node.name, std::move(after));
  return after;
}

/// One that works already, if there is one: what is repaired or made by this plan comes second.
std::string VersionsPlan::leader_after(const Group& group, const std::string& leader) const {
  if (!spec_.sentinel || !changes(leader)) return leader;
  Keys others = group.members();
  std::erase(others, leader);
  const auto works = std::ranges::find_if(
      others, [&](const std::string& name) { return facts_.of(name).working; });
  if (works != others.end()) return *works;
  return others.empty() ? leader : others.front();
}

void describe_versions(Plan& plan, const Spec& spec, const Topology& topology,
                       const ObservedFacts& facts, const Difference& difference) {
  if (difference.reversioned.empty()) return;
  std::string before;
  for (const auto& node : difference.reversioned) {
    const std::string now = version_now(facts, node.name);
    if (!now.empty()) before = now;
    plan.changes.push_back(
        {ChangeAction::kUpdate, "package", node.name,
         fmt::format("Redis {} → {} in place", now.empty() ? "of an unknown version" : now,
                     spec.package_version),
         0, 0});
  }
  note_direction(plan, before, spec.package_version);
  if (!spec.sentinel) {
    plan.disruptions.push_back(fmt::format(
        "{} answers nobody while it is restarted: a few seconds, and longer with much data; its "
        "data is saved before",
        spec.name));
    return;
  }
  plan.disruptions.emplace_back(
      "each node restarts once, one at a time, and its connections end with that");
  for (const auto& group : topology.groups)
    if (std::ranges::find(difference.reversioned, leader_of(facts, group), &NodePart::name) !=
        difference.reversioned.end())
      plan.disruptions.push_back(
          fmt::format("writes to {} pause for about a second while its master changes; clients "
                      "that ask the sentinels find the new one",
                      group.name));
}

}  // namespace ashlar::redis
