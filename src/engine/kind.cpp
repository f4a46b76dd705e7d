#include "engine/kind.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::engine {

void KindRegistry::add(Kind kind) {
  const std::string name = kind.name;
  if (kind.collection.empty()) kind.collection = "/infrastructure/" + name;
  for (const auto& [other, known] : kinds_)
    if (known.collection == kind.collection)
      throw Error(ErrorCode::kInternal, fmt::format("the kinds '{}' and '{}' are both at {}", other,
                                                    name, kind.collection));
  if (!kinds_.emplace(name, std::move(kind)).second)
    throw Error(ErrorCode::kInternal, fmt::format("kind '{}' is registered twice", name));
}

const Kind* KindRegistry::find(std::string_view name) const {
  const auto found = kinds_.find(name);
  return found == kinds_.end() ? nullptr : &found->second;
}

const StepType& KindRegistry::step_type(const std::string& kind, const std::string& type) const {
  if (const Kind* owner = find(kind)) {
    const auto found = std::ranges::find(owner->steps, type, &StepType::name);
    if (found != owner->steps.end()) return *found;
  }
  throw Error(ErrorCode::kInternal,
              fmt::format("this version of Ashlar has no step type '{}' of kind '{}'", type, kind),
              "run the version that stored the plan, or a newer one");
}

std::vector<std::string> KindRegistry::names() const {
  std::vector<std::string> names;
  for (const auto& [name, kind] : kinds_) names.push_back(name);
  return names;
}

ResourceSummary KindRegistry::summary_of(const Resource& resource) const {
  const Kind* kind = find(resource.kind);
  const bool says = kind != nullptr && kind->summary;
  return ashlar::summary_of(resource,
                            says ? kind->summary(resource.spec, resource.status) : KindSummary{});
}

const Action& action_named(const Kind& kind, const std::string& name) {
  const auto found = std::ranges::find(kind.actions, name, &Action::name);
  if (found != kind.actions.end()) return *found;
  throw Error(ErrorCode::kNotFound,
              fmt::format("a resource of the kind {} has no action '{}'", kind.name, name));
}

}  // namespace ashlar::engine
