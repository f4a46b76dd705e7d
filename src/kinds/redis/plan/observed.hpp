#pragma once
// What planning needs of an observation (status.hpp says its shape). Pure.

#include <map>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "kinds/cluster/plan/facts.hpp"

namespace ashlar::redis {

/// What an observation says of one node, reduced to what planning needs.
struct NodeFacts : cluster::NodeFacts {
  std::string group;            // empty: a sentinel, or unknown
  std::string package_version;  // of Redis or Sentinel; empty when unknown
  bool leads = false;           // says that it is a master
  Json settings;                // null: unknown; else as Settings
  long long used_memory_bytes = 0;
};

/// What is there. An absent cluster has no nodes and no masters.
struct ObservedFacts : cluster::Facts<NodeFacts> {
  std::map<std::string, std::string>
      masters;  // group -> node that the sentinels (or the nodes) name
  std::map<std::string, std::string> last_masters;  // group -> node, when it was last stopped
  bool sentinels_at_work = false;

  /// Who leads a group, as the sentinels (or the nodes) say; nothing: nobody, or nobody knows.
  std::optional<std::string> leader_of(const std::string& group) const {
    const auto found = masters.find(group);
    return found == masters.end() ? std::nullopt : std::optional(found->second);
  }
};

ObservedFacts facts_of(const Json& observed);

}  // namespace ashlar::redis
