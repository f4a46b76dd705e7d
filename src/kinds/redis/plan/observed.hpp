#pragma once
// What planning needs of an observation (status.hpp says its shape). Pure.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace ashlar::redis {

/// What an observation says of one node, reduced to what planning needs.
struct NodeFacts {
  bool missing = true;          // there is no machine
  bool off = false;             // its machine is switched off
  bool reachable = false;       // Ashlar can work on it
  bool working = false;         // Redis or Sentinel runs there as configured
  std::string role;             // as declared: master, replica, sentinel
  std::string group;            // empty: a sentinel, or unknown
  std::string size;             // of its machine; empty when unknown
  long long disk_bytes = 0;     // of its machine; 0 when unknown
  std::string machine;          // its machine's name; empty when there is none
  std::string address;          // that clients and other nodes use; empty when unknown
  std::string package_version;  // of Redis or Sentinel; empty when unknown
  bool leads = false;           // says that it is a master
  Json settings;                // null: unknown; else as Settings
  long long used_memory_bytes = 0;
};

/// What is there. An absent cluster has no nodes and no masters.
struct ObservedFacts {
  bool exists = false;
  std::map<std::string, NodeFacts> nodes;
  std::map<std::string, NodeFacts> leftovers;  // machines that play no declared part, by record
  std::map<std::string, std::string>
      masters;  // group -> node that the sentinels (or the nodes) name
  std::map<std::string, std::string> last_masters;     // group -> node, when it was last stopped
  std::map<std::string, std::set<std::string>> drift;  // what -> nodes
  bool sentinels_at_work = false;
  bool proved = false;
  bool off = false;  // stopped, and all machines are off
  Json applied;      // the spec that was last proved; null: none

  NodeFacts of(const std::string& node) const {
    const auto found = nodes.find(node);
    return found == nodes.end() ? NodeFacts{} : found->second;
  }
  /// Who leads a group, as the sentinels (or the nodes) say; nothing: nobody, or nobody knows.
  std::optional<std::string> leader_of(const std::string& group) const {
    const auto found = masters.find(group);
    return found == masters.end() ? std::nullopt : std::optional(found->second);
  }
  bool drifted(const std::string& what, const std::string& node) const {
    const auto found = drift.find(what);
    return found != drift.end() && found->second.contains(node);
  }
};

ObservedFacts facts_of(const Json& observed);

}  // namespace ashlar::redis
