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

/// As far as the spec's policy `heal` allows: what of the observed drift can be mended, then the
/// certificates whose time has come. A stopped cluster is left alone. Both are JSON as they are
/// stored: a status of an earlier version, or none yet, wants nothing.
std::vector<engine::Task> wants(const Json& spec, const Json& status, Time now);

/// A certificate is renewed when less than this is left of it: 30 days, or a third of its life.
Millis renewal_before(int certificate_days);

/// What the drift calls a certificate whose time has come.
inline constexpr const char* kCertificateExpiring = "certificate-expiring";

/// The nodes that a planned step is about: its own, those that its arguments name, all members of a
/// group that is handed over or looked at as a whole; and every node, when passwords or TLS change.
std::set<std::string> nodes_touched(const Spec& spec, const PlannedStep& step);

}  // namespace ashlar::redis
