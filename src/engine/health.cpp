#include "engine/health.hpp"

#include <string>

namespace ashlar::engine {
namespace {

std::string text_of(const Json& status, const char* member) {
  if (!status.is_object()) return "";
  const auto found = status.find(member);
  return found != status.end() && found->is_string() ? found->get<std::string>() : "";
}

/// A healthy cluster may still lack what a failed update was to bring: it waits for a retry.
bool awaits_completion(const Resource& resource, const std::optional<Operation>& latest) {
  return latest && latest->state == OperationState::kFailed && !latest->spec_before.is_null() &&
         latest->spec_before != resource.spec;
}

}  // namespace

bool is_switched_off(const Json& status) {
  return text_of(status, "power") == "off";
}

ResourceState state_observed(const Resource& resource, const std::optional<Operation>& latest,
                             const Json& status) {
  const bool follows =
      resource.state == ResourceState::kActive || resource.state == ResourceState::kDegraded;
  if (!follows || (latest && !is_final(latest->state))) return resource.state;
  if (is_switched_off(status)) return ResourceState::kStopped;
  const std::string health = text_of(status, "health");
  if (health == "degraded" || health == "down") return ResourceState::kDegraded;
  if (health == "healthy" && !awaits_completion(resource, latest)) return ResourceState::kActive;
  return resource.state;
}

}  // namespace ashlar::engine
