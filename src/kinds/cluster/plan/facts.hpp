#pragma once
// What planning needs of an observation, whatever the service: see docs/architecture.md for the
// members of a status. Pure.

#include <map>
#include <set>
#include <string>

#include "base/json.hpp"

namespace ashlar::cluster {

/// What an observation says of one node.
struct NodeFacts {
  bool missing = true;       // there is no machine
  bool off = false;          // its machine is switched off
  bool reachable = false;    // Ashlar can work on it
  bool working = false;      // its service runs there as configured
  std::string role;          // as declared
  std::string size;          // of its machine; empty when unknown
  long long disk_bytes = 0;  // of its machine; 0 when unknown
  std::string machine;       // its machine's name; empty when there is none
  std::string address;       // that clients and other nodes use; empty when unknown
};
NodeFacts node_facts(const Json& node);

/// What is there. An absent cluster has no nodes. `Node`: a kind's own NodeFacts.
template <typename Node>
struct Facts {
  bool exists = false;
  std::map<std::string, Node> nodes;
  std::map<std::string, Node> leftovers;  // machines that play no declared part, by record
  std::map<std::string, std::set<std::string>> drift;  // what -> nodes
  bool proved = false;
  bool off = false;  // stopped, and all machines are off
  Json applied;      // the spec that was last proved; null: none

  Node of(const std::string& node) const {
    const auto found = nodes.find(node);
    return found == nodes.end() ? Node{} : found->second;
  }
  bool drifted(const std::string& what, const std::string& node) const {
    const auto found = drift.find(what);
    return found != drift.end() && found->second.contains(node);
  }

  /// `read`: a node's JSON to a Node.
  template <typename Read>
  void read_common(const Json& observed, const Read& read) {
    exists = true;
    for (const auto& node : observed.value("nodes", Json::array()))
      nodes[node.at("name")] = read(node);
    for (const auto& machine : observed.value("surplus", Json::array()))
      leftovers[machine.at("name")] = read(machine);
    for (const auto& item : observed.value("drift", Json::array()))
      drift[item.at("what")].insert(item.at("node").is_string() ? item.at("node").get<std::string>()
                                                                : std::string());
    proved = observed.contains("proof") && observed["proof"].is_object();
    off = observed.value("power", Json()) == "off";
    applied = observed.value("applied", Json());
  }
};

}  // namespace ashlar::cluster
