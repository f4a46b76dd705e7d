#include "kinds/redis/observed.hpp"

#include <fmt/format.h>

namespace ashlar::redis {

ObservedFacts facts_of(const Json& observed) {
  ObservedFacts facts;
  if (!observed.is_object() || observed.empty()) return facts;
  facts.exists = true;
  for (const auto& node : observed.value("nodes", Json::array())) {
    const std::string name = node.at("name");
    const std::string state = node.at("state");
    facts.nodes[name] = {state == "missing", node.at("reachable"), state == "active"};
    if (node.at("role") == "sentinel" && state == "active") facts.sentinels_at_work = true;
  }
  for (const auto& group : observed.value("groups", Json::array()))
    if (group.at("master").is_string()) facts.masters[group.at("name")] = group.at("master");
  facts.proved = observed.contains("proof") && observed["proof"].is_object();
  return facts;
}

std::vector<std::string> differences(const Json& deployed, const Json& wanted,
                                     const std::string& path) {
  if (deployed == wanted) return {};
  if (!deployed.is_object() || !wanted.is_object())
    return {fmt::format("{} ({} → {})", path, dump(deployed), dump(wanted))};
  std::vector<std::string> result;
  for (const auto& [name, value] : wanted.items()) {
    const auto inner = differences(deployed.value(name, Json()), value,
                                   path.empty() ? name : fmt::format("{}.{}", path, name));
    result.insert(result.end(), inner.begin(), inner.end());
  }
  return result;
}

}  // namespace ashlar::redis
