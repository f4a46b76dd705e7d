#pragma once

#include <vector>

#include "kinds/cluster/observe/drift.hpp"
#include "kinds/kafka/observe/view.hpp"

namespace ashlar::kafka {

/// What is there otherwise than declared. Beside the words of any cluster: topic-missing,
/// topic-configuration, topic-undeclared, users. Pure.
std::vector<cluster::Drift> drift_of(const ClusterView& view, Time now);

/// One permission of a user as Kafka's admin program writes it.
std::vector<Json> acl_bindings(const Spec& spec);

}  // namespace ashlar::kafka
