#pragma once
// Which nodes a change of the spec is about, and how. Pure.

#include <set>
#include <string>
#include <vector>

#include "kinds/kafka/plan/plan.hpp"
#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::kafka {

/// By name; a node is in several of them when several things happen to it.
struct Membership {
  std::set<std::string> joining;    // declared, and were not before
  std::set<std::string> leaving;    // were declared, and are no more
  std::set<std::string> replaced;   // their machines are
  std::set<std::string> resized;    // in place
  std::set<std::string> restarted;  // to read what is new in their files
  std::set<std::string> promoted;   // brokers that become controllers, too
  std::set<std::string> demoted;    // brokers that are controllers no more
  std::set<std::string> held;       // would be restarted, and are held out

  bool others_rolled() const { return !replaced.empty() || !resized.empty() || !restarted.empty(); }
  bool is_rolled(const std::string& node) const {
    return replaced.contains(node) || resized.contains(node) || restarted.contains(node);
  }
  /// The controllers are others, or elsewhere.
  bool controllers_move(const Topology& before, const Topology& now) const;
};

/// `all_restarted`: for what is in every node's files.
Membership membership_of(const Spec& spec, const Spec& applied, const ObservedFacts& facts,
                         const Catalog& catalog, bool all_restarted);

}  // namespace ashlar::kafka
