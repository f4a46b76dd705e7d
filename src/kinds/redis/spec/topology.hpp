#pragma once
// Which node plays which part: a function of the spec alone. Pure.

#include <string>
#include <vector>

#include "kinds/redis/spec/spec.hpp"
#include "model/catalog.hpp"

namespace ashlar::redis {

/// One replication group: a master and those that follow it at first. Later, sentinels decide.
struct Group {
  std::string name;    // prod-redis-m1: unique to the cluster, what sentinels and clients call it
  std::string master;  // node name
  std::vector<std::string> replicas;
  long long max_memory_bytes = 0;

  std::vector<std::string> members() const;
};

struct NodePart {
  std::string name;  // master-1
  Role role = Role::kMaster;
  std::string group;  // empty for sentinels
  std::string size;
  std::vector<std::string> tags;

  bool holds_data() const { return role != Role::kSentinel; }
};

struct Topology {
  std::vector<NodePart> nodes;  // masters, replicas, sentinels
  std::vector<Group> groups;

  const NodePart* find_node(std::string_view name) const;
  const Group* find_group(std::string_view name) const;
  /// Throws Error(kInternal) when there is no such node or group: a plan of another spec.
  const NodePart& node(std::string_view name) const;
  const Group& group(std::string_view name) const;
};

/// The node of a machine's record: replica-1 of replica-1~2.
std::string base_of(const std::string& record);

std::string group_name(const Spec& spec, int number);

/// Groups are numbered by the spec's nodes; parse() has seen to it that each has one master.
/// Without a catalog (after planning) memory limits stay 0.
Topology topology_of(const Spec& spec, const Catalog* catalog = nullptr);

/// How many sentinels must agree that a master is down: a majority.
int quorum_of(const Spec& spec);

/// A master comes back empty without persistence, and with snapshots as it was at the last one; its
/// replicas would then drop what they have confirmed since. So its unit waits until the sentinels
/// have made another one master. An append-only file holds all that the process wrote. In seconds.
int restart_seconds(const Spec& spec);

/// What Redis may use of a machine's memory: the rest is for the system, for connection buffers
/// and for the pages that change while a child writes a snapshot or rewrites the log.
long long max_memory_bytes(long long machine_memory_bytes, Persistence persistence);

}  // namespace ashlar::redis
