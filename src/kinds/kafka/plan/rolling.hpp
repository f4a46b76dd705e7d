#pragma once
// What every change shares for which nodes have to be away, one after the other. Pure.

#include <set>
#include <string>
#include <vector>

#include "kinds/kafka/plan/plan.hpp"
#include "kinds/kafka/spec/topology.hpp"
#include "model/plan.hpp"

namespace ashlar::kafka {

/// Controllers before brokers, and whoever led the controllers when it was observed last of them.
std::vector<const NodePart*> in_rolling_order(const Topology& topology, const Json& observed);

/// Throws Error(kConflict) when a node does not work, but for those in `except`: nothing is changed
/// before it does.
void refuse_broken(const Spec& spec, const ObservedFacts& facts,
                   const std::set<std::string>& except = {});

/// Throws Error(kConflict) when a node is held out: `what` needs all of them.
void refuse_held(const Spec& spec, const std::string& what);

/// Throws Error(kConflict) when a topic can spare no broker: its gate would never open.
void refuse_unsparing(const Spec& spec);

/// Throws Error(kConflict) where a broker's machine cannot be replaced without losing records:
/// those of topics with one replica.
void refuse_to_lose_records(const Spec& spec, const ObservedFacts& facts);

/// What clients notice of it.
void describe_rolling(Plan& plan, const Spec& spec);

}  // namespace ashlar::kafka
