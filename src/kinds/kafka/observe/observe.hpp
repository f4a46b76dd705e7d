#pragma once
// Looks at every machine of a cluster at once, and asks the cluster itself on one of them.

#include "engine/kind.hpp"
#include "kinds/kafka/observe/view.hpp"
#include "kinds/kafka/server/files.hpp"

namespace ashlar::kafka {

using cluster::Observer;

/// Throws what the cloud throws when it cannot list: without the list, a machine that is gone and a
/// cloud that does not answer would look alike.
ClusterView observe_cluster(const Observer& observer);

/// Between two looks: does what listens on each node still answer? Kafka is not asked.
engine::Glance glance(const Observer& observer);

/// The machines that have an address, of the declared nodes, in their order.
std::vector<std::pair<NodePart, Machine>> machines_of(const Topology& topology,
                                                      engine::MachineRecords& records);

/// Where to begin, and how to speak to Kafka.
AdminRequest admin_request(const std::vector<std::pair<NodePart, Machine>>& machines);

/// Asks on one machine after the other until one can. Throws Error(kUnavailable) when none can.
std::vector<AdminResult> ask_cluster(const fleet::Tools& tools, const Spec& spec,
                                     const std::vector<Machine>& where, AdminRequest request,
                                     std::vector<Json> operations);

/// How a node is configured. Throws Error(kConflict) while a controller has no machine.
ServerConfig server_config(const Spec& spec, const Topology& topology, const NodePart& part,
                           engine::MachineRecords& records);

}  // namespace ashlar::kafka
