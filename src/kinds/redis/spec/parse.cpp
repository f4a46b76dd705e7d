// From what a user wrote to a typed spec, or to every fault of it.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/field_reader.hpp"
#include "base/syntax.hpp"
#include "base/text.hpp"
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

std::vector<std::string> offered_sizes(const Catalog& catalog, const std::string& region) {
  std::vector<std::string> names;
  for (const auto& size : catalog.sizes)
    if (size.available && std::ranges::find(size.regions, region) != size.regions.end())
      names.push_back(size.slug);
  return names;
}

std::vector<std::string> open_regions(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& region : catalog.regions)
    if (region.available) names.push_back(region.slug);
  return names;
}

std::string with_suggestion(std::string message, const std::string& word,
                            const std::vector<std::string>& candidates) {
  if (const auto near = did_you_mean(word, candidates))
    message += fmt::format("; did you mean \"{}\"?", *near);
  return message;
}

/// Reads one cluster. Each member function reads one part and leaves its faults in errors_.
class Parser {
 public:
  Parser(const Json& input, const Catalog& catalog, const Json& stored)
      : catalog_(catalog), stored_(stored), top_(input, "", errors_) {}

  Parsed<ParsedSpec> run() {
    read_kind();
    read_name();
    read_type();
    read_region();
    read_vpc();
    read_password();
    spec_.tls = top_.boolean("enableTLS").value_or(spec_.production());
    read_roles();
    read_client_ranges();
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
  void read_kind() { top_.choice("kind", {"redis"}); }

  void read_name() {
    if (!top_.has("name")) return top_.missing("name");
    const auto name = top_.text("name");
    if (!name) return;
    if (!is_label(*name, 3, 40))
      return top_.fault("name",
                        "must be 3 to 40 lower-case letters, digits and hyphens, begin with a "
                        "letter and end with a letter or digit: it becomes host names");
    spec_.name = *name;
  }

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

  void read_region() {
    if (!top_.has("region")) return top_.missing("region");
    const auto slug = top_.text("region");
    if (!slug) return;
    const auto open = open_regions(catalog_);
    const Region* region = catalog_.find_region(*slug);
    if (region == nullptr)
      return top_.violation(
          "region", with_suggestion(
                        fmt::format("is not a region; available are {}", list_for_people(open, 20)),
                        *slug, open));
    if (!region->available)
      return top_.violation("region", fmt::format("{} takes no new machines now; available are {}",
                                                  *slug, list_for_people(open, 20)));
    spec_.region = *slug;
  }

  void read_vpc() {
    const auto id = top_.text("vpcUUID");
    if (!id || id->empty()) return;
    if (id->size() > 64 || !is_word(*id, "-"))
      return top_.fault("vpcUUID", "must be the id of a VPC: up to 64 letters, digits and hyphens");
    spec_.vpc_id = *id;
  }

  void read_password() {
    // The value itself must not come into any message.
    const auto password = top_.text("systemPassword");
    if (!password) return;
    const size_t length = count_characters(*password);
    if (length < 12 || length > 128)
      return top_.fault("systemPassword",
                        "must have 12 to 128 characters; without it, one is generated");
    if (control_character_in(*password))
      return top_.fault("systemPassword",
                        "holds a control character; any character that can be printed will do");
    password_ = Secret(*password);
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
    const Json* given = roles.object(name);
    if (given == nullptr) return;
    FieldReader reader(*given, roles.path_of(name), errors_);
    const auto count = reader.integer("count", 0, kMostNodes);
    const auto size = read_size(reader);
    const Json* nodes = reader.list("nodes");
    const bool count_given = reader.has("count");
    const bool size_given = reader.has("size");
    reader.reject_unknown();

    if (!count_given && nodes == nullptr && stored_nodes(role).empty())
      return reader.violation("count", "is required, unless nodes are listed");
    const size_t node_count = nodes ? nodes->size() : 0;
    if (count && nodes && node_count > 0 && node_count != static_cast<size_t>(*count))
      return reader.violation("count", fmt::format("is {}, but {} {} listed in nodes", *count,
                                                   node_count, node_count == 1 ? "is" : "are"));
    if (node_count > kMostNodes)
      return reader.fault(
          "nodes", fmt::format("has {} entries; at most {} are possible", node_count, kMostNodes));
    auto& result = spec_.roles[role];
    if (node_count == 0) {
      const std::vector<NodeSpec> present = nodes ? std::vector<NodeSpec>{} : stored_nodes(role);
      const auto wanted = count ? static_cast<size_t>(*count) : present.size();
      result = resized(present, wanted, role, size);
      if (!size_given && wanted > 0 && present.empty()) size_is_missing(reader);
      return;
    }
    bool size_missing = false;
    for (size_t i = 0; i < node_count; ++i) {
      NodeSpec node{fmt::format("{}-{}", name, i + 1), size.value_or(""), {}};
      const bool own_size = read_node((*nodes)[i], reader, i, node);
      size_missing = size_missing || (!size_given && !own_size);
      result.push_back(std::move(node));
    }
    if (size_missing) size_is_missing(reader);
  }

  static void size_is_missing(FieldReader& role) {
    role.violation("size", "is required, unless every node has its own");
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

  /// True when the node has a size of its own (even a faulty one).
  bool read_node(const Json& given, FieldReader& role, size_t index, NodeSpec& node) {
    const std::string path = role.path_of(fmt::format("nodes[{}]", index));
    if (!given.is_object()) {
      errors_.push_back({path, fmt::format("must be an object, not {}", type_for_people(given))});
      return false;
    }
    FieldReader reader(given, path, errors_);
    if (const auto id = reader.text("id")) {
      if (is_label(*id, 1, 20))
        node.id = *id;
      else
        reader.fault("id",
                     "must be 1 to 20 lower-case letters, digits and hyphens, begin with a letter "
                     "and end with a letter or digit");
    }
    const auto size = read_size(reader);
    if (size) node.size = *size;
    const auto region = reader.text("region");
    if (region && !spec_.region.empty() && *region != spec_.region)
      reader.violation("region", fmt::format("must be the cluster's region, {}", spec_.region));
    node.tags = reader.texts("tags");
    for (size_t i = 0; i < node.tags.size(); ++i)
      if (node.tags[i].empty() || node.tags[i].size() > 255 || !is_word(node.tags[i], "-_:"))
        reader.fault(fmt::format("tags[{}]", i),
                     "must be 1 to 255 letters, digits, '-', '_' or ':'");
    node.group = static_cast<int>(reader.integer("group", 1, kMostNodes).value_or(0));
    const bool own_size = reader.has("size");
    reader.reject_unknown();
    return own_size;
  }

  std::optional<std::string> read_size(FieldReader& reader) {
    const auto slug = reader.text("size");
    if (!slug) return std::nullopt;
    const Size* size = catalog_.find_size(*slug);
    // Without a valid region only the existence of the size can be judged.
    const bool offered = size != nullptr &&
                         (spec_.region.empty() ||
                          (size->available &&
                           std::ranges::find(size->regions, spec_.region) != size->regions.end()));
    if (offered) return slug;
    const auto valid = spec_.region.empty() ? all_sizes() : offered_sizes(catalog_, spec_.region);
    const std::string where = spec_.region.empty() ? "sizes are" : spec_.region + " offers";
    std::string message =
        fmt::format("is not {}; {} {}", size ? "offered in " + spec_.region : "a known size", where,
                    list_for_people(valid));
    reader.violation("size", size ? message : with_suggestion(std::move(message), *slug, valid));
    return std::nullopt;
  }

  std::vector<std::string> all_sizes() const {
    std::vector<std::string> names;
    for (const auto& size : catalog_.sizes) names.push_back(size.slug);
    return names;
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

  void read_client_ranges() {
    spec_.client_ranges = top_.texts("clientRanges");
    if (spec_.client_ranges.size() > 50)
      return top_.fault("clientRanges", fmt::format("has {} entries; at most 50 are possible",
                                                    spec_.client_ranges.size()));
    for (size_t i = 0; i < spec_.client_ranges.size(); ++i) {
      auto fault = cidr_fault(spec_.client_ranges[i]);
      if (fault.empty()) continue;
      const std::string path = fmt::format("clientRanges[{}]", i);
      if (looks_like_cidr(spec_.client_ranges[i]))
        top_.violation(path, std::move(fault));
      else
        top_.fault(path, std::move(fault));
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
    spec_.image = top_.text("image").value_or(std::string(kDefaultImage));
    constexpr size_t kMostDigits = 18;  // it is sent as a number of 64 bits
    const bool is_snapshot =
        !spec_.image.empty() && spec_.image.size() <= kMostDigits &&
        std::ranges::all_of(spec_.image, [](char c) { return c >= '0' && c <= '9'; });
    if (spec_.image != kDefaultImage && !is_snapshot)
      top_.fault("image",
                 fmt::format("must be {} or the number of a snapshot made from it", kDefaultImage));
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
    const bool was_stopped = stored_.is_object() && stored_.value("power", "on") == "off";
    const auto power = top_.choice("power", {"on", "off"});
    spec_.stopped = power ? *power == "off" : was_stopped;
    const auto heal = top_.choice("heal", {"none", "safe", "replace"});
    spec_.heal = !heal || *heal == "safe" ? Heal::kSafe
                 : *heal == "none"        ? Heal::kNone
                                          : Heal::kReplace;
    spec_.strategy = strategy_from(top_.choice("strategy", {"in-place", "replace"}).value_or(""));
    spec_.password_overlap_seconds = static_cast<int>(
        top_.integer("passwordOverlapSeconds", 0, kLongestPasswordOverlap).value_or(60));
    spec_.certificate_days =
        static_cast<int>(top_.integer("certificateDays", 1, 3'650).value_or(1'095));
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
