#pragma once
// What a user declares of a Redis cluster, typed. Pure data.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "kinds/cluster/spec/words.hpp"
#include "model/catalog.hpp"

namespace ashlar::redis {

using cluster::Heal;
using cluster::kDefaultImage;
using cluster::kLongestPasswordOverlap;
using cluster::kMostNodes;
using cluster::Strategy;
using cluster::strategy_from;
using cluster::to_string;

inline constexpr int kRedisPort = 6379;
inline constexpr int kSentinelPort = 26379;

enum class Role { kMaster, kReplica, kSentinel };
inline constexpr Role kRoles[] = {Role::kMaster, Role::kReplica, Role::kSentinel};
std::string_view to_string(Role);

/// What clients may do on data nodes beyond what every application needs: empty a database, or
/// everything, to the server itself, too.
enum class ClientRight { kFlush, kAdministration };
inline constexpr ClientRight kClientRights[] = {ClientRight::kFlush, ClientRight::kAdministration};
std::string_view to_string(ClientRight);
/// The words that to_string() knows; others are left out.
std::set<ClientRight> client_rights_from(const std::vector<std::string>& words);

enum class Persistence { kNone, kRdb, kAof };
std::string_view to_string(Persistence);

struct NodeSpec : cluster::NodeSpec {
  int group = 0;  // number of its replication group, from 1; 0 for sentinels

  bool operator==(const NodeSpec&) const = default;
};

struct Spec {
  std::string name;
  bool sentinel = false;        // type: sentinel, or single
  std::string deployment_type;  // redis-sentinel-prod
  std::vector<std::string> target_clusters;
  std::string region;
  std::string vpc_id;  // empty: one is made
  bool tls = false;
  std::string
      domain;  // nodes are called NODE.CLUSTER.DOMAIN beside their addresses; empty: they are not
  std::map<Role, std::vector<NodeSpec>> roles;
  std::vector<std::string> client_ranges;  // CIDR
  std::set<ClientRight> client_rights;
  Persistence persistence = Persistence::kRdb;
  std::string max_memory_policy;
  int down_after_milliseconds = 5'000;
  std::string image;
  std::string package_version;  // of Redis and Sentinel on every node; empty: what sources offer
  bool stopped = false;         // power: off; the machines are kept, switched off
  Heal heal = Heal::kSafe;
  Strategy strategy = Strategy::kInPlace;
  int password_overlap_seconds = 60;  // both passwords are valid that long when one is changed
  int certificate_days = 1095;

  bool production() const;
  const std::vector<NodeSpec>& nodes(Role role) const { return roles.at(role); }
  size_t node_count() const;

  bool operator==(const Spec&) const = default;
};

struct ParsedSpec {
  Spec spec;
  std::optional<Secret> system_password;  // given by the user
};

/// One cluster as the user wrote it (the seed's `clusters[i]`), checked against the catalog: the
/// spec with every default filled in, or all faults at once. A password is never part of a message.
/// `stored`: the stored spec of the cluster, or null: a node keeps its group, and a stopped cluster
/// stays stopped, unless the input says otherwise.
Parsed<ParsedSpec> parse(const Json& input, const Catalog& catalog, const Json& stored = nullptr);

/// The normalized form, without secrets: what is stored and shown. Parsing it gives the same spec.
Json to_json(const Spec&);
/// Reads to_json()'s form. Throws Error(kInternal) for anything else: it comes from our own store.
Spec spec_from_json(const Json&);

}  // namespace ashlar::redis
