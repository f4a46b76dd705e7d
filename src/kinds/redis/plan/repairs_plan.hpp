#pragma once
// The part of a change that mends nodes whose machine is there and whose service does not work:
// switched on, installed, started, and gated on what they have to have again. No node waits for
// another one's repair, so one that cannot be mended keeps nobody else from being mended. Only
// those that still run (they refuse Ashlar) are restarted one at a time. Pure.

#include <functional>
#include <set>
#include <string>

#include "kinds/redis/plan/difference.hpp"
#include "kinds/redis/plan/plan_parts.hpp"
#include "model/catalog.hpp"

namespace ashlar::redis {

class RepairsPlan {
 public:
  /// Switches a node's machine on, when it is off; the keys to wait for.
  using SwitchOn = std::function<Keys(const NodePart&)>;
  /// Who leads a group now, by record.
  using LeaderOf = std::function<std::string(const Group&)>;

  /// All are referred to. `plan` gets the steps.
  RepairsPlan(Plan& plan, const Spec& spec, const Topology& topology, const ObservedFacts& facts,
              const std::vector<NodePart>& repairs, LeaderOf leader_of);

  /// Installs what each of them runs.
  void install(const SwitchOn& switch_on);
  /// Sentinels, as soon as the masters that are repaired have been started, or cannot be: one that
  /// meets no master soon takes it for dead, and promotes who may have older data. Those that are
  /// only restarted come before the data nodes that are: they have to say who leads.
  void sentinels();
  /// The group's data nodes; `before`: what must be done first.
  void data_nodes(const Group& group, const Keys& before);

  bool has(const std::string& node) const;
  /// The last step of each: what demands that all of the group works waits for these.
  const Keys& of(const Group& group) const;
  const Keys& of_sentinels() const { return sentinels_; }
  /// Checks of certificates, which no other step waits for.
  const Keys& certificates() const { return certificates_; }

 private:
  bool is_led_by(const Group& group, const std::string& node) const;
  std::vector<NodePart> members(const Group& group) const;
  std::string start(const NodePart& node, const Group& group, const Keys& before, Keys after_ended);
  Keys masters_started() const;
  void check_certificate(const NodePart& node, const std::string& started);

  Plan& plan_;
  const Spec& spec_;
  const Topology& topology_;
  const ObservedFacts& facts_;
  const std::vector<NodePart>& repairs_;
  const LeaderOf leader_of_;
  std::map<std::string, Keys> data_nodes_;  // by group
  Keys sentinels_;
  Keys certificates_;
  Keys restarted_;  // the last of those that are restarted one at a time
};

/// A plan that mends these nodes and nothing else: not even proved is the cluster, since a failed
/// change has yet to bring it to what it shall be.
Plan plan_repairs(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                  const std::set<std::string>& nodes);

}  // namespace ashlar::redis
