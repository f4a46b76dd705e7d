#pragma once
// What has to happen to a cluster that works, so that it becomes what its spec says. Pure data and
// pure functions; change.cpp turns it into steps.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "kinds/redis/plan/observed.hpp"
#include "kinds/redis/plan/planned.hpp"
#include "kinds/redis/spec/topology.hpp"

namespace ashlar::redis {

/// How far a change may go. A person's change may do all; healing only what the policy allows.
struct Licence {
  bool new_machines = true;          // make machines, for nodes that are missing or differ
  bool replace_unreachable = false;  // give up machines that exist but do not answer
  bool destroy = true;               // destroy machines that play no part
  bool versions = true;              // install another version, which restarts masters, too
  bool replace_differing = true;     // give up machines that only another one can follow
  bool resize_in_place = true;       // otherwise a machine of another size takes the node over
};

/// A machine to be made: for a node without one (record == node), or to take over from the one it
/// has (`replica-1~2`).
struct Newcomer {
  NodePart part;
  std::string record;

  bool replaces() const { return record != part.name; }
};

/// A stored machine that plays no part any more.
struct Leaver {
  std::string record;
  NodeFacts facts;

  bool is_sentinel() const { return facts.role == "sentinel"; }
};

struct Difference {
  std::vector<Newcomer> newcomers;
  std::vector<NodePart> resized;      // the machine stays, and gets another size
  std::vector<NodePart> reversioned;  // the machine stays, and gets another version of Redis
  std::vector<NodePart> repairs;      // their machine is there, but what runs on it does not work
  std::set<std::string> unfitting;    // only another machine can be as declared, reachable or not
  std::vector<Leaver> leavers;
  std::vector<NodePart> movers;  // data nodes that change their group
  std::set<std::string> new_groups;
  std::set<std::string> gone_groups;
  std::map<std::string, Settings> settings;  // by data node that stays
  std::vector<NodePart> restored;        // they work, and what is set on them is not as declared
  std::set<std::string> strayed_groups;  // someone follows the wrong master
  std::set<std::string> watchers;        // sentinels whose settings differ
  std::set<std::string> rememberers;     // sentinels that remember who is gone
  bool firewall = false;
  bool renamed = false;   // certificates must hold other names
  bool restated = false;  // the spec differs from what was last proved, in whatever way

  const Newcomer* newcomer_for(const std::string& node) const;
  bool is_resized(const std::string& node) const;
  bool is_reversioned(const std::string& node) const;
  /// It restarts on the machine that it has.
  bool changes_in_place(const std::string& node) const;
  bool nothing() const;
  /// No machine is touched: only what the spec says differs.
  bool only_restated() const;

 private:
  bool touches_nothing() const;
};

/// Throws Error(kConflict) for what cannot be changed in place (region, VPC, type).
Difference difference_of(const Spec& spec, const Topology& topology, const ObservedFacts& facts,
                         const Catalog& catalog, const Licence& licence);

/// Whether the node works and something on it is not as Ashlar set it.
bool was_changed_by_hand(const ObservedFacts& facts, const NodePart& node);

/// The record of a node's next machine: one number up from any that was seen.
std::string next_record(const std::string& node, const ObservedFacts& facts);

}  // namespace ashlar::redis
