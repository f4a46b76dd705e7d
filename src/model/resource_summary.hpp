#pragma once
// A resource in one line, as tables of many show it.

#include <functional>
#include <optional>
#include <string>

#include "model/resource.hpp"

namespace ashlar {

/// What only its kind knows of a resource for a table. Texts are empty when unknown.
struct KindSummary {
  std::string type;  // the kind's word for its shape
  std::string region;
  std::string version;                // of what it runs
  Json node_counts = Json::object();  // by role
};

/// What a table shows of a resource and filters and sorts by. Texts are empty when unknown.
struct ResourceSummary {
  std::string id;
  std::string organization_id;
  std::string kind;
  std::string name;
  ResourceState state = ResourceState::kPending;
  std::string health;   // healthy, degraded, down
  std::string problem;  // the first thing that is wrong with it
  std::string type;     // the kind's word for its shape
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

/// Reads these members of the status, which mean the same whatever the kind: `health`, `problems`
/// and `observedAt`. The rest is the resource's own and the kind's. Pure.
ResourceSummary summary_of(const Resource& resource, const KindSummary& of_kind);

/// How a resource becomes a row of a table, its kind asked. Thread-safe.
using Summarize = std::function<ResourceSummary(const Resource&)>;

/// All but the organization and the problem, which is told with a condition; empty texts are null.
Json to_json(const ResourceSummary& summary);

}  // namespace ashlar
