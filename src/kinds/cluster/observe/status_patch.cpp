#include "kinds/cluster/observe/status_patch.hpp"

namespace ashlar::cluster {

Json replacing(const Json& before, const Json& after) {
  if (!before.is_object() || !after.is_object()) return after;
  Json patch = after;
  for (const auto& [name, value] : before.items())
    patch[name] = after.contains(name) ? replacing(value, after[name]) : Json(nullptr);
  return patch;
}

}  // namespace ashlar::cluster
