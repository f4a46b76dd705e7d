#pragma once
// Between two looks: do the services that were last seen at work still answer, and have others come
// back? One small batch a machine, and nothing asked of the provider.

#include <functional>
#include <optional>
#include <string>

#include "engine/kind.hpp"
#include "kinds/cluster/observe/node_state.hpp"
#include "machine/batch.hpp"

namespace ashlar::cluster {

/// A machine whose power is gone answers nothing at all, so this is what it takes to notice.
inline constexpr Millis kGlancePatience{2'000};

/// What succeeds on a node's machine while its service answers; nothing: it plays no part.
using Question =
    std::function<std::optional<Json>(const std::string& node, const Machine& machine)>;

/// Compares with the stored status of `observer.resource`. Machines that are off, missing or out of
/// reach are not asked: what becomes of them the next look tells.
engine::Glance glance(const Observer& observer, const Question& question);

}  // namespace ashlar::cluster
