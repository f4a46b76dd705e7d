#include "engine/health.hpp"

#include <string>

namespace ashlar::engine {
namespace {

std::string text_of(const Json& status, const char* member) {
  if (!status.is_object()) return "";
  const auto found = status.find(member);
  return found != status.end() && found->is_string() ? found->get<std::string>() : "";
}

bool is_failed_deployment(const std::optional<Operation>& latest) {
  return latest && latest->state == OperationState::kFailed && latest->action == "deploy";
}

/// What is healthy may still lack what a failed operation was to bring: it waits for a retry.
bool awaits_completion(const Resource& resource, const std::optional<Operation>& latest) {
  if (is_failed_deployment(latest)) return true;
  return latest && latest->state == OperationState::kFailed && !latest->spec_before.is_null() &&
         latest->spec_before != resource.spec;
}

}  // namespace

bool is_switched_off(const Json& status) {
  return text_of(status, "power") == "off";
}

ResourceState state_observed(const Resource& resource, const std::optional<Operation>& latest,
                             const Json& status) {
  if (latest && !is_final(latest->state)) return resource.state;
  const std::string health = text_of(status, "health");
  // One bad machine of many: what was deployed works, but for that.
  if (resource.state == ResourceState::kFailed && is_failed_deployment(latest))
    return health == "healthy" || health == "degraded" ? ResourceState::kDegraded : resource.state;
  if (resource.state != ResourceState::kActive && resource.state != ResourceState::kDegraded)
    return resource.state;
  if (is_switched_off(status)) return ResourceState::kStopped;
  if (health == "degraded" || health == "down") return ResourceState::kDegraded;
  if (health == "healthy" && !awaits_completion(resource, latest)) return ResourceState::kActive;
  return resource.state;
}

}  // namespace ashlar::engine
