#pragma once
// Plans for what is done on occasion to a cluster that stays as it is: stopping and starting it,
// handing a group over, rotating what it is protected by, switching TLS on or off. Pure. All throw
// Error(kConflict) when the cluster is not in a state to do it safely.

#include "kinds/redis/plan/observed.hpp"
#include "kinds/redis/plan/plan.hpp"

namespace ashlar::redis {

Plan plan_stop(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog);
Plan plan_start(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog);

/// `once`: {"action": "switchover", "group", "to"}; a null "to": a replica is chosen.
Plan plan_switchover(const Spec& spec, const ObservedFacts& facts, const Json& once);

/// `request.once`: {"action": "rotate", "what": "passwords" | "certificates"}; without one, the
/// passwords.
Plan plan_rotation(const Spec& spec, const ObservedFacts& facts, const Request& request);

/// What has to be mended before anything is rotated or handed over, for people: "replica-2 does not
/// work"; empty: nothing.
std::string what_is_down(const Spec& spec, const ObservedFacts& facts);

/// Switches TLS on or off, as the spec says, on all nodes at once.
Plan plan_transport(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog);

/// Nothing to do; the summary says why.
Plan plan_nothing(const Spec& spec, const std::string& why);

}  // namespace ashlar::redis
