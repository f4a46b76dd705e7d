#pragma once
// What planning needs of an observation (status.hpp says its shape). Pure.

#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace ashlar::redis {

/// What an observation says of one node, reduced to what planning needs.
struct NodeFacts {
  bool missing = true;     // there is no machine
  bool reachable = false;  // Ashlar can work on it
  bool working = false;    // Redis or Sentinel runs there as configured
};

/// What is there. An absent cluster has no nodes and no masters.
struct ObservedFacts {
  bool exists = false;
  std::map<std::string, NodeFacts> nodes;
  std::map<std::string, std::string>
      masters;  // group -> node that the sentinels (or the nodes) name
  bool sentinels_at_work = false;
  bool proved = false;

  NodeFacts of(const std::string& node) const {
    const auto found = nodes.find(node);
    return found == nodes.end() ? NodeFacts{} : found->second;
  }
};

ObservedFacts facts_of(const Json& observed);

/// Every field in which the deployed spec differs from the wanted one, for people.
std::vector<std::string> differences(const Json& deployed, const Json& wanted,
                                     const std::string& path = {});

}  // namespace ashlar::redis
