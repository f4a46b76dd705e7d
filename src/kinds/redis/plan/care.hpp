#pragma once
// What of a cluster is mended without anyone asking. Pure.

#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "engine/kind.hpp"
#include "kinds/redis/spec/spec.hpp"

namespace ashlar::redis {

/// What of the observed drift can be mended under the spec's policy `heal`. A stopped cluster is
/// left alone. Both are JSON as they are stored: a status of an earlier version, or none yet, wants
/// nothing.
std::vector<engine::Fault> faults_to_heal(const Json& spec, const Json& observed);

/// The nodes that a planned step is about: its own, those that its arguments name, all members of a
/// group that is handed over or looked at as a whole; and every node, when passwords or TLS change.
std::set<std::string> nodes_touched(const Spec& spec, const PlannedStep& step);

}  // namespace ashlar::redis
