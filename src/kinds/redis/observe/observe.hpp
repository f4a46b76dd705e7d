#pragma once
// Looks at every machine of a cluster at once: one list call to the cloud, one batch a machine.

#include "engine/kind.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/redis/observe/live.hpp"

namespace ashlar::redis {

using cluster::Observer;

/// Throws what the cloud throws when it cannot list: without the list, a machine that is gone and a
/// cloud that does not answer would look alike.
ClusterView observe_cluster(const Observer& observer);

/// The same for one group's data nodes only, without asking the cloud: what a deployment needs
/// while sentinels are not there yet.
ClusterView observe_members(const Observer& observer, const std::vector<std::string>& nodes);

/// How Ashlar speaks to a node's Redis or Sentinel.
Speaker speaker_for(const Spec& spec, const NodePart& part, const Machine& machine,
                    const Secret& operator_password);

}  // namespace ashlar::redis
