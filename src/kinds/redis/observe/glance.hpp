#pragma once
// A PING a machine, between two looks.

#include "engine/kind.hpp"
#include "kinds/redis/observe/observe.hpp"

namespace ashlar::redis {

engine::Glance glance(const Observer& observer);

}  // namespace ashlar::redis
