#pragma once
// What Redis and Sentinel are configured with: files as text, from data alone. Pure.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "kinds/redis/spec/spec.hpp"

namespace ashlar::redis {

/// Where things lie on a machine. Redis rewrites its configuration, so the folder that holds it
/// belongs to Redis; it is not the package's own file, which would be in the way of "write once".
struct Paths {
  std::string folder = "/etc/redis/ashlar";
  std::string data = "/var/lib/redis";

  std::string redis_conf() const { return folder + "/redis.conf"; }
  std::string sentinel_conf() const { return folder + "/sentinel.conf"; }
  std::string await_masters() const { return "/usr/local/lib/ashlar/await-masters"; }
  std::string users() const { return folder + "/users.acl"; }
  std::string authority() const { return folder + "/ca.crt"; }
  std::string certificate() const { return folder + "/node.crt"; }
  std::string key() const { return folder + "/node.key"; }
};

struct Endpoint {
  std::string address;
  int port = 0;
};

/// The save points of persistence `rdb`, as Redis spells them.
inline constexpr const char* kSavePoints = "3600 1 300 100 60 10000";

/// Users on data nodes and sentinels. `default` is the clients'; the others are Ashlar's own.
inline constexpr const char* kOperatorUser = "ashlar";
inline constexpr const char* kReplicationUser = "replication";
inline constexpr const char* kSentinelUser = "sentinel";
inline constexpr const char* kSentinelPeerUser = "sentinel-peer";

/// Unique to each cluster, so that a node of another cluster at a reused address is refused.
struct Passwords {
  Secret system;         // default
  Secret operator_user;  // ashlar
  Secret replication;    // replica -> master
  Secret sentinel;       // sentinel -> data node
  Secret sentinel_peer;  // sentinel -> sentinel
};

/// What data nodes and sentinels have in common.
struct ServerConfig {
  Endpoint self;                            // announced to the others
  std::vector<std::string> bind_addresses;  // self.address and loopback
  bool tls = false;
  Paths paths;
};

struct DataNodeConfig {
  ServerConfig server;
  std::optional<Endpoint> leader;  // none: starts as the master
  Persistence persistence = Persistence::kRdb;
  long long max_memory_bytes = 0;
  std::string max_memory_policy;
  size_t replicas_in_group = 0;
  bool guard_writes = false;  // min-replicas-to-write
  std::set<ClientRight> client_rights;
};

struct WatchedGroup {
  std::string name;
  Endpoint master;
  std::vector<Endpoint> replicas;
};

struct SentinelPeer {
  std::string id;
  Endpoint endpoint;
};

/// Sentinels find each other by greetings every two seconds, and replicas every ten. What the plan
/// knows is written into the first configuration in the form that Sentinel itself keeps, so that
/// they start acquainted.
struct SentinelConfig {
  ServerConfig server;
  std::string id;
  std::vector<SentinelPeer> peers;
  std::vector<WatchedGroup> groups;
  int quorum = 2;
  int down_after_milliseconds = 5'000;
};

/// redis.conf and sentinel.conf hold passwords of Ashlar's own users in clear, since Redis needs
/// them to connect to others. Clients' passwords appear as hashes only.
std::string redis_conf(const DataNodeConfig& config, const Passwords& passwords);
std::string users_acl(const Passwords& passwords, const std::set<ClientRight>& rights);
std::string sentinel_conf(const SentinelConfig& config, const Passwords& passwords);

/// A sentinel.conf with these users and no others, otherwise as it is.
std::string with_users(const std::string& sentinel_conf, const Passwords& passwords);

/// The drop-in for Debian's unit. In place before the package is installed, its condition keeps the
/// package from starting an unprotected default instance.
std::string redis_unit_drop_in(const Paths& paths, int restart_seconds);
std::string sentinel_unit_drop_in(const Paths& paths);

/// Runs before Sentinel. When all machines of a cluster come up at once, one that starts first
/// would take masters that still boot for dead, and make a replica with older data the master: for
/// the first minutes after a boot it waits, 45 s at most, until every master that it knows listens.
std::string await_masters_script(const Paths& paths);

/// The 40 hexadecimal digits by which sentinels know each other. They belong to the node: when
/// another machine takes its place, the others move the id's address instead of learning of one
/// more sentinel, which would shift the majority.
std::string sentinel_id(const std::string& resource_id, const std::string& node);

/// SHA-256 in hexadecimal, as ACL rules take it after '#'.
std::string password_hash(const Secret& password);

}  // namespace ashlar::redis
