#pragma once
// What a user declares of a Kafka cluster, typed. Pure data.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "kinds/cluster/spec/words.hpp"
#include "mirror/mirror.hpp"
#include "model/catalog.hpp"

namespace ashlar::kafka {

using cluster::Heal;
using cluster::Strategy;

inline constexpr int kClientPort = 9092;
/// Between brokers, and for Ashlar: by certificate only, whatever clients use.
inline constexpr int kInternalPort = 9093;
inline constexpr int kControllerPort = 9094;
inline constexpr int kMostVoters = 9;
inline constexpr int kMostTopics = 20'000;
inline constexpr long long kUsualReassignmentBytes = 50'000'000;
inline constexpr std::string_view kDefaultVersion = "4.1.0";

/// single: one node that is both. cluster: controllers are among the brokers. prod: controllers
/// have machines of their own.
enum class Type { kSingle, kCluster, kProd };
std::string_view to_string(Type);  // kafka-single, kafka-cluster, kafka-prod

enum class Role { kController, kBroker };
inline constexpr Role kRoles[] = {Role::kController, Role::kBroker};
std::string_view to_string(Role);

struct NodeSpec : cluster::NodeSpec {
  /// Kafka's node.id. A number is never given twice in a cluster's life: what a broker of that
  /// number once held is remembered by the others.
  int number = 0;
  std::string zone;  // becomes the broker's rack; empty: none
  /// Changes pass it by: it keeps running as it was configured, until this is taken away.
  bool held = false;

  bool operator==(const NodeSpec&) const = default;
};

using Configuration = std::map<std::string, std::string>;

struct Topic {
  std::string name;
  int partitions = 1;
  int replication_factor = 1;
  Configuration configuration;  // what differs from the brokers' defaults

  bool operator==(const Topic&) const = default;
};

/// What a user may do.
struct Acl {
  std::string resource;  // topic, group, transactionalId, cluster
  std::string name;      // empty for the cluster; "*": of every name
  bool prefix = false;   // of every name that begins so
  std::vector<std::string> operations;

  bool operator==(const Acl&) const = default;
};

struct User {
  std::string name;
  std::vector<Acl> acls;

  bool operator==(const User&) const = default;
};

/// What topics have that do not say otherwise.
struct Defaults {
  int partitions = 1;
  int replication_factor = 1;
  int min_insync_replicas = 1;
  int retention_hours = 168;
  std::optional<long long> retention_bytes;  // a partition

  bool operator==(const Defaults&) const = default;
};

/// Where Kafka comes from when the machines' image does not bring it.
struct Package {
  std::string url;
  std::string sha512;

  bool operator==(const Package&) const = default;
};
mirror::Source source_of(const Package& package);

struct Spec {
  std::string name;
  Type type = Type::kSingle;
  std::string region;
  std::string vpc_id;  // empty: one is made
  bool tls = false;    // for clients; nodes always speak TLS to each other
  std::map<Role, std::vector<NodeSpec>> roles;
  int voters = 1;          // how many nodes vote on the cluster's metadata
  int highest_number = 0;  // that any node ever had
  std::string version;
  std::optional<Package> package;
  std::map<Role, int> heap_megabytes;  // 0: by the machine's memory
  std::string data_directory;
  Defaults defaults;
  Configuration configuration;  // of brokers, beyond what Ashlar sets
  std::vector<std::string> client_ranges;
  std::vector<Topic> topics;
  std::vector<User> users;
  /// What replicas that move may take of each broker's network, in and out; 0: all of it.
  long long reassignment_bytes_per_second = kUsualReassignmentBytes;
  bool prune = false;  // topics and users that are not declared are deleted
  std::string image;
  bool stopped = false;
  Heal heal = Heal::kSafe;
  Strategy strategy = Strategy::kInPlace;
  int password_overlap_seconds = 60;
  int certificate_days = 1'095;

  const std::vector<NodeSpec>& nodes(Role role) const { return roles.at(role); }
  size_t node_count() const;

  bool operator==(const Spec&) const = default;
};

struct ParsedSpec {
  Spec spec;
  std::map<std::string, Secret> passwords;  // by user, where the user gave one
};

/// One cluster as the user wrote it, checked against the catalog: the spec with every default
/// filled in, or all faults at once. A password is never part of a message. `stored`: the stored
/// spec of the cluster, or null: nodes keep their numbers, and a stopped cluster stays stopped.
Parsed<ParsedSpec> parse(const Json& input, const Catalog& catalog, const Json& stored = nullptr);

/// The normalized form, without secrets: what is stored and shown. Parsing it gives the same spec.
Json to_json(const Spec&);
/// Reads to_json()'s form. Throws Error(kInternal) for anything else: it comes from our own store.
Spec spec_from_json(const Json&);

}  // namespace ashlar::kafka
