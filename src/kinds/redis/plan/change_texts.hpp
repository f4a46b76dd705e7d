#pragma once
// What a change means for people: its summary, its price, what is disrupted; and what is refused.
// Pure.

#include "kinds/redis/plan/difference.hpp"
#include "model/plan.hpp"

namespace ashlar::redis {

struct ChangeView {
  const Spec& spec;
  const Topology& topology;
  const ObservedFacts& facts;
  const Difference& difference;
  const Catalog& catalog;
};

/// Fills in summary, changes, disruptions, dangers and notes.
void describe_change(Plan& plan, const ChangeView& view);

/// Throws Error(kConflict) with the reason when the change would lose data: a group that has lost
/// all its nodes, or data that does not fit into smaller machines.
void check_change(const ChangeView& view);

}  // namespace ashlar::redis
