#include "kinds/fleet/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/fleet/fleet.hpp"

namespace ashlar::fleet {
namespace {

/// Of an id's random end: enough to tell resources of one name apart.
constexpr size_t kTailLength = 8;

}  // namespace

std::string tag_of(const Resource& resource) {
  return fmt::format("ashlar-{}-{}-{}", resource.kind, resource.name, resource.id);
}

std::string name_at_provider(const Resource& resource, const std::string& name) {
  const std::string& id = resource.id;
  return fmt::format("{}-{}", name, id.substr(id.size() - std::min(id.size(), kTailLength)));
}

std::optional<std::string> resource_of(const std::vector<std::string>& tags) {
  for (const auto& tag : tags) {
    const auto id = tag.substr(tag.rfind('-') + 1);
    if (tag.starts_with(kTagPrefix) && id.starts_with("res_")) return id;
  }
  return std::nullopt;
}

std::optional<std::string> step_of(const std::vector<std::string>& tags) {
  const std::string_view prefix(kStepTagPrefix);
  for (const auto& tag : tags) {
    if (!tag.starts_with(prefix)) continue;
    const auto id = tag.substr(prefix.size());
    return id.substr(0, id.rfind("-r"));
  }
  return std::nullopt;
}

std::string owner_tag(const std::string& organization_id) {
  return "ashlar-owner-" + organization_id;
}

std::string description_of(const Resource& resource) {
  return fmt::format("{} {}", owner_tag(resource.organization_id), tag_of(resource));
}

}  // namespace ashlar::fleet
