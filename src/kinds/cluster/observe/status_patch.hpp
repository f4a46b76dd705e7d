#pragma once

#include "base/json.hpp"

namespace ashlar::cluster {

/// The merge patch (RFC 7396) that makes `after` of `before`: what is gone becomes null, since a
/// merge patch keeps what it does not name. Pure.
Json replacing(const Json& before, const Json& after);

}  // namespace ashlar::cluster
