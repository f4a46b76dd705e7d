#pragma once
// The kind `redis`: single nodes, and replication groups watched by sentinels.

#include "engine/kind.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::redis {

engine::Kind make_kind(const fleet::Tools& tools);

}  // namespace ashlar::redis
