#pragma once
// The fields that the specs of all clusters have, each read with every fault that it may have. A
// kind reads its own beside them. Pure.

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/field_reader.hpp"
#include "base/secret.hpp"
#include "kinds/cluster/spec/words.hpp"
#include "model/catalog.hpp"

namespace ashlar::cluster {

/// Empty, as every text below: absent or faulty.
std::string read_name(FieldReader& top);
std::string read_region(FieldReader& top, const Catalog& catalog);
std::string read_vpc(FieldReader& top);
/// Networks in CIDR form.
std::vector<std::string> read_client_ranges(FieldReader& top);
/// The default one when absent.
std::string read_image(FieldReader& top);
/// A size that `region` offers (empty: that exists).
std::optional<std::string> read_size(FieldReader& reader, const Catalog& catalog,
                                     const std::string& region);
/// A password that a user brings along, under the name of its field. It comes into no message.
std::optional<Secret> read_password(FieldReader& reader, std::string_view name);

/// How Ashlar looks after a cluster.
struct CareFields {
  bool stopped = false;
  Heal heal = Heal::kSafe;
  Strategy strategy = Strategy::kInPlace;
  int password_overlap_seconds = 60;
  int certificate_days = 1'095;
};
/// `stored`: the spec that is stored, or null. What was stopped stays so unless it is said.
CareFields read_care(FieldReader& top, const Json& stored);

/// How the nodes of one role are read.
struct RoleRules {
  const Catalog& catalog;
  std::string region;
  std::string role;    // also the beginning of its nodes' names: broker-1
  size_t present = 0;  // how many are stored
};

/// A node that is listed, and where.
struct ListedNode {
  NodeSpec node;
  size_t index = 0;
};

/// One role as it was written.
struct ReadRole {
  bool given = false;               // and without a fault in its form
  std::optional<long long> count;   // always, when nothing is listed
  std::optional<std::string> size;  // of all nodes that have none of their own
  std::vector<ListedNode> listed;   // empty: only counted
  bool afresh = false;              // an empty list: those that are stored do not count
};

/// Reads a node's own fields beside id, size, region and tags.
using ReadNode = std::function<void(FieldReader&, size_t index)>;
/// Reads a role's own fields beside count, size and nodes.
using ReadRoleOwn = std::function<void(FieldReader&)>;

/// Reads `roles.<role>`: {count, size, nodes: [{id, size, region, tags, ...}], ...}. Nodes that are
/// only counted are for the caller to name: see counted().
ReadRole read_role(FieldReader& roles, const RoleRules& rules, const ReadNode& read_node,
                   const ReadRoleOwn& read_own = {});

/// The nodes of a role of which there shall be `count`: those that are there stay in their order,
/// new ones get the lowest free numbers, and who is last goes first. `size`: of all; without it
/// nodes keep theirs, and new ones get that of the last. `Node`: a kind's own NodeSpec.
template <typename Node>
std::vector<Node> counted(std::vector<Node> present, size_t count, const std::string& role,
                          const std::optional<std::string>& size) {
  if (present.size() > count) present.resize(count);
  const std::string of_new = size ? *size : present.empty() ? std::string() : present.back().size;
  for (int number = 1; present.size() < count; ++number) {
    Node node;
    node.id = role + "-" + std::to_string(number);
    node.size = of_new;
    if (std::ranges::find(present, node.id, &NodeSpec::id) == present.end())
      present.push_back(std::move(node));
  }
  if (size)
    for (auto& node : present) node.size = *size;
  return present;
}

}  // namespace ashlar::cluster
