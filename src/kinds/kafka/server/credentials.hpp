#pragma once

#include "engine/kind.hpp"

namespace ashlar::kafka {

/// What clients need, secrets in clear; see engine::Kind::credentials.
Json credentials(const Resource& resource, const engine::FindSecret& find);

}  // namespace ashlar::kafka
