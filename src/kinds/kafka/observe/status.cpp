#include "kinds/kafka/observe/status.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/kafka/observe/connection.hpp"
#include "kinds/kafka/observe/drift.hpp"
#include "kinds/kafka/observe/survey.hpp"

namespace ashlar::kafka {
namespace {

template <typename Value>
Json value_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json known_or_null(long long value) {
  return value > 0 ? Json(value) : Json(nullptr);
}

std::string role_of(const NodePart& part) {
  return part.broker && part.controller ? "broker, controller"
         : part.broker                  ? "broker"
                                        : "controller";
}

Json node_json(const ClusterView& view, const NodeView& node) {
  const Machine machine = node.machine.value_or(Machine{});
  const bool counted = view.service.answered && node.part.broker;
  return {
      {"name", node.part.name},
      {"role", role_of(node.part)},
      {"declaredRole", to_string(node.part.role())},
      {"number", node.part.number},
      {"zone", text_or_null(node.part.zone)},
      {"size", node.part.size},
      {"machine", text_or_null(machine.name)},
      {"machineSize", text_or_null(node.machine_size)},
      {"machineDiskBytes", known_or_null(node.machine_disk_bytes)},
      {"region", view.spec.region},
      {"tags", node.part.tags},
      {"providerId", text_or_null(machine.provider_id)},
      {"publicAddress", text_or_null(machine.public_address)},
      {"privateAddress", text_or_null(machine.private_address)},
      {"port", node.part.broker ? kClientPort : kControllerPort},
      {"state", node.state},
      {"error", text_or_null(node.error)},
      {"reachable", node.reachable},
      {"missed", value_or_null(node.missed())},
      {"votes", value_or_null(node.votes)},
      {"leadsControllers", view.service.active_controller == node.part.number},
      {"behindMilliseconds", value_or_null(node.behind_milliseconds)},
      {"leaders", counted ? Json(node.leaders) : Json(nullptr)},
      {"replicas", counted ? Json(node.replicas) : Json(nullptr)},
      {"notInSync", counted ? Json(node.not_in_sync) : Json(nullptr)},
      {"logBytes", value_or_null(node.log_bytes)},
      {"diskBytes", known_or_null(node.disk_bytes)},
      {"diskFreeBytes", known_or_null(node.disk_free_bytes)},
      {"certificate",
       {{"path", Paths().identity()},
        {"authorityPath", Paths().authorities()},
        {"expiresAt", node.certificate_expires_at ? Json(to_rfc3339(*node.certificate_expires_at))
                                                  : Json(nullptr)}}}};
}

Json surplus_json(const ClusterView& view) {
  Json list = Json::array();
  for (const auto& node : view.surplus) {
    const Machine machine = node.machine.value_or(Machine{});
    list.push_back({{"name", node.part.name},
                    {"role", role_of(node.part)},
                    {"machine", text_or_null(machine.name)},
                    {"machineSize", text_or_null(machine.size)},
                    {"providerId", text_or_null(machine.provider_id)},
                    {"privateAddress", text_or_null(machine.private_address)},
                    {"state", node.state},
                    {"error", text_or_null(node.error)},
                    {"reachable", node.reachable}});
  }
  return list;
}

Json finding_json(const Finding& finding) {
  return {{"count", finding.count}, {"named", finding.named}};
}

Json reassignment_json(const ClusterView& view) {
  const auto& moving = view.service.moving;
  if (moving.empty()) return nullptr;
  return to_json(ReassignmentFigures{moving.size(), traffic_of(moving, {}), {}, {}, {}, {}},
                 [&](int number) { return view.name_of(number); });
}

Json topics_json(const ServiceView& service) {
  if (!service.answered) return nullptr;
  Json list = Json::array();
  for (const auto& [name, topic] : service.topics)
    list.push_back({{"name", name},
                    {"partitions", topic.partitions},
                    {"replicationFactor", topic.replication_factor},
                    {"configuration", topic.configuration}});
  return list;
}

Json groups_json(const ServiceView& service) {
  if (!service.answered) return nullptr;
  Json list = Json::array();
  for (const auto& group : service.groups)
    list.push_back(
        {{"id", group.id}, {"state", group.state}, {"members", group.members}, {"lag", group.lag}});
  return list;
}

std::string health_of(const ClusterView& view, const std::vector<std::string>& faults) {
  if (faults.empty()) return "healthy";
  const bool down =
      !view.service.answered || !view.service.active_controller || view.service.offline.count > 0;
  return down ? "down" : "degraded";
}

std::string power_of(const ClusterView& view) {
  const bool all_off =
      std::ranges::all_of(view.nodes, [](const NodeView& node) { return node.state == "off"; });
  return view.spec.stopped && all_off ? "off" : "on";
}

Json counts_of(const ClusterView& view) {
  return {{"controller", view.topology.controllers().size()},
          {"broker", view.topology.brokers().size()}};
}

}  // namespace

Kept kept_in(const Json& status) {
  return {status.value("proof", Json()), status.value("applied", Json())};
}

Json status_of(const ClusterView& view, const Kept& kept, const std::string& resource_id,
               Time observed_at) {
  const auto faults = faults_of(view);
  const ServiceView& service = view.service;
  Json nodes = Json::array();
  for (const auto& node : view.nodes) nodes.push_back(node_json(view, node));
  return {
      {"health", health_of(view, faults)},
      {"problems", faults},
      {"observedAt", to_rfc3339(observed_at)},
      {"type", to_string(view.spec.type)},
      {"region", view.spec.region},
      {"vpcUUID", text_or_null(view.spec.vpc_id)},
      {"enableTLS", view.spec.tls},
      {"version", view.applied ? Json(view.applied->version) : Json(view.spec.version)},
      {"metadataVersion", text_or_null(service.metadata_version)},
      {"activeController",
       service.active_controller ? Json(view.name_of(*service.active_controller)) : Json(nullptr)},
      {"nodeCounts", counts_of(view)},
      {"nodes", nodes},
      {"partitions", service.answered
                         ? Json{{"count", service.partitions},
                                {"offline", finding_json(service.offline)},
                                {"underReplicated", finding_json(service.under_replicated)},
                                {"underMinInSync", finding_json(service.under_min_in_sync)}}
                         : Json(nullptr)},
      {"reassignment", reassignment_json(view)},
      {"topics", topics_json(service)},
      {"consumerGroups", groups_json(service)},
      {"connection", kept.proof.is_object() ? connection_json(view, resource_id) : Json(nullptr)},
      {"proof", kept.proof},
      {"applied", kept.applied},
      {"power", power_of(view)},
      {"surplus", surplus_json(view)},
      {"drift", to_json(drift_of(view, observed_at))}};
}

Json readings_of(const Json& status) {
  Json readings = Json::object();
  for (const Json& node : status.value("nodes", Json::array()))
    for (const char* metric : {"logBytes", "diskFreeBytes"})
      if (const Json value = node.value(metric, Json()); value.is_number())
        readings[metric][node.at("name").get<std::string>()] = value;
  const Json groups = status.value("consumerGroups", Json());
  if (groups.is_array())
    for (const Json& group : groups)
      readings["consumerLag"][group.at("id").get<std::string>()] = group.at("lag");
  return readings;
}

}  // namespace ashlar::kafka
