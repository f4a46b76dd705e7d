#include "kinds/redis/observe/status.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "kinds/redis/observe/drift.hpp"
#include "kinds/redis/spec/host_names.hpp"

namespace ashlar::redis {
namespace {

Json number_or_null(const NodeView& node, const std::string& field) {
  return node.info.contains(field) ? Json(number_of(node.info, field)) : Json(nullptr);
}

std::string role_now(const NodeView& node) {
  if (!node.part.holds_data()) return "sentinel";
  const std::string role = text_of(node.info, "role");
  if (role.empty()) return std::string(to_string(node.part.role));
  return role == "master" ? "master" : "replica";
}

const GroupView* group_of(const ClusterView& view, const NodeView& node) {
  const auto found = std::ranges::find(view.groups, node.part.group, &GroupView::name);
  return found == view.groups.end() ? nullptr : &*found;
}

/// How far behind its master a replica is; null when that cannot be known.
Json lag_of(const ClusterView& view, const NodeView& node) {
  const GroupView* group = group_of(view, node);
  const NodeView* master = group ? view.find_node(group->master) : nullptr;
  if (master == nullptr || !master->active() || !node.active()) return nullptr;
  // The two were asked at different moments, so a replica may seem ahead.
  return std::max(0LL, number_of(master->info, "master_repl_offset") -
                           number_of(node.info, "master_repl_offset"));
}

Json replication_of(const ClusterView& view, const NodeView& node) {
  if (!node.part.holds_data() || !node.active()) return nullptr;
  const bool is_master = node.is_master();
  const NodeView* leader =
      is_master ? nullptr : view.find_address(text_of(node.info, "master_host"));
  return {{"offset", number_of(node.info, "master_repl_offset")},
          {"lagBytes", lag_of(view, node)},
          {"lastHeardSeconds", number_or_null(node, "master_last_io_seconds_ago")},
          {"linkUp",
           is_master ? Json(nullptr) : Json(text_of(node.info, "master_link_status") == "up")},
          {"follows", leader ? Json(leader->part.name) : Json(nullptr)},
          {"connectedReplicas", number_of(node.info, "connected_slaves")}};
}

Json watches_of(const ClusterView& view, const NodeView& node) {
  if (node.part.holds_data() || !node.active()) return nullptr;
  Json list = Json::array();
  for (const auto& [group, watched] : node.watched) {
    const NodeView* master = view.find_address(watched.master_address);
    list.push_back({{"group", group},
                    {"master", master ? Json(master->part.name) : Json(nullptr)},
                    {"masterAddress", watched.master_address},
                    {"knownReplicas", watched.replicas.size()},
                    {"knownSentinels", watched.sentinels.size()},
                    {"quorum", watched.has_quorum},
                    {"message", watched.quorum_message},
                    {"quorumNeeded", watched.quorum_needed},
                    {"downAfterMilliseconds", watched.down_after_milliseconds}});
  }
  return list;
}

Json certificate_of(const ClusterView& view, const NodeView& node) {
  if (!view.spec.tls) return nullptr;
  const Paths paths;
  return {{"path", paths.certificate()},
          {"authorityPath", paths.authority()},
          {"expiresAt", node.certificate_expires_at ? Json(to_rfc3339(*node.certificate_expires_at))
                                                    : Json(nullptr)}};
}

Json settings_json(const NodeView& node) {
  const auto settings = settings_found(node);
  return settings ? to_json(*settings) : Json(nullptr);
}

Json surplus_json(const ClusterView& view) {
  Json list = Json::array();
  for (const auto& node : view.surplus) {
    const Machine machine = node.machine.value_or(Machine{});
    const bool data = node.part.holds_data() && node.active();
    list.push_back(
        {{"name", node.part.name},
         {"role", to_string(node.part.role)},
         {"group", text_or_null(node.part.group)},
         {"machine", text_or_null(machine.name)},
         {"machineSize", text_or_null(machine.size)},
         {"providerId", text_or_null(machine.provider_id)},
         {"privateAddress", text_or_null(machine.private_address)},
         {"state", node.state},
         {"error", text_or_null(node.error)},
         {"reachable", node.reachable},
         {"isMaster", data && node.is_master()},
         {"follows", data ? text_or_null(text_of(node.info, "master_host")) : Json(nullptr)}});
  }
  return list;
}

std::string power_of(const ClusterView& view) {
  const bool all_off =
      std::ranges::all_of(view.nodes, [](const NodeView& node) { return node.state == "off"; });
  return view.spec.stopped && all_off ? "off" : "on";
}

Json node_json(const ClusterView& view, const NodeView& node) {
  const Machine machine = node.machine.value_or(Machine{});
  return {{"name", node.part.name},
          {"role", role_now(node)},
          {"declaredRole", to_string(node.part.role)},
          {"group", text_or_null(node.part.group)},
          {"size", node.part.size},
          {"machine", text_or_null(machine.name)},
          {"machineSize", text_or_null(node.machine_size)},
          {"machineDiskBytes",
           node.machine_disk_bytes > 0 ? Json(node.machine_disk_bytes) : Json(nullptr)},
          {"settings", settings_json(node)},
          {"region", view.spec.region},
          {"tags", node.part.tags},
          {"providerId", text_or_null(machine.provider_id)},
          {"publicAddress", text_or_null(machine.public_address)},
          {"privateAddress", text_or_null(machine.private_address)},
          {"port", node.part.holds_data() ? kRedisPort : kSentinelPort},
          {"state", node.state},
          {"error", text_or_null(node.error)},
          {"reachable", node.reachable},
          {"version", text_or_null(text_of(node.info, "redis_version"))},
          {"packageVersion", text_or_null(node.package_version)},
          {"uptimeSeconds", number_or_null(node, "uptime_in_seconds")},
          {"usedMemoryBytes", number_or_null(node, "used_memory")},
          {"maxMemoryBytes", number_or_null(node, "maxmemory")},
          {"connectedClients", number_or_null(node, "connected_clients")},
          {"operationsPerSecond", number_or_null(node, "instantaneous_ops_per_sec")},
          {"replication", replication_of(view, node)},
          {"watches", watches_of(view, node)},
          {"certificate", certificate_of(view, node)}};
}

Json groups_json(const ClusterView& view) {
  Json list = Json::array();
  for (const auto& group : view.groups) {
    const NodeView* master = view.find_node(group.master);
    list.push_back({{"name", group.name},
                    {"master", text_or_null(group.master)},
                    {"address", master && master->machine
                                    ? Json(fmt::format("{}:{}", master->address(), kRedisPort))
                                    : Json(nullptr)},
                    {"members", group.members}});
  }
  return list;
}

Json command_line(const ClusterView& view, std::string purpose, const std::string& address,
                  int port, const std::string& words) {
  return {{"purpose", std::move(purpose)},
          {"command", fmt::format("redis-cli -h {} -p {}{} --user default --askpass{}", address,
                                  port, view.spec.tls ? " --tls --cacert ca.crt" : "", words)}};
}

/// What a shell with `ashlar` at hand tries the cluster with; it fetches the secrets itself.
std::vector<std::string> shell_lines(const ClusterView& view) {
  const std::string credentials = fmt::format("ashlar credentials redis {} --get", view.spec.name);
  const std::string authority = view.spec.name + "-ca.crt";
  const std::string tls =
      view.spec.tls ? fmt::format(" --tls --cacert {} \\\n ", authority) : std::string();
  const auto line = [&](const NodeView& node, const char* password, int port, const char* words) {
    return fmt::format("REDISCLI_AUTH=$({} {}) \\\n  redis-cli{} -h {} -p {} {}", credentials,
                       password, tls, node.address(), port, words);
  };
  std::vector<std::string> lines;
  if (view.spec.tls) lines.push_back(fmt::format("{} caCertificate > {}", credentials, authority));
  for (const GroupView& group : view.groups)
    if (const NodeView* master = view.find_node(group.master)) {
      lines.push_back(line(*master, "password", kRedisPort, "set greeting hello"));
      break;
    }
  const auto sentinels = view.sentinels();
  if (!sentinels.empty())
    lines.push_back(
        line(*sentinels.front(), "sentinelPassword", kSentinelPort, "sentinel masters"));
  return lines;
}

Json connection_json(const ClusterView& view, const std::string& resource_id) {
  Json urls = Json::array();
  Json commands = Json::array();
  Json names = Json::array();
  Json sentinels = Json::array();
  for (const auto& group : view.groups) {
    const NodeView* master = view.find_node(group.master);
    if (master == nullptr) continue;
    urls.push_back(
        {{"group", group.name},
         {"url", fmt::format("{}://default:PASSWORD@{}:{}/0", view.spec.tls ? "rediss" : "redis",
                             master->address(), kRedisPort)}});
    commands.push_back(
        command_line(view, "connect to " + group.name, master->address(), kRedisPort, ""));
    if (view.spec.sentinel) names.push_back(group.name);
  }
  for (const NodeView* sentinel : view.sentinels()) {
    sentinels.push_back(fmt::format("{}:{}", sentinel->address(), kSentinelPort));
    for (const auto& group : view.groups)
      if (sentinel == view.sentinels().front())
        commands.push_back(command_line(view, "ask who is master of " + group.name,
                                        sentinel->address(), kSentinelPort,
                                        " SENTINEL GET-MASTER-ADDR-BY-NAME " + group.name));
  }
  std::vector<Host> hosts;
  Json named = Json::array();
  for (const NodeView& node : view.nodes) {
    if (view.spec.domain.empty() || node.address().empty()) continue;
    hosts.push_back({node.part.name, node.address()});
    named.push_back({{"node", node.part.name},
                     {"name", host_name(view.spec, node.part.name)},
                     {"address", node.address()}});
  }
  const std::string from = fmt::format("GET /api/servers/{}/credentials", resource_id);
  return {{"username", "default"},
          {"passwordFrom", from},
          {"caCertificateFrom", view.spec.tls ? Json(from) : Json(nullptr)},
          {"sentinels", sentinels},
          {"masterNames", names},
          {"hosts", named},
          {"hostsFile", hosts.empty() ? Json(nullptr) : Json(hosts_file(view.spec, hosts))},
          {"zoneFile", hosts.empty() ? Json(nullptr) : Json(zone_file(view.spec, hosts))},
          {"urls", urls},
          {"commands", commands},
          {"shell", shell_lines(view)}};
}

bool takes_writes(const ClusterView& view, const GroupView& group) {
  const NodeView* master = view.find_node(group.master);
  return master != nullptr && master->active() && master->is_master();
}

/// Of the nodes that answer; several while they differ.
Json version_of(const ClusterView& view) {
  std::set<std::string> versions;
  for (const auto& node : view.nodes)
    if (auto version = text_of(node.info, "redis_version"); !version.empty())
      versions.insert(std::move(version));
  if (versions.empty()) return nullptr;
  return fmt::format("{}", fmt::join(versions, ", "));
}

std::string health_of(const ClusterView& view, const std::vector<std::string>& faults) {
  if (faults.empty()) return "healthy";
  const bool any = std::ranges::any_of(
      view.groups, [&](const GroupView& group) { return takes_writes(view, group); });
  return any ? "degraded" : "down";
}

}  // namespace

Kept kept_in(const Json& status) {
  const Json applied = status.value("applied", Json());
  return {status.value("proof", Json()),
          applied.is_object() ? to_json(spec_from_json(applied)) : Json(nullptr),
          status.value("limits", Json()), status.value("lastMasters", Json::object())};
}

Kept proved(const ClusterView& view, Time at) {
  Json groups = Json::array();
  Json limits = Json::object();
  for (const auto& group : view.groups) {
    Json replicas = Json::array();
    for (const NodeView* node : view.members_of(group.name))
      if (node->part.name != group.master) replicas.push_back(node->part.name);
    groups.push_back({{"name", group.name}, {"master", group.master}, {"replicas", replicas}});
    if (const NodeView* master = view.find_node(group.master))
      if (const auto settings = settings_found(*master))
        limits[group.name] = settings->max_memory_bytes;
  }
  return {{{"at", to_rfc3339(at)}, {"groups", groups}}, to_json(view.spec), limits};
}

Json status_of(const ClusterView& view, const Kept& kept, const std::string& resource_id,
               Time observed_at) {
  const Spec& spec = view.spec;
  const auto faults = faults_of(view);
  Json nodes = Json::array();
  for (const auto& node : view.nodes) nodes.push_back(node_json(view, node));
  Json counts = Json::object();
  for (Role role : kRoles) counts[std::string(to_string(role))] = spec.nodes(role).size();
  return {
      {"health", health_of(view, faults)},
      {"problems", faults},
      {"observedAt", to_rfc3339(observed_at)},
      {"type", spec.sentinel ? "sentinel" : "single"},
      {"deploymentType", spec.deployment_type},
      {"targetClusters", spec.target_clusters},
      {"region", spec.region},
      {"vpcUUID", text_or_null(spec.vpc_id)},
      {"enableTLS", spec.tls},
      {"version", version_of(view)},
      {"nodeCounts", counts},
      {"nodes", nodes},
      {"groups", groups_json(view)},
      {"connection", kept.proof.is_object() ? connection_json(view, resource_id) : Json(nullptr)},
      {"proof", kept.proof},
      {"applied", kept.applied},
      {"limits", kept.limits},
      {"lastMasters", kept.last_masters},
      {"power", power_of(view)},
      {"surplus", surplus_json(view)},
      {"drift", to_json(drift_of(view, kept.limits, observed_at))}};
}

Json readings_of(const Json& status) {
  Json readings = Json::object();
  const auto read = [&](const char* metric, const Json& node, const Json& value) {
    if (value.is_number()) readings[metric][node.at("name").get<std::string>()] = value;
  };
  for (const Json& node : status.value("nodes", Json::array())) {
    if (node.value("role", "") == "sentinel") continue;
    read("operationsPerSecond", node, node.value("operationsPerSecond", Json()));
    read("usedMemoryBytes", node, node.value("usedMemoryBytes", Json()));
    const Json replication = node.value("replication", Json());
    if (node.value("role", "") == "replica" && replication.is_object())
      read("replicationLagBytes", node, replication.value("lagBytes", Json()));
  }
  return readings;
}

}  // namespace ashlar::redis
