// From what a user wrote to a typed spec, or to every fault of it.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/field_reader.hpp"
#include "base/syntax.hpp"
#include "kinds/cluster/spec/fields.hpp"
#include "kinds/redis/spec/deal.hpp"
#include "kinds/redis/spec/spec.hpp"
#include "machine/package_version.hpp"

namespace ashlar::redis {
namespace {

using Errors = std::vector<FieldError>;

/// What is left of a name's 253 characters by those of a node and of a cluster.
constexpr size_t kLongestDomain = 150;

struct DeploymentType {
  std::string_view name;
  bool sentinel;
};
constexpr DeploymentType kDeploymentTypes[] = {{"redis-single", false},
                                               {"redis-prod-single", false},
                                               {"redis-sentinel-cluster-1", true},
                                               {"redis-sentinel-prod", true}};

const DeploymentType* find_deployment_type(std::string_view name) {
  for (const auto& type : kDeploymentTypes)
    if (type.name == name) return &type;
  return nullptr;
}

/// Reads one cluster. Each member function reads one part and leaves its faults in errors_.
class Parser {
 public:
  Parser(const Json& input, const Catalog& catalog, const Json& stored)
      : catalog_(catalog), stored_(stored), top_(input, "", errors_) {}

  Parsed<ParsedSpec> run() {
    top_.choice("kind", {"redis"});
    spec_.name = cluster::read_name(top_);
    read_type();
    spec_.region = cluster::read_region(top_, catalog_);
    spec_.vpc_id = cluster::read_vpc(top_);
    password_ = cluster::read_password(top_, "systemPassword");
    spec_.tls = top_.boolean("enableTLS").value_or(spec_.production());
    read_roles();
    spec_.client_ranges = cluster::read_client_ranges(top_);
    read_client_rights();
    read_connection();
    read_persistence();
    read_tuning();
    read_care();
    top_.reject_unknown();
    if (!errors_.empty()) return std::unexpected(std::move(errors_));
    return ParsedSpec{std::move(spec_), std::move(password_)};
  }

 private:
  void read_type() {
    const auto type = top_.choice("type", {"sentinel", "single"});
    const auto given = top_.choice(
        "deploymentType",
        {"redis-single", "redis-prod-single", "redis-sentinel-cluster-1", "redis-sentinel-prod"});
    read_target_clusters();
    const DeploymentType* from_target = nullptr;
    for (const auto& label : spec_.target_clusters)
      if (from_target == nullptr) from_target = find_deployment_type(label);
    const DeploymentType* chosen = given ? find_deployment_type(*given) : from_target;
    if (!type && chosen == nullptr) {
      if (!top_.has("type") && !top_.has("deploymentType"))
        top_.violation("type", "is required, unless a deployment type says it");
      return;
    }
    if (type && chosen && chosen->sentinel != (*type == "sentinel"))
      return top_.violation(given ? "deploymentType" : "targetClusters",
                            fmt::format("\"{}\" is of type {}, but type is {}", chosen->name,
                                        chosen->sentinel ? "sentinel" : "single", *type));
    type_known_ = true;
    spec_.sentinel = type ? *type == "sentinel" : chosen->sentinel;
    spec_.deployment_type = chosen           ? std::string(chosen->name)
                            : spec_.sentinel ? "redis-sentinel-cluster-1"
                                             : "redis-single";
  }

  void read_target_clusters() {
    spec_.target_clusters = top_.texts("targetClusters");
    for (size_t i = 0; i < spec_.target_clusters.size(); ++i) {
      const auto& label = spec_.target_clusters[i];
      if (label.empty() || label.size() > 60 || !is_word(label, "-_.:"))
        top_.fault(fmt::format("targetClusters[{}]", i),
                   "must be 1 to 60 letters, digits, '-', '_', '.' or ':'");
    }
  }

  void read_roles() {
    for (Role role : kRoles) spec_.roles[role];
    const Json* state = top_.object("desiredState");
    if (state == nullptr) {
      if (!top_.has("desiredState")) top_.missing("desiredState");
      return;
    }
    FieldReader desired(*state, "desiredState", errors_);
    const Json* roles = desired.object("roles");
    if (roles == nullptr && !desired.has("roles")) desired.missing("roles");
    desired.reject_unknown();
    if (roles == nullptr) return;
    FieldReader reader(*roles, "desiredState.roles", errors_);
    const size_t faults_before = errors_.size();
    for (Role role : kRoles) read_role(reader, role);
    reader.reject_unknown();
    // Rules over the counts would only repeat what is already reported.
    if (errors_.size() == faults_before && type_known_) check_counts(reader);
    if (errors_.size() == faults_before) check_ids(reader);
    if (errors_.size() == faults_before && type_known_)
      std::ranges::move(deal_groups(spec_, known_groups(stored_)), std::back_inserter(errors_));
  }

  void read_role(FieldReader& roles, Role role) {
    const std::string name(to_string(role));
    const std::vector<NodeSpec> stored = stored_nodes(role);
    std::map<size_t, int> groups;
    const auto read = cluster::read_role(
        roles, {catalog_, spec_.region, name, stored.size()}, [&](FieldReader& node, size_t index) {
          groups[index] = static_cast<int>(node.integer("group", 1, kMostNodes).value_or(0));
        });
    if (!read.given) return;
    auto& nodes = spec_.roles[role];
    for (const auto& listed : read.listed) nodes.push_back({listed.node, groups[listed.index]});
    if (read.listed.empty())
      nodes = resized(read.afresh ? std::vector<NodeSpec>{} : stored,
                      static_cast<size_t>(*read.count), role, read.size);
  }

  std::vector<NodeSpec> stored_nodes(Role role) const {
    if (!stored_.is_object()) return {};
    auto nodes = spec_from_json(stored_).nodes(role);
    // A replica whose master goes is free for another group, and the first to go.
    const auto& masters = spec_.nodes(Role::kMaster);
    for (auto& node : nodes)
      if (role == Role::kReplica &&
          std::ranges::find(masters, node.group, &NodeSpec::group) == masters.end())
        node.group = 0;
    return nodes;
  }

  void check_counts(FieldReader& roles) {
    const size_t masters = spec_.nodes(Role::kMaster).size();
    const size_t replicas = spec_.nodes(Role::kReplica).size();
    const size_t sentinels = spec_.nodes(Role::kSentinel).size();
    if (!spec_.sentinel) {
      if (masters != 1)
        roles.violation("master.count", fmt::format("must be 1 for type single, not {}", masters));
      if (replicas != 0)
        roles.violation(
            "replica.count",
            fmt::format("must be 0 for type single, not {}: replicas need type sentinel",
                        replicas));
      if (sentinels != 0)
        roles.violation(
            "sentinel.count",
            fmt::format("must be 0 for type single, not {}: sentinels need type sentinel",
                        sentinels));
      return;
    }
    if (masters < 1) roles.violation("master.count", "must be at least 1");
    if (replicas < masters)
      roles.violation(
          "replica.count",
          fmt::format("must be at least {}, not {}: each master needs a replica to fail "
                      "over to",
                      masters, replicas));
    if (sentinels < 3)
      roles.violation(
          "sentinel.count",
          fmt::format("must be at least 3, not {}: with fewer, no majority survives the "
                      "loss of one",
                      sentinels));
    if (spec_.node_count() > kMostNodes)
      errors_.push_back(
          {"desiredState.roles",
           fmt::format("has {} nodes; at most {} are possible", spec_.node_count(), kMostNodes), 0,
           FaultOf::kRule});
  }

  void check_ids(FieldReader& roles) {
    std::set<std::string> seen;
    for (Role role : kRoles) {
      const auto& nodes = spec_.nodes(role);
      for (size_t i = 0; i < nodes.size(); ++i)
        if (!seen.insert(nodes[i].id).second)
          roles.violation(fmt::format("{}.nodes[{}].id", to_string(role), i),
                          fmt::format("\"{}\" is the id of another node", nodes[i].id));
    }
  }

  void read_client_rights() {
    const auto words = top_.texts("clientRights");
    spec_.client_rights = client_rights_from(words);
    for (size_t i = 0; i < words.size(); ++i)
      if (client_rights_from({words[i]}).empty())
        top_.fault(fmt::format("clientRights[{}]", i),
                   fmt::format("must be flush or administration, not {}", words[i]));
  }

  void read_connection() {
    const Json* given = top_.object("connection");
    if (given == nullptr) return;
    FieldReader reader(*given, "connection", errors_);
    const auto domain = reader.text("domain");
    reader.reject_unknown();
    if (!domain) return;
    if (!is_domain(*domain, kLongestDomain))
      return reader.fault("domain",
                          fmt::format("must be a domain of at most {} characters, such as "
                                      "infra.example.com: labels of lower-case letters, digits "
                                      "and hyphens with dots between",
                                      kLongestDomain));
    spec_.domain = *domain;
  }

  void read_persistence() {
    spec_.persistence = spec_.production() ? Persistence::kAof : Persistence::kRdb;
    const Json* given = top_.object("persistence");
    if (given == nullptr) return;
    FieldReader reader(*given, "persistence", errors_);
    const auto mode = reader.choice("mode", {"none", "rdb", "aof"});
    reader.reject_unknown();
    if (!mode) return;
    spec_.persistence = *mode == "none"  ? Persistence::kNone
                        : *mode == "rdb" ? Persistence::kRdb
                                         : Persistence::kAof;
  }

  void read_tuning() {
    spec_.max_memory_policy =
        top_.choice("maxMemoryPolicy",
                    {"noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru",
                     "volatile-lfu", "volatile-random", "volatile-ttl"})
            .value_or("noeviction");
    spec_.down_after_milliseconds =
        static_cast<int>(top_.integer("downAfterMilliseconds", 500, 600'000).value_or(5'000));
    spec_.image = cluster::read_image(top_);
    read_package_version();
  }

  void read_package_version() {
    const auto version = top_.text("packageVersion");
    if (!version) return;
    if (auto fault = machine::package_version_fault(*version); !fault.empty())
      return top_.fault("packageVersion", std::move(fault));
    spec_.package_version = *version;
  }

  /// How Ashlar looks after the cluster.
  void read_care() {
    const auto care = cluster::read_care(top_, stored_);
    spec_.stopped = care.stopped;
    spec_.heal = care.heal;
    spec_.strategy = care.strategy;
    spec_.password_overlap_seconds = care.password_overlap_seconds;
    spec_.certificate_days = care.certificate_days;
  }

  const Catalog& catalog_;
  const Json& stored_;
  Errors errors_;
  FieldReader top_;
  Spec spec_;
  std::optional<Secret> password_;
  bool type_known_ = false;
};

}  // namespace

Parsed<ParsedSpec> parse(const Json& input, const Catalog& catalog, const Json& stored) {
  if (!input.is_object())
    return std::unexpected(Errors{
        {"", fmt::format("a Redis cluster must be an object, not {}", type_for_people(input))}});
  return Parser(input, catalog, stored).run();
}

}  // namespace ashlar::redis
