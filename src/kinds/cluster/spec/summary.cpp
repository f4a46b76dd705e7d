#include "kinds/cluster/spec/summary.hpp"

namespace ashlar::cluster {
namespace {

/// What was declared counts until something has been observed.
Json node_counts_of(const Json& spec, const Json& status) {
  if (status.is_object() && status.contains("nodeCounts") && status["nodeCounts"].is_object())
    return status["nodeCounts"];
  Json counts = Json::object();
  const Json::json_pointer roles("/desiredState/roles");
  if (!spec.contains(roles) || !spec.at(roles).is_object()) return counts;
  for (const auto& [role, wanted] : spec.at(roles).items())
    if (wanted.is_object() && wanted.contains("count")) counts[role] = wanted["count"];
  return counts;
}

}  // namespace

KindSummary summary(const Json& spec, const Json& status) {
  return {.type = text_in(spec, "type"),
          .region = text_in(spec, "region"),
          .version = text_in(status, "version"),
          .node_counts = node_counts_of(spec, status)};
}

}  // namespace ashlar::cluster
