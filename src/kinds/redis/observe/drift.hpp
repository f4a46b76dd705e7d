#pragma once
// What is there otherwise than declared, beyond what faults_of() says of the cluster as a whole:
// one item a fault, with what Ashlar does about it. Pure.

#include <optional>
#include <string>
#include <vector>

#include "kinds/redis/observe/live.hpp"
#include "kinds/redis/plan/planned.hpp"

namespace ashlar::redis {

struct Drift {
  std::string node;  // empty: the cluster
  /// machine-missing, machine-off, unreachable, not-running, access-refused, wrong-master,
  /// foreign-master, sentinels-disagree, unknown-replica, certificate-expiring, configuration,
  /// surplus-machine, size, package-version; managed-file, unit, kernel-parameter, access,
  /// directive: see Deviation; host-key, ssh-access.
  std::string what;
  std::string declared;
  std::string found;
  Heal heals = Heal::kSafe;  // the least policy under which Ashlar mends it; kNone: a person must
  std::string message;
};

/// `limits`: group to maxMemoryBytes when the cluster was last proved; null: unknown. Of a stopped
/// cluster, machines that are on are drift, and not those that are off.
std::vector<Drift> drift_of(const ClusterView& view, const Json& limits, Time now);

/// What CONFIG GET said; nullopt when it said nothing.
std::optional<Settings> settings_found(const NodeView& node);

Json to_json(const std::vector<Drift>&);

}  // namespace ashlar::redis
