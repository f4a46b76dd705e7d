#include "kinds/kafka/spec/spec.hpp"

#include <algorithm>

namespace ashlar::kafka {
namespace {

Json to_json(const NodeSpec& node, const std::string& region) {
  return {{"id", node.id},     {"size", node.size},     {"region", region},
          {"tags", node.tags}, {"number", node.number}, {"zone", text_or_null(node.zone)},
          {"held", node.held}};
}

/// Of a kafka-cluster the controllers are among the brokers: only their number is said.
Json role_json(const Spec& spec, Role role) {
  const auto& nodes = spec.nodes(role);
  if (role == Role::kController && spec.type != Type::kProd) return {{"count", spec.voters}};
  Json list = Json::array();
  for (const auto& node : nodes) list.push_back(to_json(node, spec.region));
  const auto heap = spec.heap_megabytes.find(role);
  const bool own_heap = heap != spec.heap_megabytes.end() && heap->second > 0;
  return {{"count", nodes.size()},
          {"size", nodes.empty() ? Json(nullptr) : Json(nodes.front().size)},
          {"heapMegabytes", own_heap ? Json(heap->second) : Json(nullptr)},
          {"nodes", list}};
}

std::vector<NodeSpec> nodes_from_json(const Json& role) {
  std::vector<NodeSpec> nodes;
  for (const auto& item : role.value("nodes", Json::array())) {
    NodeSpec node;
    node.id = item.at("id");
    node.size = item.at("size");
    node.tags = item.at("tags").get<std::vector<std::string>>();
    node.number = item.at("number");
    node.zone = text_in(item, "zone");
    node.held = item.value("held", false);  // absent in specs that are older than it
    nodes.push_back(std::move(node));
  }
  return nodes;
}

Json to_json(const Topic& topic) {
  return {{"name", topic.name},
          {"partitions", topic.partitions},
          {"replicationFactor", topic.replication_factor},
          {"configuration", topic.configuration}};
}

Topic topic_from_json(const Json& json) {
  return {json.at("name"), json.at("partitions"), json.at("replicationFactor"),
          json.at("configuration").get<Configuration>()};
}

/// {"topic": "orders.*", "operations": [...]}: a name that ends in '*' stands for all that begin
/// so.
Json to_json(const Acl& acl) {
  if (acl.resource == "cluster") return {{"cluster", true}, {"operations", acl.operations}};
  return {{acl.resource, acl.prefix ? acl.name + "*" : acl.name}, {"operations", acl.operations}};
}

Acl acl_from_json(const Json& json) {
  Acl acl;
  for (const char* resource : {"topic", "group", "transactionalId", "cluster"})
    if (json.contains(resource)) acl.resource = resource;
  acl.operations = json.at("operations").get<std::vector<std::string>>();
  if (acl.resource == "cluster") return acl;
  acl.name = json.at(acl.resource);
  acl.prefix = acl.name.size() > 1 && acl.name.ends_with('*');
  if (acl.prefix) acl.name.pop_back();
  return acl;
}

Json to_json(const User& user) {
  Json acls = Json::array();
  for (const auto& acl : user.acls) acls.push_back(to_json(acl));
  return {{"name", user.name}, {"acls", acls}};
}

User user_from_json(const Json& json) {
  User user{json.at("name"), {}};
  for (const auto& acl : json.at("acls")) user.acls.push_back(acl_from_json(acl));
  return user;
}

Json to_json(const Defaults& defaults) {
  return {{"partitions", defaults.partitions},
          {"replicationFactor", defaults.replication_factor},
          {"minInsyncReplicas", defaults.min_insync_replicas},
          {"retentionHours", defaults.retention_hours},
          {"retentionBytes",
           defaults.retention_bytes ? Json(*defaults.retention_bytes) : Json(nullptr)}};
}

Defaults defaults_from_json(const Json& json) {
  Defaults defaults{json.at("partitions"), json.at("replicationFactor"),
                    json.at("minInsyncReplicas"), json.at("retentionHours"), std::nullopt};
  if (const Json bytes = json.value("retentionBytes", Json()); bytes.is_number())
    defaults.retention_bytes = bytes.get<long long>();
  return defaults;
}

Type type_from(const std::string& text) {
  for (const Type type : {Type::kCluster, Type::kProd})
    if (text == to_string(type)) return type;
  return Type::kSingle;
}

template <typename Item>
Json list_json(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

}  // namespace

std::string_view to_string(Type type) {
  return type == Type::kSingle    ? "kafka-single"
         : type == Type::kCluster ? "kafka-cluster"
                                  : "kafka-prod";
}

std::string_view to_string(Role role) {
  return role == Role::kController ? "controller" : "broker";
}

mirror::Source source_of(const Package& package) {
  return {package.url, package.sha512};
}

size_t Spec::node_count() const {
  size_t count = 0;
  for (const auto& [role, nodes] : roles) count += nodes.size();
  return count;
}

Json to_json(const Spec& spec) {
  Json roles = Json::object();
  for (const Role role : kRoles) roles[std::string(to_string(role))] = role_json(spec, role);
  return {
      {"kind", "kafka"},
      {"name", spec.name},
      {"type", to_string(spec.type)},
      {"region", spec.region},
      {"vpcUUID", text_or_null(spec.vpc_id)},
      {"enableTLS", spec.tls},
      {"desiredState", {{"roles", roles}}},
      {"highestNodeNumber", spec.highest_number},
      {"version", spec.version},
      {"package", spec.package ? Json{{"url", spec.package->url}, {"sha512", spec.package->sha512}}
                               : Json(nullptr)},
      {"dataDirectory", spec.data_directory},
      {"defaults", to_json(spec.defaults)},
      {"configuration", spec.configuration},
      {"clientRanges", spec.client_ranges},
      {"topics", list_json(spec.topics)},
      {"users", list_json(spec.users)},
      {"reassignmentBytesPerSecond", spec.reassignment_bytes_per_second},
      {"prune", spec.prune},
      {"image", spec.image},
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
    spec.type = type_from(json.at("type"));
    spec.region = json.at("region");
    spec.vpc_id = text_in(json, "vpcUUID");
    spec.tls = json.at("enableTLS");
    const Json& roles = json.at("desiredState").at("roles");
    for (const Role role : kRoles) {
      const Json& given = roles.at(std::string(to_string(role)));
      spec.roles[role] = nodes_from_json(given);
      if (const auto heap = given.find("heapMegabytes"); heap != given.end() && heap->is_number())
        spec.heap_megabytes[role] = *heap;
    }
    spec.voters = roles.at("controller").at("count");
    spec.highest_number = json.at("highestNodeNumber");
    spec.version = json.at("version");
    // A status keeps no nulls, so that what may be null may be missing.
    if (const Json package = json.value("package", Json()); package.is_object())
      spec.package = Package{package.at("url"), package.at("sha512")};
    spec.data_directory = json.at("dataDirectory");
    spec.defaults = defaults_from_json(json.at("defaults"));
    spec.configuration = json.at("configuration").get<Configuration>();
    spec.client_ranges = json.at("clientRanges").get<std::vector<std::string>>();
    for (const auto& topic : json.at("topics")) spec.topics.push_back(topic_from_json(topic));
    for (const auto& user : json.at("users")) spec.users.push_back(user_from_json(user));
    spec.reassignment_bytes_per_second =
        json.value("reassignmentBytesPerSecond", kUsualReassignmentBytes);
    spec.prune = json.at("prune");
    spec.image = json.at("image");
    spec.stopped = json.at("power") == "off";
    spec.heal = cluster::heal_from(json.at("heal").get<std::string>());
    spec.strategy = cluster::strategy_from(json.at("strategy").get<std::string>());
    spec.password_overlap_seconds = json.at("passwordOverlapSeconds");
    spec.certificate_days = json.at("certificateDays");
    return spec;
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::kInternal,
                std::string("a stored spec of a Kafka cluster cannot be read: ") + error.what());
  }
}

}  // namespace ashlar::kafka
