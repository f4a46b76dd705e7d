#pragma once
// What a cluster can be asked for beyond applying a spec: update, upgrade, downgrade, stop, start,
// switchover, rotate, heal. Each turns its arguments into the spec that shall hold, and into what
// is to be done once. Pure.

#include <vector>

#include "engine/kind.hpp"

namespace ashlar::redis {

// Arguments:
//   update      a merge patch (RFC 7396) of the spec; a role without `nodes` keeps those it has,
//               as far as `count` allows
//   upgrade     {"roles": {"master": {"size": "..."}, ...}}: each at least as large as before
//   downgrade   the same, each at most as large
//   stop, start {}
//   switchover  {"group": "...", "to": "..."}: the group may be left out when there is one only;
//               without "to" a replica is chosen
//   rotate      {"what": "passwords" | "certificates", "systemPassword": "...",
//               "overlapSeconds": 60}: without a password, one is generated; without an overlap,
//               that of the spec counts
//   heal        {}: what the policy allows
std::vector<engine::Action> actions();

}  // namespace ashlar::redis
