#pragma once
// A resource in one line, as tables of many show it.

#include <optional>
#include <string>

#include "model/resource.hpp"

namespace ashlar {

/// What a table shows of a resource and filters and sorts by. Texts are empty when unknown.
struct ResourceSummary {
  std::string id;
  std::string organization_id;
  std::string kind;
  std::string name;
  ResourceState state = ResourceState::kPending;
  std::string health;  // healthy, degraded, down
  std::string type;    // the kind's word: sentinel, single
  std::string region;
  std::string version;                // of what it runs
  Json node_counts = Json::object();  // {"master": 3, ...}
  int nodes = 0;
  std::optional<double> monthly_usd;
  long long generation = 1;
  std::string current_operation_id;
  std::string observed_at;  // RFC 3339
  Time created_at{};
  Time updated_at{};
};

/// Reads these members, where a kind has them: `region`, `type` and
/// `desiredState.roles.<role>.count` of the spec; `health`, `version`, `nodeCounts` and
/// `observedAt` of the status. Pure.
ResourceSummary summary_of(const Resource& resource);

/// All but the organization; empty texts are null.
Json to_json(const ResourceSummary& summary);

}  // namespace ashlar
