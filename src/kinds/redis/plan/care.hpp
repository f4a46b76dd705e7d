#pragma once
// What of a cluster is done without anyone asking: what has drifted is mended, and certificates are
// renewed in time. Pure.

#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "engine/kind.hpp"
#include "kinds/redis/spec/spec.hpp"

namespace ashlar::redis {

/// As cluster::wants() says. Both are JSON as they are stored.
std::vector<engine::Task> wants(const Json& spec, const Json& status, Time now);

/// The nodes that a planned step is about: its own, those that its arguments name, all members of a
/// group that is handed over or looked at as a whole; and every node, when passwords or TLS change.
std::set<std::string> nodes_touched(const Spec& spec, const PlannedStep& step);

}  // namespace ashlar::redis
