#include "kinds/kafka/spec/topology.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::kafka {
namespace {

NodePart part_of(const NodeSpec& node) {
  NodePart part;
  part.name = node.id;
  part.number = node.number;
  part.size = node.size;
  part.zone = node.zone;
  part.held = node.held;
  part.tags = node.tags;
  return part;
}

template <typename Plays>
std::vector<std::string> names_of(const std::vector<NodePart>& nodes, Plays plays) {
  std::vector<std::string> names;
  for (const auto& node : nodes)
    if (plays(node)) names.push_back(node.name);
  return names;
}

}  // namespace

const NodePart* Topology::find_node(std::string_view name) const {
  const auto found = std::ranges::find(nodes, name, &NodePart::name);
  return found == nodes.end() ? nullptr : &*found;
}

const NodePart& Topology::node(std::string_view name) const {
  if (const NodePart* found = find_node(name)) return *found;
  throw Error(ErrorCode::kInternal, fmt::format("the spec has no node {}", name));
}

const NodePart* Topology::find_number(int number) const {
  const auto found = std::ranges::find(nodes, number, &NodePart::number);
  return found == nodes.end() ? nullptr : &*found;
}

std::vector<std::string> Topology::brokers() const {
  return names_of(nodes, [](const NodePart& node) { return node.broker; });
}

std::vector<std::string> Topology::controllers() const {
  return names_of(nodes, [](const NodePart& node) { return node.controller; });
}

Topology topology_of(const Spec& spec) {
  Topology topology;
  for (const auto& node : spec.nodes(Role::kController)) {
    topology.nodes.push_back(part_of(node));
    topology.nodes.back().controller = true;
  }
  int voters = spec.type == Type::kProd ? 0 : spec.voters;
  for (const auto& node : spec.nodes(Role::kBroker)) {
    topology.nodes.push_back(part_of(node));
    topology.nodes.back().broker = true;
    topology.nodes.back().controller = voters-- > 0;
  }
  return topology;
}

int heap_megabytes(const Spec& spec, Role role, long long machine_memory_bytes) {
  const auto given = spec.heap_megabytes.find(role);
  if (given != spec.heap_megabytes.end() && given->second > 0) return given->second;
  constexpr int kMost[] = {2'048, 6'144};  // a controller holds metadata only
  const auto half = static_cast<int>(machine_memory_bytes / 2 / (1'024 * 1'024));
  return std::clamp(half, kLeastHeapMegabytes, kMost[role == Role::kBroker ? 1 : 0]);
}

int heap_megabytes(const Spec& spec, const NodePart& node, const Catalog& catalog) {
  const Size* size = catalog.find_size(node.size);
  return heap_megabytes(spec, node.role(), size ? size->memory_bytes : 0);
}

}  // namespace ashlar::kafka
