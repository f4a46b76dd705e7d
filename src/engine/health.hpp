#pragma once
// What an observation says about a resource as a whole. Pure. The engine understands two members of
// any kind's status: `health` ("healthy", "degraded", "down") and `power` ("on", "off").

#include <optional>

#include "base/json.hpp"
#include "model/operation.hpp"
#include "model/resource.hpp"

namespace ashlar::engine {

/// The spec says "off", and so it is.
bool is_switched_off(const Json& status);

/// The state of `resource` now that `status` was observed. Only an active or degraded resource
/// follows its health: while an operation runs, and after a stop or a failed deletion, the
/// operations say what it is. A failed deployment that works in part is degraded. `latest`: its
/// latest operation.
ResourceState state_observed(const Resource& resource, const std::optional<Operation>& latest,
                             const Json& status);

}  // namespace ashlar::engine
