#pragma once
// What a plan says, and refuses, of replicas that will move. Pure.

#include "kinds/kafka/plan/membership.hpp"

namespace ashlar::kafka {

/// Throws Error(kConflict) for topics with more replicas than the brokers that stay, and where
/// these have no room for what the leaving ones hold.
void refuse_homeless_replicas(const Spec& spec, const ObservedFacts& facts,
                              const Membership& members, const Json& observed);

/// About how much, under which bound.
void describe_moves(Plan& plan, const Spec& spec, const Membership& members, const Json& observed);

/// Replicas and leaders spread evenly over the brokers.
Plan plan_balancing(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog);

}  // namespace ashlar::kafka
