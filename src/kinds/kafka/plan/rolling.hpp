#pragma once
// What every change shares for which nodes have to be away, one after the other. Pure.

#include <vector>

#include "kinds/kafka/plan/plan.hpp"
#include "kinds/kafka/spec/topology.hpp"
#include "model/plan.hpp"

namespace ashlar::kafka {

/// Controllers before brokers, and whoever led the controllers when it was observed last of them.
std::vector<const NodePart*> in_rolling_order(const Topology& topology, const Json& observed);

/// Throws Error(kConflict) when a topic can spare no broker: its gate would never open.
void refuse_unsparing(const Spec& spec);

/// Throws Error(kConflict) where a broker's machine cannot be replaced without losing records:
/// those of topics with one replica.
void refuse_to_lose_records(const Spec& spec, const ObservedFacts& facts);

/// What clients notice of it.
void describe_rolling(Plan& plan, const Spec& spec);

}  // namespace ashlar::kafka
