#pragma once
// What tables of many rows ask for.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "model/operation.hpp"
#include "model/resource_summary.hpp"

namespace ashlar::store {

enum class SortKey {
  kName,
  kState,
  kHealth,
  kType,
  kRegion,
  kVersion,
  kNodes,
  kMonthlyUsd,
  kCreatedAt,
  kUpdatedAt
};

/// Rows of a table of resources: an empty list or text lets all pass.
struct ResourceQuery {
  std::string kind;
  std::vector<std::string> states;
  std::vector<std::string> healths;
  std::vector<std::string> types;
  std::vector<std::string> regions;
  std::vector<std::string> versions;
  std::string name_contains;  // without case
  SortKey sort = SortKey::kCreatedAt;
  bool descending = true;
};

struct OperationQuery {
  std::string resource_id;
  std::vector<std::string> states;
  std::vector<std::string> actions;
};

/// One row of such a table, with the resource's latest operation.
struct ListedResource {
  ResourceSummary summary;
  std::optional<Operation> operation;
};

/// What was measured at one look at a resource: {"metric": {"node": number}}.
struct Sample {
  Time at{};
  Json readings;
};

/// How long samples are kept.
inline constexpr Millis kSamplesKept = std::chrono::hours(6);

}  // namespace ashlar::store
