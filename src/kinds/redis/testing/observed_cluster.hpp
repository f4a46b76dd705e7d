#pragma once
// Observations for this room's tests, in the shape of status.hpp.

#include <stdexcept>

#include "kinds/redis/plan/planned.hpp"
#include "kinds/redis/testing/test_catalog.hpp"

namespace ashlar::redis {

/// An observation of an intact, proved cluster that was deployed from `spec`.
inline Json intact_cluster(const Json& spec_json) {
  const Spec spec = spec_from_json(spec_json);
  const Catalog catalog = test_catalog();
  const Topology topology = topology_of(spec, &catalog);
  Json nodes = Json::array();
  for (const auto& node : topology.nodes) {
    const bool data = node.holds_data();
    nodes.push_back({{"name", node.name},
                     {"role", to_string(node.role)},
                     {"declaredRole", to_string(node.role)},
                     {"group", data ? Json(node.group) : Json(nullptr)},
                     {"machine", spec.name + "-" + node.name},
                     {"machineSize", node.size},
                     {"state", "active"},
                     {"reachable", true},
                     {"usedMemoryBytes", 1LL << 20},
                     {"settings", data ? to_json(settings_of(spec, topology.group(node.group)))
                                       : Json(nullptr)}});
  }
  Json groups = Json::array();
  for (const auto& group : topology.groups)
    groups.push_back({{"name", group.name}, {"master", group.master}});
  return {{"applied", spec_json},
          {"power", "on"},
          {"nodes", nodes},
          {"surplus", Json::array()},
          {"groups", groups},
          {"drift", Json::array()},
          {"proof", {{"at", "2026-11-21T00:00:00.000Z"}}}};
}

inline Json& observed_node(Json& observed, const std::string& name) {
  for (auto& node : observed["nodes"])
    if (node["name"] == name) return node;
  throw std::out_of_range(name);
}

/// As after a failover.
inline void lead(Json& observed, const std::string& group, const std::string& node) {
  for (auto& entry : observed["groups"])
    if (entry["name"] == group) entry["master"] = node;
}

}  // namespace ashlar::redis
