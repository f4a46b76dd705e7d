// From what a user wrote to a typed spec, or to every fault of it.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/field_reader.hpp"
#include "base/syntax.hpp"
#include "kinds/cluster/spec/fields.hpp"
#include "kinds/kafka/spec/access.hpp"
#include "kinds/kafka/spec/configuration.hpp"
#include "kinds/kafka/spec/spec.hpp"
#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::kafka {
namespace {

using Errors = std::vector<FieldError>;

constexpr long long kMegabyte = 1'024 * 1'024;
/// What the system, the process outside of its heap and the cache of pages need at the least.
constexpr long long kBesidesHeapMegabytes = 300;
/// Of a disk, data may take this much: the rest is for the system, metadata and what is not deleted
/// yet.
constexpr double kDiskForData = 0.85;

/// Reads one cluster. Each member function reads one part and leaves its faults in errors_.
class Parser {
 public:
  Parser(const Json& input, const Catalog& catalog, const Json& stored)
      : catalog_(catalog), stored_json_(stored), top_(input, "", errors_) {
    if (stored.is_object()) stored_ = spec_from_json(stored);
  }

  Parsed<ParsedSpec> run() {
    top_.choice("kind", {"kafka"});
    spec_.name = cluster::read_name(top_);
    read_type();
    spec_.region = cluster::read_region(top_, catalog_);
    spec_.vpc_id = cluster::read_vpc(top_);
    spec_.tls = top_.boolean("enableTLS").value_or(spec_.type != Type::kSingle);
    read_roles();
    read_software();
    read_defaults();
    spec_.configuration = read_broker_configuration(top_);
    spec_.client_ranges = cluster::read_client_ranges(top_);
    read_topics();
    read_users(top_, spec_, passwords_);
    read_reassignment();
    spec_.prune = top_.boolean("prune").value_or(false);
    read_care();
    top_.reject_unknown();
    if (errors_.empty()) check_room();
    if (!errors_.empty()) return std::unexpected(std::move(errors_));
    return ParsedSpec{std::move(spec_), std::move(passwords_)};
  }

 private:
  void read_type() {
    const auto type = top_.choice("type", {"kafka-single", "kafka-cluster", "kafka-prod"});
    if (!type) {
      if (!top_.has("type")) top_.violation("type", "is required");
      return;
    }
    type_known_ = true;
    spec_.type = *type == "kafka-single"    ? Type::kSingle
                 : *type == "kafka-cluster" ? Type::kCluster
                                            : Type::kProd;
  }

  // Nodes.

  void read_roles() {
    for (const Role role : kRoles) spec_.roles[role];
    spec_.highest_number =
        static_cast<int>(top_.integer("highestNodeNumber", 0, 1'000'000).value_or(0));
    const Json* state = top_.object("desiredState");
    if (state == nullptr) {
      if (!top_.has("desiredState")) top_.missing("desiredState");
      return;
    }
    FieldReader desired = top_.within(*state, "desiredState");
    const Json* roles = desired.object("roles");
    if (roles == nullptr && !desired.has("roles")) desired.missing("roles");
    desired.reject_unknown();
    if (roles == nullptr) return;
    FieldReader reader = desired.within(*roles, "roles");
    const size_t faults_before = errors_.size();
    if (spec_.type == Type::kProd)
      read_role(reader, Role::kController);
    else
      read_voters(reader);
    read_role(reader, Role::kBroker);
    reader.reject_unknown();
    // Rules over the counts would only repeat what is already reported.
    if (errors_.size() == faults_before && type_known_) check_counts(reader);
    if (errors_.size() == faults_before) check_nodes(reader);
    if (errors_.size() == faults_before) number_nodes();
  }

  /// Of a cluster whose controllers are among its brokers, only how many.
  void read_voters(FieldReader& roles) {
    const Json* given = roles.object("controller");
    if (given == nullptr) return;
    FieldReader reader = roles.within(*given, "controller");
    const auto count = reader.integer("count", 0, cluster::kMostNodes);
    for (const char* member : {"size", "nodes", "heapMegabytes"})
      if (reader.has(member))
        reader.violation(member,
                         "is only for type kafka-prod: here controllers are among the brokers");
    reader.reject_unknown();
    if (count) spec_.voters = static_cast<int>(*count);
    voters_given_ = count.has_value();
  }

  void read_role(FieldReader& roles, Role role) {
    const std::string name(to_string(role));
    const std::vector<NodeSpec> stored = stored_ ? stored_->nodes(role) : std::vector<NodeSpec>{};
    std::map<size_t, NodeSpec> own;
    const auto read = cluster::read_role(
        roles, {catalog_, spec_.region, name, stored.size()},
        [&](FieldReader& node, size_t index) {
          own[index].number = static_cast<int>(node.integer("number", 0, 1'000'000).value_or(0));
          own[index].zone = read_zone(node);
          own[index].held = node.boolean("held").value_or(false);
        },
        [&](FieldReader& fields) {
          if (const auto heap = fields.integer("heapMegabytes", kLeastHeapMegabytes, 1'000'000))
            spec_.heap_megabytes[role] = static_cast<int>(*heap);
        });
    if (!read.given) return;
    auto& nodes = spec_.roles[role];
    for (const auto& listed : read.listed) {
      NodeSpec node = own[listed.index];
      static_cast<cluster::NodeSpec&>(node) = listed.node;
      nodes.push_back(std::move(node));
    }
    if (read.listed.empty())
      nodes = cluster::counted(read.afresh ? std::vector<NodeSpec>{} : stored,
                               static_cast<size_t>(*read.count), name, read.size);
  }

  static std::string read_zone(FieldReader& reader) {
    auto zone = reader.text("zone");
    if (!zone) return {};
    if (!zone->empty() && zone->size() <= 60 && is_word(*zone, "-_.")) return *std::move(zone);
    reader.fault("zone", "must be 1 to 60 letters, digits, '-', '_' or '.'");
    return {};
  }

  void check_counts(FieldReader& roles) {
    const auto brokers = spec_.nodes(Role::kBroker).size();
    const auto controllers = spec_.nodes(Role::kController).size();
    switch (spec_.type) {
      case Type::kSingle:
        if (brokers != 1)
          roles.violation("broker.count",
                          fmt::format("must be 1 for type kafka-single, not {}", brokers));
        if (voters_given_ && spec_.voters != 1)
          roles.violation("controller.count",
                          fmt::format("must be 1 for type kafka-single, not {}", spec_.voters));
        spec_.voters = 1;
        return;
      case Type::kCluster:
        if (brokers < 3)
          roles.violation("broker.count",
                          fmt::format("must be at least 3 for type kafka-cluster, not {}: with "
                                      "fewer, nothing survives the loss of one",
                                      brokers));
        if (!voters_given_) spec_.voters = 3;
        break;
      case Type::kProd:
        if (brokers < 1) roles.violation("broker.count", "must be at least 1");
        spec_.voters = static_cast<int>(controllers);
        break;
    }
    check_voters(roles, brokers);
  }

  void check_voters(FieldReader& roles, size_t brokers) {
    const int voters = spec_.voters;
    if (voters < 3)
      roles.violation(
          "controller.count",
          fmt::format("must be at least 3, not {}: with fewer, no majority survives the "
                      "loss of one",
                      voters));
    else if (voters % 2 == 0)
      roles.violation("controller.count",
                      fmt::format("must be odd, not {}: of an even number no more may be lost than "
                                  "of {}",
                                  voters, voters - 1));
    else if (voters > kMostVoters)
      roles.violation("controller.count",
                      fmt::format("must be at most {}, not {}", kMostVoters, voters));
    else if (spec_.type == Type::kCluster && static_cast<size_t>(voters) > brokers)
      roles.violation("controller.count",
                      fmt::format("is {}, but there are {} brokers, and controllers are among them",
                                  voters, brokers));
  }

  void check_nodes(FieldReader& roles) {
    std::set<std::string> ids;
    std::set<int> numbers;
    for (const Role role : kRoles) {
      const auto& nodes = spec_.nodes(role);
      for (size_t i = 0; i < nodes.size(); ++i) {
        const auto at = [&](const char* member) {
          return fmt::format("{}.nodes[{}].{}", to_string(role), i, member);
        };
        if (!ids.insert(nodes[i].id).second)
          roles.violation(at("id"), fmt::format("\"{}\" is the id of another node", nodes[i].id));
        if (nodes[i].number > 0 && !numbers.insert(nodes[i].number).second)
          roles.violation(at("number"),
                          fmt::format("{} is the number of another node", nodes[i].number));
      }
    }
    if (spec_.node_count() > cluster::kMostNodes)
      roles.violation("broker.count", fmt::format("makes {} nodes; at most {} are possible",
                                                  spec_.node_count(), cluster::kMostNodes));
  }

  /// A node keeps the number that it has; a new one gets one that nobody ever had.
  void number_nodes() {
    if (stored_) spec_.highest_number = std::max(spec_.highest_number, stored_->highest_number);
    for (const Role role : kRoles)
      for (auto& node : spec_.roles[role]) {
        if (node.number == 0) node.number = stored_number(role, node.id);
        spec_.highest_number = std::max(spec_.highest_number, node.number);
      }
    for (const Role role : kRoles)
      for (auto& node : spec_.roles[role])
        if (node.number == 0) node.number = ++spec_.highest_number;
  }

  int stored_number(Role role, const std::string& id) const {
    if (!stored_) return 0;
    const auto& nodes = stored_->nodes(role);
    const auto found = std::ranges::find(nodes, id, &NodeSpec::id);
    return found == nodes.end() ? 0 : found->number;
  }

  // Software.

  void read_software() {
    spec_.version = top_.text("version").value_or(std::string(kDefaultVersion));
    if (!is_version(spec_.version))
      top_.fault("version", "must be a version of Kafka from 4.0.0 on, such as 4.1.0");
    read_package();
    spec_.data_directory = top_.text("dataDirectory").value_or("/var/lib/kafka");
    if (!is_data_directory(spec_.data_directory))
      top_.fault("dataDirectory",
                 "must be an absolute path of up to 200 letters, digits, '-', '_', '.' and '/', "
                 "below a folder such as /var/lib or /mnt");
  }

  static bool is_version(const std::string& text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    int parts = 1;
    char before = '.';
    for (const char c : text) {
      if (c == '.' && before == '.') return false;
      if (c == '.') ++parts;
      if (c != '.' && !is_digit(c)) return false;
      before = c;
    }
    return parts == 3 && before != '.' && text.size() <= 20 && text.front() >= '4' &&
           text.front() <= '9';
  }

  static bool is_data_directory(const std::string& path) {
    const bool deep = path.size() > 1 && path.find('/', 1) != std::string::npos;
    return path.starts_with('/') && deep && path.size() <= 200 && is_word(path, "-_./") &&
           !path.ends_with('/') && path.find("//") == std::string::npos &&
           path.find("/.") == std::string::npos;
  }

  void read_package() {
    const Json* given = top_.object("package");
    if (given == nullptr) return;
    FieldReader reader = top_.within(*given, "package");
    const auto url = reader.text("url");
    const auto sha512 = reader.text("sha512");
    reader.reject_unknown();
    if (!url && !reader.has("url")) reader.missing("url");
    if (!sha512 && !reader.has("sha512")) reader.missing("sha512");
    if (url && (!url->starts_with("https://") || url->size() > 500 ||
                url->find_first_of(" \t\n'\"\\") != std::string::npos))
      reader.fault("url", "must be an address that begins with https://, without spaces");
    const bool is_digest = sha512 && sha512->size() == 128 &&
                           sha512->find_first_not_of("0123456789abcdef") == std::string::npos;
    if (sha512 && !is_digest) reader.fault("sha512", "must be 128 digits of 0-9 and a-f");
    if (url && is_digest) spec_.package = Package{*url, *sha512};
  }

  // Topics.

  void read_defaults() {
    const int brokers = static_cast<int>(spec_.nodes(Role::kBroker).size());
    Defaults& defaults = spec_.defaults;
    defaults.replication_factor = std::clamp(brokers, 1, 3);
    const Json* given = top_.object("defaults");
    const Json nothing = Json::object();
    FieldReader reader = top_.within(given ? *given : nothing, "defaults");
    const auto integer = [&](const char* name, long long most, int usual) {
      return static_cast<int>(reader.integer(name, 1, most).value_or(usual));
    };
    defaults.partitions = integer("partitions", 10'000, 1);
    defaults.replication_factor =
        integer("replicationFactor", cluster::kMostNodes, defaults.replication_factor);
    defaults.min_insync_replicas = integer("minInsyncReplicas", cluster::kMostNodes,
                                           std::max(1, defaults.replication_factor - 1));
    defaults.retention_hours = integer("retentionHours", 876'000, 168);
    defaults.retention_bytes = reader.integer("retentionBytes", 1, 1LL << 60);
    reader.reject_unknown();
    check_replication(reader, "replicationFactor", defaults.replication_factor);
    check_in_sync(reader, "minInsyncReplicas", defaults.min_insync_replicas,
                  defaults.replication_factor);
  }

  void check_replication(FieldReader& reader, const char* name, int factor) {
    const auto brokers = spec_.nodes(Role::kBroker).size();
    if (brokers > 0 && static_cast<size_t>(factor) > brokers)
      reader.violation(
          name, fmt::format("is {}, but there {} {} broker{}", factor, brokers == 1 ? "is" : "are",
                            brokers, brokers == 1 ? "" : "s"));
  }

  static void check_in_sync(FieldReader& reader, const char* name, int in_sync, int factor) {
    if (in_sync > factor)
      reader.violation(name,
                       fmt::format("is {}, more than the {} replica{} that there are: nothing "
                                   "could be written",
                                   in_sync, factor, factor == 1 ? "" : "s"));
  }

  /// Below this a replica would never catch up with what is written.
  void read_reassignment() {
    constexpr long long kLeast = 100'000;
    const auto rate = top_.integer("reassignmentBytesPerSecond", 0, 1LL << 40);
    if (!rate) return;
    if (*rate > 0 && *rate < kLeast)
      top_.violation("reassignmentBytesPerSecond",
                     fmt::format("must be 0 (no bound) or at least {}", kLeast));
    spec_.reassignment_bytes_per_second = *rate;
  }

  void read_topics() {
    const Json* given = top_.list("topics");
    if (given == nullptr) return;
    if (given->size() > kMostTopics)
      return top_.fault("topics", fmt::format("has {} entries; at most {} are possible",
                                              given->size(), kMostTopics));
    std::set<std::string> names;
    std::set<std::string> metric_names;
    for (size_t i = 0; i < given->size(); ++i) {
      const std::string path = fmt::format("topics[{}]", i);
      if (!(*given)[i].is_object()) {
        top_.fault(path, fmt::format("must be an object, not {}", type_for_people((*given)[i])));
        continue;
      }
      FieldReader reader = top_.within((*given)[i], path);
      Topic topic = read_topic(reader);
      if (topic.name.empty()) continue;
      std::string metric = topic.name;
      std::ranges::replace(metric, '.', '_');
      if (!names.insert(topic.name).second)
        reader.violation("name", fmt::format("\"{}\" is the name of another topic", topic.name));
      else if (!metric_names.insert(std::move(metric)).second)
        reader.violation("name",
                         fmt::format("\"{}\" differs from another topic only by '.' and '_', "
                                     "which Kafka takes for the same",
                                     topic.name));
      spec_.topics.push_back(std::move(topic));
    }
  }

  Topic read_topic(FieldReader& reader) {
    Topic topic;
    const auto name = reader.text("name");
    if (!name && !reader.has("name")) reader.missing("name");
    if (name) {
      if (auto fault = topic_name_fault(*name); !fault.empty())
        reader.fault("name", std::move(fault));
      else
        topic.name = *name;
    }
    topic.partitions = static_cast<int>(
        reader.integer("partitions", 1, 10'000).value_or(spec_.defaults.partitions));
    topic.replication_factor =
        static_cast<int>(reader.integer("replicationFactor", 1, cluster::kMostNodes)
                             .value_or(spec_.defaults.replication_factor));
    check_replication(reader, "replicationFactor", topic.replication_factor);
    topic.configuration = read_topic_configuration(reader);
    if (const auto in_sync = number_in(topic.configuration, "min.insync.replicas"))
      check_in_sync(reader, "configuration.min.insync.replicas", static_cast<int>(*in_sync),
                    topic.replication_factor);
    else if (spec_.defaults.min_insync_replicas > topic.replication_factor &&
             reader.has("replicationFactor"))
      reader.violation("replicationFactor",
                       fmt::format("is {}, fewer than the {} replicas that must be in sync by "
                                   "default: nothing could be written",
                                   topic.replication_factor, spec_.defaults.min_insync_replicas));
    reader.reject_unknown();
    return topic;
  }

  // Care, and whether there is room for all of it.

  void read_care() {
    spec_.image = cluster::read_image(top_);
    const auto care = cluster::read_care(top_, stored_json_);
    spec_.stopped = care.stopped;
    spec_.heal = care.heal;
    spec_.strategy = care.strategy;
    spec_.password_overlap_seconds = care.password_overlap_seconds;
    spec_.certificate_days = care.certificate_days;
  }

  void check_room() {
    for (const Role role : kRoles)
      for (size_t i = 0; i < spec_.nodes(role).size(); ++i) check_memory(role, i);
    check_disks();
  }

  void check_memory(Role role, size_t index) {
    const NodeSpec& node = spec_.nodes(role)[index];
    const Size* size = catalog_.find_size(node.size);
    if (size == nullptr) return;
    const long long memory = size->memory_bytes / kMegabyte;
    const int heap = heap_megabytes(spec_, role, size->memory_bytes);
    if (heap + kBesidesHeapMegabytes <= memory) return;
    top_.violation(
        fmt::format("desiredState.roles.{}.nodes[{}].size", to_string(role), index),
        fmt::format("{} has {} MB of memory, too little for a heap of {} MB and the {} MB "
                    "that are needed beside it",
                    node.size, memory, heap, kBesidesHeapMegabytes));
  }

  /// What the declared topics keep, if every partition is as full as it may become.
  void check_disks() {
    long long wanted = 0;
    for (const auto& topic : spec_.topics) {
      auto bytes = number_in(topic.configuration, "retention.bytes");
      if (!bytes) bytes = spec_.defaults.retention_bytes;
      if (bytes && *bytes > 0) wanted += *bytes * topic.partitions * topic.replication_factor;
    }
    long long room = 0;
    for (const auto& node : spec_.nodes(Role::kBroker))
      if (const Size* size = catalog_.find_size(node.size)) room += size->disk_bytes;
    if (room == 0 || static_cast<double>(wanted) <= kDiskForData * static_cast<double>(room))
      return;
    constexpr double kGigabyte = 1'000'000'000;
    top_.violation(
        "topics", fmt::format("may come to {:.0f} GB by their declared retention, and the brokers' "
                              "disks have {:.0f} GB, of which data may take {:.0f} %",
                              static_cast<double>(wanted) / kGigabyte,
                              static_cast<double>(room) / kGigabyte, kDiskForData * 100));
  }

  const Catalog& catalog_;
  const Json& stored_json_;
  std::optional<Spec> stored_;
  Errors errors_;
  FieldReader top_;
  Spec spec_;
  std::map<std::string, Secret> passwords_;
  bool type_known_ = false;
  bool voters_given_ = false;
};

}  // namespace

Parsed<ParsedSpec> parse(const Json& input, const Catalog& catalog, const Json& stored) {
  if (!input.is_object())
    return std::unexpected(Errors{
        {"", fmt::format("a Kafka cluster must be an object, not {}", type_for_people(input))}});
  return Parser(input, catalog, stored).run();
}

}  // namespace ashlar::kafka
