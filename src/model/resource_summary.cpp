#include "model/resource_summary.hpp"

namespace ashlar {
namespace {

const Json& member(const Json& object, const char* name) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

std::string first_text_in(const Json& object, const char* name) {
  const Json& list = member(object, name);
  if (!list.is_array() || list.empty() || !list.front().is_string()) return {};
  return list.front().get<std::string>();
}

int total_of(const Json& counts) {
  int total = 0;
  for (const Json& count : counts)
    if (count.is_number_integer()) total += count.get<int>();
  return total;
}

}  // namespace

ResourceSummary summary_of(const Resource& resource, const KindSummary& of_kind) {
  ResourceSummary summary{.id = resource.id,
                          .organization_id = resource.organization_id,
                          .kind = resource.kind,
                          .name = resource.name,
                          .state = resource.state,
                          .health = text_in(resource.status, "health"),
                          .problem = first_text_in(resource.status, "problems"),
                          .type = of_kind.type,
                          .region = of_kind.region,
                          .version = of_kind.version,
                          .node_counts = of_kind.node_counts,
                          .monthly_usd = resource.monthly_usd,
                          .generation = resource.generation,
                          .current_operation_id = resource.current_operation_id,
                          .observed_at = text_in(resource.status, "observedAt"),
                          .created_at = resource.created_at,
                          .updated_at = resource.updated_at};
  summary.nodes = total_of(summary.node_counts);
  return summary;
}

Json to_json(const ResourceSummary& summary) {
  return {{"id", summary.id},
          {"kind", summary.kind},
          {"name", summary.name},
          {"state", to_string(summary.state)},
          {"health", text_or_null(summary.health)},
          {"type", text_or_null(summary.type)},
          {"region", text_or_null(summary.region)},
          {"version", text_or_null(summary.version)},
          {"nodeCounts", summary.node_counts},
          {"nodes", summary.nodes},
          {"monthlyUsd", summary.monthly_usd ? Json(*summary.monthly_usd) : Json()},
          {"generation", summary.generation},
          {"currentOperationId", text_or_null(summary.current_operation_id)},
          {"observedAt", text_or_null(summary.observed_at)},
          {"createdAt", to_rfc3339(summary.created_at)},
          {"updatedAt", to_rfc3339(summary.updated_at)}};
}

}  // namespace ashlar
