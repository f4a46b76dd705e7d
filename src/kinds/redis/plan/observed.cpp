#include "kinds/redis/plan/observed.hpp"

#include <fmt/format.h>

namespace ashlar::redis {

namespace {

std::string text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// 0: unknown.
long long number(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<long long>() : 0;
}

NodeFacts node_facts(const Json& node) {
  const std::string state = text(node, "state");
  NodeFacts facts;
  facts.missing = state == "missing";
  facts.off = state == "off";
  facts.reachable = node.value("reachable", false);
  facts.working = state == "active";
  facts.role = node.contains("declaredRole") ? text(node, "declaredRole") : text(node, "role");
  facts.group = text(node, "group");
  facts.size = text(node, "machineSize");
  facts.machine = text(node, "machine");
  facts.address = text(node, "privateAddress");
  if (facts.address.empty()) facts.address = text(node, "publicAddress");
  facts.package_version = text(node, "packageVersion");
  facts.leads =
      node.contains("isMaster") ? node["isMaster"] == true : text(node, "role") == "master";
  facts.settings = node.value("settings", Json());
  facts.used_memory_bytes = number(node, "usedMemoryBytes");
  facts.disk_bytes = number(node, "machineDiskBytes");
  return facts;
}

}  // namespace

ObservedFacts facts_of(const Json& observed) {
  ObservedFacts facts;
  if (!observed.is_object() || observed.empty()) return facts;
  facts.exists = true;
  for (const auto& node : observed.value("nodes", Json::array())) {
    const NodeFacts& seen = facts.nodes[node.at("name")] = node_facts(node);
    if (seen.role == "sentinel" && seen.working) facts.sentinels_at_work = true;
  }
  for (const auto& machine : observed.value("surplus", Json::array()))
    facts.leftovers[machine.at("name")] = node_facts(machine);
  for (const auto& group : observed.value("groups", Json::array()))
    if (group.at("master").is_string()) facts.masters[group.at("name")] = group.at("master");
  const Json last_masters = observed.value("lastMasters", Json::object());
  for (const auto& [group, node] : last_masters.items()) facts.last_masters[group] = node;
  for (const auto& item : observed.value("drift", Json::array()))
    facts.drift[item.at("what")].insert(text(item, "node"));
  facts.proved = observed.contains("proof") && observed["proof"].is_object();
  facts.off = text(observed, "power") == "off";
  facts.applied = observed.value("applied", Json());
  return facts;
}

}  // namespace ashlar::redis
