#include "kinds/redis/spec/spec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::redis {
namespace {

Json to_json(const NodeSpec& node, const std::string& region) {
  return {{"id", node.id},
          {"size", node.size},
          {"region", region},
          {"tags", node.tags},
          {"group", node.group > 0 ? Json(node.group) : Json(nullptr)}};
}

Json role_json(const Spec& spec, Role role) {
  const auto& nodes = spec.nodes(role);
  Json list = Json::array();
  for (const auto& node : nodes) list.push_back(to_json(node, spec.region));
  return {{"count", nodes.size()},
          {"size", nodes.empty() ? Json(nullptr) : Json(nodes.front().size)},
          {"nodes", list}};
}

std::vector<NodeSpec> nodes_from_json(const Json& role) {
  std::vector<NodeSpec> nodes;
  for (const auto& node : role.at("nodes"))
    nodes.push_back({{node.at("id"), node.at("size"), node.at("tags")},
                     node.at("group").is_null() ? 0 : node.at("group").get<int>()});
  return nodes;
}

Json to_json(const std::set<ClientRight>& rights) {
  Json list = Json::array();
  for (const ClientRight right : rights) list.push_back(to_string(right));
  return list;
}

Persistence persistence_from(const std::string& mode) {
  if (mode == "none") return Persistence::kNone;
  return mode == "aof" ? Persistence::kAof : Persistence::kRdb;
}

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kMaster:
      return "master";
    case Role::kReplica:
      return "replica";
    case Role::kSentinel:
      break;
  }
  return "sentinel";
}

std::string_view to_string(Persistence persistence) {
  switch (persistence) {
    case Persistence::kNone:
      return "none";
    case Persistence::kRdb:
      return "rdb";
    case Persistence::kAof:
      break;
  }
  return "aof";
}

std::string_view to_string(ClientRight right) {
  return right == ClientRight::kFlush ? "flush" : "administration";
}

std::set<ClientRight> client_rights_from(const std::vector<std::string>& words) {
  std::set<ClientRight> rights;
  for (const ClientRight right : kClientRights)
    if (std::ranges::find(words, to_string(right)) != words.end()) rights.insert(right);
  return rights;
}

bool Spec::production() const {
  return deployment_type == "redis-prod-single" || deployment_type == "redis-sentinel-prod";
}

size_t Spec::node_count() const {
  size_t count = 0;
  for (const auto& [role, nodes] : roles) count += nodes.size();
  return count;
}

Json to_json(const Spec& spec) {
  Json roles = Json::object();
  for (Role role : kRoles) roles[std::string(to_string(role))] = role_json(spec, role);
  return {
      {"name", spec.name},
      {"type", spec.sentinel ? "sentinel" : "single"},
      {"deploymentType", spec.deployment_type},
      {"targetClusters", spec.target_clusters},
      {"region", spec.region},
      {"vpcUUID", spec.vpc_id.empty() ? Json(nullptr) : Json(spec.vpc_id)},
      {"enableTLS", spec.tls},
      {"connection", {{"domain", spec.domain.empty() ? Json(nullptr) : Json(spec.domain)}}},
      {"desiredState", {{"roles", roles}}},
      {"clientRanges", spec.client_ranges},
      {"clientRights", to_json(spec.client_rights)},
      {"persistence", {{"mode", to_string(spec.persistence)}}},
      {"maxMemoryPolicy", spec.max_memory_policy},
      {"downAfterMilliseconds", spec.down_after_milliseconds},
      {"image", spec.image},
      {"packageVersion", spec.package_version.empty() ? Json(nullptr) : Json(spec.package_version)},
      {"power", spec.stopped ? "off" : "on"},
      {"heal", to_string(spec.heal)},
      {"strategy", to_string(spec.strategy)},
      {"passwordOverlapSeconds", spec.password_overlap_seconds},
      {"certificateDays", spec.certificate_days}};
}

Spec spec_from_json(const Json& json) {
  try {
    Spec spec;
    spec.name = json.at("name");
    spec.sentinel = json.at("type") == "sentinel";
    spec.deployment_type = json.at("deploymentType");
    spec.target_clusters = json.at("targetClusters").get<std::vector<std::string>>();
    spec.region = json.at("region");
    // A status is written by merge patches, which drop members that are null.
    const Json vpc = json.value("vpcUUID", Json());
    spec.vpc_id = vpc.is_string() ? vpc.get<std::string>() : std::string();
    spec.tls = json.at("enableTLS");
    const Json domain = json.value(Json::json_pointer("/connection/domain"), Json());
    spec.domain = domain.is_string() ? domain.get<std::string>() : std::string();
    for (Role role : kRoles)
      spec.roles[role] =
          nodes_from_json(json.at("desiredState").at("roles").at(std::string(to_string(role))));
    spec.client_ranges = json.at("clientRanges").get<std::vector<std::string>>();
    // A spec of before there was a choice: clients could do everything.
    spec.client_rights = client_rights_from(
        json.value("clientRights",
                   std::vector<std::string>{std::string(to_string(ClientRight::kAdministration))}));
    spec.persistence = persistence_from(json.at("persistence").at("mode"));
    spec.max_memory_policy = json.at("maxMemoryPolicy");
    spec.down_after_milliseconds = json.at("downAfterMilliseconds");
    spec.image = json.at("image");
    const Json version = json.value("packageVersion", Json());
    spec.package_version = version.is_string() ? version.get<std::string>() : std::string();
    spec.stopped = json.at("power") == "off";
    spec.heal = cluster::heal_from(json.at("heal").get<std::string>());
    // A spec of before there was a choice.
    spec.strategy = strategy_from(json.value("strategy", "in-place"));
    spec.password_overlap_seconds = json.at("passwordOverlapSeconds");
    spec.certificate_days = json.at("certificateDays");
    return spec;
  } catch (const Json::exception& fault) {
    throw Error(ErrorCode::kInternal,
                fmt::format("the stored spec of a Redis cluster cannot be read: {}", fault.what()));
  }
}

}  // namespace ashlar::redis
