#pragma once
// How topics differ from what is declared. Pure; linear in their number.

#include <string>
#include <vector>

#include "kinds/kafka/plan/plan.hpp"

namespace ashlar::kafka {

struct TopicDifference {
  std::vector<std::string> created;
  std::vector<std::string> grown;         // partitions are added
  std::vector<std::string> reconfigured;  // what is set on them differs
  std::vector<std::string> undeclared;    // they are there, and the spec does not name them
  std::vector<std::string> shrunk;        // fewer partitions are declared: impossible
  std::vector<std::string> replicated;    // another number of replicas is declared

  bool nothing_to_do(bool prune) const;
};

TopicDifference topic_difference(const Spec& spec, const ObservedFacts& facts);

/// What may be set on a topic and is not declared is taken away, so that the spec alone says how a
/// topic is. Kafka's own bookkeeping, and throttles that an operator set, are left alone.
struct ConfigurationChange {
  Configuration set;
  std::vector<std::string> removed;

  bool empty() const { return set.empty() && removed.empty(); }
};
ConfigurationChange configuration_change(const Configuration& declared, const Configuration& found);

/// "Create 2 topics, enlarge 1, configure 3, delete 1"
std::string title_of(const TopicDifference& difference, bool prune);

}  // namespace ashlar::kafka
