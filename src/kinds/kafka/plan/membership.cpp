#include "kinds/kafka/plan/membership.hpp"

#include <algorithm>

namespace ashlar::kafka {
namespace {

int given_heap(const Spec& spec, Role role) {
  const auto found = spec.heap_megabytes.find(role);
  return found == spec.heap_megabytes.end() ? 0 : found->second;
}

/// A provider grows disks, and never shrinks them.
bool fits_in_place(const cluster::NodeFacts& facts, const NodePart& node, const Catalog& catalog) {
  const Size* size = catalog.find_size(node.size);
  return size == nullptr || facts.disk_bytes == 0 || size->disk_bytes >= facts.disk_bytes;
}

}  // namespace

bool Membership::controllers_move(const Topology& before, const Topology& now) const {
  if (before.controllers() != now.controllers()) return true;
  return std::ranges::any_of(now.controllers(), [this](const std::string& node) {
    return replaced.contains(node) || joining.contains(node);
  });
}

Membership membership_of(const Spec& spec, const Spec& applied, const ObservedFacts& facts,
                         const Catalog& catalog, bool all_restarted) {
  const Topology before = topology_of(applied);
  const Topology now = topology_of(spec);
  Membership members;
  for (const auto& node : before.nodes)
    if (now.find_node(node.name) == nullptr) members.leaving.insert(node.name);
  for (const auto& node : now.nodes) {
    const NodePart* former = before.find_node(node.name);
    if (former == nullptr) {
      members.joining.insert(node.name);
      continue;
    }
    const auto seen = facts.of(node.name);
    const bool other_size = !seen.size.empty() && seen.size != node.size;
    const bool in_place = spec.strategy == Strategy::kInPlace && fits_in_place(seen, node, catalog);
    if (other_size) (in_place ? members.resized : members.replaced).insert(node.name);
    if (node.controller && !former->controller) members.promoted.insert(node.name);
    if (!node.controller && former->controller) members.demoted.insert(node.name);
    const bool other_heap = given_heap(spec, node.role()) != given_heap(applied, node.role());
    const bool anew = all_restarted || other_heap || former->zone != node.zone ||
                      former->controller != node.controller;
    // Who was held out has missed what changed meanwhile.
    const bool let_go = former->held && !node.held;
    if (anew || let_go) (node.held ? members.held : members.restarted).insert(node.name);
  }
  return members;
}

}  // namespace ashlar::kafka
