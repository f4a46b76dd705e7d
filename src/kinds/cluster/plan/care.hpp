#pragma once
// What of a cluster is done without anyone asking: what has drifted is mended, and certificates are
// renewed in time. Pure.
//
// Of the stored spec: `heal` (none, safe, replace), `power`, `certificateDays`, and `held` of
// nodes, whose certificates are left alone. Of the status: `drift` as to_json() of
// observe/drift.hpp, and `nodes`: {name, state, certificate: {expiresAt}}, where the latter is null
// without TLS. A status of an earlier version, or none yet, wants nothing.

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "engine/kind.hpp"

namespace ashlar::cluster {

/// What the drift calls a certificate whose time has come.
inline constexpr const char* kCertificateExpiring = "certificate-expiring";

/// A certificate is renewed when less than this is left of it: 30 days, or a third of its life.
Millis renewal_before(int certificate_days);

/// What a service adds to what holds for all.
struct Care {
  /// Words of drift that the service itself corrects within twenty seconds.
  std::set<std::string> corrected;
  /// What has to be mended before certificates are rotated, for people; empty: nothing. Only asked
  /// when a certificate's time has come. Left out: every node must work.
  std::function<std::string()> what_is_down;
};

/// As far as the spec's policy `heal` allows: what of the observed drift can be mended (by the
/// action "heal"), then the certificates whose time has come (by "rotate", for all nodes at once,
/// in the name of the schedule "certificates"). A stopped cluster is left alone.
std::vector<engine::Task> wants(const Json& spec, const Json& status, Time now, const Care& care);

}  // namespace ashlar::cluster
