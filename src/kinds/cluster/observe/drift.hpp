#pragma once
// What is there otherwise than declared: one item a fault, with what Ashlar does about it. Pure.

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "kinds/cluster/observe/node_state.hpp"
#include "kinds/cluster/spec/words.hpp"

namespace ashlar::cluster {

struct Drift {
  std::string node;  // empty: the cluster
  /// machine-missing, machine-off, unreachable, not-running, surplus-machine, size, host-key,
  /// ssh-access, certificate-expiring; managed-file, unit, kernel-parameter: see Deviation; and
  /// words of the kind's own.
  std::string what;
  std::string declared;
  std::string found;
  Heal heals = Heal::kSafe;  // the least policy under which Ashlar mends it; kNone: a person must
  std::string message;
};

Json to_json(const std::vector<Drift>&);

/// What is wrong with a node's machine, or that its service does not work, or that the machine has
/// another size than the declared one.
void add_machine_drift(std::vector<Drift>& drift, const std::string& name, const NodeState& node,
                       const std::string& size);
/// Of a stopped cluster: machines that are on.
void add_stopped_drift(std::vector<Drift>& drift, const std::string& name, const NodeState& node);
/// Files, units and kernel parameters that somebody changed.
void add_deviations(std::vector<Drift>& drift, const std::string& name, const NodeState& node);
void add_surplus(std::vector<Drift>& drift, const std::string& name, const NodeState& node);
void add_certificate_drift(std::vector<Drift>& drift, const std::string& name,
                           const NodeState& node, int certificate_days, Time now);

}  // namespace ashlar::cluster
