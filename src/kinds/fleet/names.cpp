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

}  // namespace ashlar::fleet
