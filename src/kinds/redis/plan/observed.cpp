#include "kinds/redis/plan/observed.hpp"

#include <algorithm>

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
  NodeFacts facts{cluster::node_facts(node)};
  facts.group = text(node, "group");
  facts.package_version = text(node, "packageVersion");
  facts.leads =
      node.contains("isMaster") ? node["isMaster"] == true : text(node, "role") == "master";
  facts.settings = node.value("settings", Json());
  facts.used_memory_bytes = number(node, "usedMemoryBytes");
  return facts;
}

}  // namespace

ObservedFacts facts_of(const Json& observed) {
  ObservedFacts facts;
  if (!observed.is_object() || observed.empty()) return facts;
  facts.read_common(observed, node_facts);
  facts.sentinels_at_work = std::ranges::any_of(facts.nodes, [](const auto& entry) {
    return entry.second.role == "sentinel" && entry.second.working;
  });
  for (const auto& group : observed.value("groups", Json::array()))
    if (group.at("master").is_string()) facts.masters[group.at("name")] = group.at("master");
  const Json last_masters = observed.value("lastMasters", Json::object());
  for (const auto& [group, node] : last_masters.items()) facts.last_masters[group] = node;
  return facts;
}

}  // namespace ashlar::redis
