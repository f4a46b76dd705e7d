#pragma once
// The part of a change that works on nodes where they stand: another size of their machine, another
// version of Redis. Replicas before masters, one node at a time, each behind the gate of the one
// before. Pure.

#include "kinds/redis/plan/difference.hpp"
#include "kinds/redis/plan/plan_parts.hpp"

namespace ashlar::redis {

class RollingPlan {
 public:
  /// All are referred to. `plan` gets the steps.
  RollingPlan(Plan& plan, const Spec& spec, const Topology& topology, const ObservedFacts& facts,
              const Difference& difference);

  /// Every node gets what it shall install before any of them is touched.
  void fetch(const Keys& after);
  /// Those that do not lead; returns the keys to wait for: `after`, when there are none.
  Keys replicas(const std::vector<std::string>& leaders, Keys after);
  /// Hands the group over first, where there is somebody to hand it to.
  Keys master(const Group& group, const std::string& leader, Keys after);
  Keys sentinels(Keys after);
  /// Who leads a group afterwards: `leader`, unless that one has to hand over for its restart.
  std::string leader_after(const Group& group, const std::string& leader) const;

 private:
  bool is_resized(const std::string& node) const;
  bool changes(const std::string& node) const;
  Keys change(const std::string& node, Keys after);
  std::string install(const std::string& node, const std::string& group, Keys after);
  Keys resize(const std::string& node, const std::string& group, Keys after);
  PlannedStep gate_of(const std::string& node, const std::string& group) const;

  Plan& plan_;
  const Spec& spec_;
  const Topology& topology_;
  const ObservedFacts& facts_;
  const Difference& difference_;
  Keys fetched_;
};

/// Changes, disruptions and notes of that part, for people.
void describe_rolling(Plan& plan, const Spec& spec, const Topology& topology,
                      const ObservedFacts& facts, const Difference& difference,
                      const Catalog& catalog);

}  // namespace ashlar::redis
