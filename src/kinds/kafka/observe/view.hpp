#pragma once
// A cluster as it was found: its machines one by one, and what Kafka says of the whole.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kinds/cluster/observe/node_state.hpp"
#include "kinds/kafka/plan/placement.hpp"
#include "kinds/kafka/server/admin.hpp"
#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::kafka {

struct NodeView : cluster::NodeState {
  NodePart part;
  std::string unit_state;    // active, activating, failed, ... as systemd says
  long long disk_bytes = 0;  // of the file system that holds the data; 0: unknown
  long long disk_free_bytes = 0;

  // As the cluster says; nothing: it did not say.
  std::optional<bool> serves;                    // a broker: registered, and not fenced
  std::optional<bool> votes;                     // a controller: a voter
  std::optional<long long> behind_milliseconds;  // a controller, behind the active one
  int leaders = 0;
  int replicas = 0;
  int not_in_sync = 0;
  std::optional<long long> log_bytes;

  /// Whether the cluster does without it: only then what it has is also somewhere else. Nothing:
  /// the cluster did not say.
  std::optional<bool> missed() const;
};

/// One topic as Kafka tells it.
struct TopicView {
  int partitions = 0;
  int replication_factor = 0;
  Configuration configuration;
};

struct GroupView {
  std::string id;
  std::string state;
  size_t members = 0;
  long long lag = 0;
};

/// Partitions by what is wrong with them: how many, and the first of them, "orders-3".
struct Finding {
  int count = 0;
  std::vector<std::string> named;
};

/// One broker as the cluster tells it.
struct BrokerView {
  bool registered = false;
  bool serves = false;  // registered, and not fenced
  int leaders = 0;
  int replicas = 0;
  int not_in_sync = 0;
  Finding needed_by;  // partitions that would have too few replicas in sync without it
};

/// What the cluster says of itself; `answered` is false while nobody does.
struct ServiceView {
  bool answered = false;
  std::string error;  // why nobody does
  std::string metadata_version;
  std::optional<int> active_controller;     // its number
  std::map<std::string, TopicView> topics;  // without Kafka's own
  std::map<int, BrokerView> brokers;        // by number: also those gone that replicas name
  int partitions = 0;
  Finding offline, under_replicated, under_min_in_sync;
  std::vector<Partition> moving;  // those whose replicas move, without their bytes
  std::vector<GroupView> groups;
  std::vector<std::string> users;  // who may log in
  Json acls = Json::array();       // as the admin program tells them
  Json voters = Json::array();     // {id, directoryId, lag, behindMs}
  Json observers = Json::array();
};

struct ClusterView {
  Spec spec;
  std::optional<Spec> applied;  // the one that was last proved
  Catalog catalog;              // when there is an applied one
  Topology topology;
  std::vector<NodeView> nodes;
  std::vector<NodeView> surplus;  // stored machines that play no declared part
  ServiceView service;

  const NodeView* find_node(std::string_view name) const;
  std::string name_of(int number) const;  // broker-1; "node 7" for one that is not declared
};

/// All that keeps the cluster from being whole, for people; empty when it is.
std::vector<std::string> faults_of(const ClusterView& view);

/// What the controllers alone say, while brokers may not be there yet: of questions {"quorum"}.
ServiceView read_quorum(ClusterView& view, const AdminResult& quorum);
/// The operations that ask for a ServiceView, and what their results say. `full`: also the topics'
/// configuration, groups, users and sizes.
std::vector<Json> questions(bool full);
ServiceView read_service(const std::vector<AdminResult>& results, bool full);
/// What it says of each node.
void spread(ClusterView& view, const std::vector<AdminResult>& results);

}  // namespace ashlar::kafka
