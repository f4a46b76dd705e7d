#pragma once
// The kind `redis`: single nodes, and replication groups watched by sentinels.

#include "engine/kind.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::redis {

using fleet::Tools;

engine::Kind make_kind(const Tools& tools);

}  // namespace ashlar::redis
