#pragma once
// What is there otherwise than declared, beyond what faults_of() says of the cluster as a whole:
// one item a fault, with what Ashlar does about it. Pure.

#include <optional>
#include <string>
#include <vector>

#include "kinds/cluster/observe/drift.hpp"
#include "kinds/redis/observe/live.hpp"
#include "kinds/redis/plan/planned.hpp"

namespace ashlar::redis {

using cluster::Drift;
// Beside the words of any cluster: access-refused, wrong-master, foreign-master,
// sentinels-disagree, unknown-replica, configuration, package-version, access, directive.

/// `limits`: group to maxMemoryBytes when the cluster was last proved; null: unknown. Of a stopped
/// cluster, machines that are on are drift, and not those that are off.
std::vector<Drift> drift_of(const ClusterView& view, const Json& limits, Time now);

/// What CONFIG GET said; nullopt when it said nothing.
std::optional<Settings> settings_found(const NodeView& node);

}  // namespace ashlar::redis
