#pragma once
// How Kafka gets onto a node. Pure.

#include <string>

#include "kinds/cluster/plan/parts.hpp"
#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::kafka {

/// Adds the node's installation, and before the first one, where the spec says what Kafka comes
/// from, that it is fetched. Returns the installation's key.
std::string add_install(Plan& plan, const Spec& spec, const NodePart& node, cluster::Keys after);

}  // namespace ashlar::kafka
