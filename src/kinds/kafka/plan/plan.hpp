#pragma once
// From a spec and what was observed to a plan. Pure.

#include "engine/kind.hpp"
#include "kinds/cluster/plan/facts.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/kafka/spec/spec.hpp"

namespace ashlar::kafka {

/// One topic as it was observed.
struct TopicFacts {
  int partitions = 0;
  int replication_factor = 0;
  Configuration configuration;  // what was set on it
};

struct NodeFacts : cluster::NodeFacts {
  bool missed = false;  // the cluster says that it does without it

  /// Its machine is gone, or nobody can reach it. One that only Ashlar cannot reach is not lost:
  /// it may be the only one that has some records.
  bool lost() const { return missing || (!reachable && !off && missed); }
};

struct ObservedFacts : cluster::Facts<NodeFacts> {
  std::map<std::string, TopicFacts> topics;
  bool topics_known = false;
};
ObservedFacts facts_of(const Json& observed);

/// Throws Error(kConflict) for what cannot be done to a cluster that exists.
Plan plan(const Spec& spec, const engine::PlanInput& input);
Plan plan_delete(const Spec& spec, const Json& observed, const Catalog& catalog);

/// What the machines of a spec are; with `nodes`, only of those.
fleet::Request fleet_request(const Spec& spec);
fleet::Request fleet_request(const Spec& spec, const std::set<std::string>& nodes);

double monthly_usd(const Spec& spec, const Catalog& catalog);

}  // namespace ashlar::kafka
