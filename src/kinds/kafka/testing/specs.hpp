#pragma once
// Specs for this room's tests, and what an observation of them would say.

#include "kinds/fleet/testing/test_catalog.hpp"
#include "kinds/kafka/spec/spec.hpp"
#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::kafka {

using fleet::testing::test_catalog;

inline Json role_json(int count, const char* size = "s-2vcpu-4gb") {
  return {{"count", count}, {"size", size}};
}

/// Three controllers and three brokers, with TLS.
inline Json valid_spec() {
  return {{"kind", "kafka"},
          {"name", "prod-kafka"},
          {"type", "kafka-prod"},
          {"region", "nyc1"},
          {"desiredState",
           {{"roles", {{"controller", role_json(3, "s-2vcpu-2gb")}, {"broker", role_json(3)}}}}},
          {"topics", Json::array({{{"name", "orders"}, {"partitions", 6}}})},
          {"clientRanges", {"10.0.0.0/8"}}};
}

inline Spec accepted(const Json& input, const Json& stored = nullptr) {
  auto parsed = parse(input, test_catalog(), stored);
  if (!parsed) throw Error(ErrorCode::kInvalidInput, "the spec is refused", parsed.error());
  return parsed->spec;
}

/// A cluster that works as `spec` says.
inline Json observed_as(const Spec& spec) {
  Json nodes = Json::array();
  int last = 1;
  for (const auto& node : topology_of(spec).nodes)
    nodes.push_back({{"name", node.name},
                     {"declaredRole", to_string(node.role())},
                     {"state", "active"},
                     {"reachable", true},
                     {"machine", spec.name + "-" + node.name},
                     {"machineSize", node.size},
                     {"privateAddress", "10.10.0." + std::to_string(++last)}});
  Json topics = Json::array();
  for (const auto& topic : spec.topics)
    topics.push_back({{"name", topic.name},
                      {"partitions", topic.partitions},
                      {"replicationFactor", topic.replication_factor},
                      {"configuration", topic.configuration}});
  return {{"nodes", nodes},
          {"topics", topics},
          {"surplus", Json::array()},
          {"drift", Json::array()},
          {"power", "on"},
          {"activeController", topology_of(spec).controllers().front()},
          {"proof", {{"at", "2026-11-27T10:00:00Z"}}},
          {"applied", to_json(spec)}};
}

}  // namespace ashlar::kafka
