#include "kinds/redis/spec/topology.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::redis {
namespace {

/// A replica holds its master's data and may have to take its place, so the smallest member limits
/// all: a smaller promoted replica would otherwise refuse writes or run out of memory.
long long smallest_limit(const Topology& topology, const Group& group, Persistence persistence,
                         const Catalog& catalog) {
  long long least = 0;
  for (const auto& name : group.members()) {
    const Size* size = catalog.find_size(topology.node(name).size);
    if (size == nullptr) continue;  // parse() has reported it
    const long long limit = max_memory_bytes(size->memory_bytes, persistence);
    if (least == 0 || limit < least) least = limit;
  }
  return least;
}

}  // namespace

std::string base_of(const std::string& record) {
  return record.substr(0, record.find('~'));
}

std::string group_name(const Spec& spec, int number) {
  return fmt::format("{}-m{}", spec.name, number);
}

std::vector<std::string> Group::members() const {
  std::vector<std::string> names{master};
  names.insert(names.end(), replicas.begin(), replicas.end());
  return names;
}

const NodePart* Topology::find_node(std::string_view name) const {
  const auto found = std::ranges::find(nodes, name, &NodePart::name);
  return found == nodes.end() ? nullptr : &*found;
}

const Group* Topology::find_group(std::string_view name) const {
  const auto found = std::ranges::find(groups, name, &Group::name);
  return found == groups.end() ? nullptr : &*found;
}

const NodePart& Topology::node(std::string_view name) const {
  if (const auto* found = find_node(name)) return *found;
  throw Error(ErrorCode::kInternal, fmt::format("the spec has no node {}", name));
}

const Group& Topology::group(std::string_view name) const {
  if (const auto* found = find_group(name)) return *found;
  throw Error(ErrorCode::kInternal, fmt::format("the spec has no replication group {}", name));
}

Topology topology_of(const Spec& spec, const Catalog* catalog) {
  Topology topology;
  for (const auto& master : spec.nodes(Role::kMaster))
    topology.groups.push_back({group_name(spec, master.group), master.id, {}, 0});
  for (Role role : kRoles) {
    for (const auto& node : spec.nodes(role)) {
      NodePart part{node.id, role, {}, node.size, node.tags};
      if (role != Role::kSentinel) part.group = group_name(spec, node.group);
      if (role == Role::kReplica)
        std::ranges::find(topology.groups, part.group, &Group::name)->replicas.push_back(part.name);
      topology.nodes.push_back(std::move(part));
    }
  }
  if (catalog != nullptr)
    for (auto& group : topology.groups)
      group.max_memory_bytes = smallest_limit(topology, group, spec.persistence, *catalog);
  return topology;
}

int quorum_of(const Spec& spec) {
  return static_cast<int>(spec.nodes(Role::kSentinel).size()) / 2 + 1;
}

long long max_memory_bytes(long long machine_memory_bytes, Persistence persistence) {
  constexpr long long kMebibyte = 1024 * 1024;
  constexpr long long kSystem = 192 * kMebibyte;
  const long long free_bytes = std::max(machine_memory_bytes - kSystem, machine_memory_bytes / 2);
  const int percent = persistence == Persistence::kNone ? 85 : 70;
  return free_bytes / 100 * percent / kMebibyte * kMebibyte;
}

int restart_seconds(const Spec& spec) {
  if (spec.persistence == Persistence::kAof || !spec.sentinel) return 1;
  constexpr int kFailoverSeconds = 10;
  return (spec.down_after_milliseconds + 999) / 1000 + kFailoverSeconds;
}

}  // namespace ashlar::redis
