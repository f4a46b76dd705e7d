#pragma once
// Deals nodes to replication groups. Pure.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "kinds/redis/spec/spec.hpp"

namespace ashlar::redis {

/// Gives every master and replica of `spec` that names no group one: the group that `known` (node
/// id to group number) remembers while it still has a master, else for a master the lowest free
/// number, for a replica the group with the fewest. A replica that moved to another group would
/// have to copy all its data anew, so nothing moves by itself. Faults carry paths of the spec.
std::vector<FieldError> deal_groups(Spec& spec, const std::map<std::string, int>& known);

/// The nodes of a role when there shall be `count` of them: those that are there stay, new ones
/// get the lowest free numbers, and who is too many leaves: first who is in no group (0), then from
/// the largest group, latest first.
/// `size`: of all; without it nodes keep theirs, and new ones get that of the last.
std::vector<NodeSpec> resized(std::vector<NodeSpec> present, size_t count, Role role,
                              const std::optional<std::string>& size);

/// What a stored spec remembers; empty for null.
std::map<std::string, int> known_groups(const Json& stored);

}  // namespace ashlar::redis
