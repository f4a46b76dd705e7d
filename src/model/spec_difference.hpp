#pragma once
// How two specs differ, field by field, for people. Pure.

#include <string>
#include <vector>

#include "base/json.hpp"

namespace ashlar {

struct SpecChange {
  std::string path;  // desiredState.roles.master.nodes[master-1].size
  Json before;       // null: was not there
  Json after;        // null: is no longer there
};

/// In the order of the paths' members. Entries of a list are the same when they have the same `id`
/// or `name`; other lists are compared whole. Two nulls, or a null and an absent field, are equal.
std::vector<SpecChange> spec_difference(const Json& before, const Json& after);

Json to_json(const SpecChange& change);

}  // namespace ashlar
