#pragma once
// What Redis and Sentinel answer, as data, and what it means for the cluster. Pure.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kinds/cluster/observe/node_state.hpp"
#include "kinds/redis/server/batches.hpp"
#include "kinds/redis/server/declaration.hpp"
#include "kinds/redis/spec/topology.hpp"
#include "model/resource.hpp"

namespace ashlar::redis {

using cluster::address_of;

/// INFO's fields by name.
using Info = std::map<std::string, std::string>;
Info parse_info(const std::string& text);
/// RESP2 sends a map as a flat list of names and values.
Info parse_flat_map(const Json& reply);
/// 0 when the field is missing or no number.
long long number_of(const Info& info, const std::string& field);
std::string text_of(const Info& info, const std::string& field);

/// What one sentinel says of one group.
struct SentinelView {
  std::string master_address;
  bool master_down = false;  // subjectively
  bool failing_over = false;
  bool has_quorum = false;
  std::string quorum_message;
  int quorum_needed = 0;
  int down_after_milliseconds = 0;
  std::vector<std::string> replicas;   // addresses of all that it knows
  std::vector<std::string> sentinels;  // addresses of the others
  std::vector<std::string> unreached;  // of both, those to which it has no working connection

  size_t remembered_replicas = 0;  // also those that it does not list, since they hide

  /// An address that belongs to none of `current`: a machine that is gone, not yet forgotten.
  std::optional<std::string> stale(const std::vector<std::string>& current) const;
  /// Remembers replicas that it does not list: they left, but would come back into its mind with
  /// the next failover.
  bool remembers_hidden() const { return remembered_replicas > replicas.size(); }
};

/// One node as it was found.
struct NodeView : cluster::NodeState {
  NodePart part;
  bool refuses = false;                         // its service runs, and does not let Ashlar in
  Info info;                                    // data nodes and sentinels
  std::map<std::string, SentinelView> watched;  // by group; sentinels only
  std::map<std::string, std::string> settings;  // data nodes: what CONFIG GET says
  Directives directives;                        // data nodes: those that are declared
  std::vector<std::string> users;               // as ACL LIST tells them
  std::string package_version;                  // what is installed; empty: unknown

  bool is_master() const { return text_of(info, "role") == "master"; }
};

struct GroupView {
  std::string name;
  std::string master;  // node name; empty when unknown or disputed
  std::vector<std::string> members;
};

struct ClusterView {
  Spec spec;
  std::vector<NodeView> nodes;
  std::vector<NodeView> surplus;  // stored machines that play no declared part
  std::vector<GroupView> groups;

  const NodeView* find_node(std::string_view name) const;
  const NodeView* find_address(std::string_view address) const;
  std::vector<const NodeView*> members_of(const std::string& group) const;
  std::vector<const NodeView*> sentinels() const;
  std::vector<std::string> addresses() const;
};

/// The commands that observe a data node or a sentinel; their replies are read by read_replies().
std::vector<Command> observation_commands(const Spec& spec, const Topology& topology,
                                          const NodePart& node);
/// Fills `view` from data.replies of the operation. Errors in replies make it a failed node.
void read_replies(NodeView& view, const Topology& topology, const Json& replies);

/// Decides who is master of each group: whom most sentinels name, or without sentinels the one node
/// that says so itself.
std::vector<GroupView> groups_of(const Topology& topology, const std::vector<NodeView>& nodes);

/// All that keeps the cluster from being whole, for people; empty when it is.
std::vector<std::string> faults_of(const ClusterView& view);

}  // namespace ashlar::redis
