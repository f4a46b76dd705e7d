#pragma once
// Which nodes a deployment has to work on, and their machines. Pure.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "kinds/cluster/plan/facts.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::cluster {

struct WorkToDo {
  std::set<std::string> nodes;         // those that do not work as wanted
  std::set<std::string> new_machines;  // those of them that need a machine first
};

template <typename Node>
WorkToDo work_to_do(const Facts<Node>& facts, const std::vector<std::string>& names) {
  WorkToDo work;
  for (const auto& name : names) {
    const Node node = facts.of(name);
    if (node.working) continue;
    work.nodes.insert(name);
    if (node.missing || !node.reachable) work.new_machines.insert(name);
  }
  return work;
}

/// Adds the steps that make the machines of `request`, in `phase`. Machines that stay (`kept`:
/// their sizes) are part of the price before and after, and their network is not made anew.
void plan_machines(Plan& plan, const fleet::Request& request, const std::vector<std::string>& kept,
                   const Catalog& catalog, const char* phase);

/// All machines stay: one change that costs nothing.
void describe_cost(Plan& plan, const std::string& cluster, size_t machines, double monthly_usd);

/// Keys of the steps after which these nodes' new machines can be worked on.
std::vector<std::string> when_ready(const std::set<std::string>& new_machines,
                                    const std::vector<std::string>& nodes);

/// What the machines of these sizes cost a month.
double monthly_usd(const Catalog& catalog, const std::vector<std::string>& sizes);

/// The plan of a delete without its words: `title` names it: "Postgres cluster prod".
Plan plan_delete(const std::string& kind, const std::string& title, const fleet::Request& request,
                 const Json& observed, const Catalog& catalog);

}  // namespace ashlar::cluster
