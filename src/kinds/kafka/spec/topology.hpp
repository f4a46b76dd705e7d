#pragma once
// Which node plays which part: a function of the spec alone. Pure.

#include <string>
#include <vector>

#include "kinds/kafka/spec/spec.hpp"

namespace ashlar::kafka {

struct NodePart {
  std::string name;  // broker-1
  int number = 0;    // node.id
  bool broker = false;
  bool controller = false;
  std::string size;
  std::string zone;
  bool held = false;
  std::vector<std::string> tags;

  /// The role under which its machine is made.
  Role role() const { return broker ? Role::kBroker : Role::kController; }
};

struct Topology {
  std::vector<NodePart> nodes;  // controllers apart, then brokers

  const NodePart* find_node(std::string_view name) const;
  /// Throws Error(kInternal) when there is no such node: a plan of another spec.
  const NodePart& node(std::string_view name) const;
  const NodePart* find_number(int number) const;
  std::vector<std::string> brokers() const;
  std::vector<std::string> controllers() const;
};

Topology topology_of(const Spec& spec);

/// What Kafka's process may use as heap on a machine of so much memory, in megabytes: half of it,
/// since the rest caches what is written; not more than what its collector does well with.
int heap_megabytes(const Spec& spec, Role role, long long machine_memory_bytes);
/// Of one node, by its machine's size in the catalog.
int heap_megabytes(const Spec& spec, const NodePart& node, const Catalog& catalog);
/// Below this no heap is any use.
inline constexpr int kLeastHeapMegabytes = 256;

}  // namespace ashlar::kafka
