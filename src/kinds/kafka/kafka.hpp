#pragma once
// The kind `kafka`: KRaft clusters, from one node to controllers and brokers apart.

#include "engine/kind.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::kafka {

engine::Kind make_kind(const fleet::Tools& tools);

}  // namespace ashlar::kafka
