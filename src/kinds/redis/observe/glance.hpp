#pragma once
// Between two looks: do the services that were last seen at work still answer, and have others come
// back? One PING a machine, and nothing asked of the provider.

#include "engine/kind.hpp"
#include "kinds/redis/observe/observe.hpp"

namespace ashlar::redis {

/// Compares with the stored status of `observer.resource`. Machines that are off, missing or out of
/// reach are not asked: what becomes of them the next look tells.
engine::Glance glance(const Observer& observer);

}  // namespace ashlar::redis
