#pragma once
// When a cluster is mended without anyone asking. Pure.

#include "base/json.hpp"

namespace ashlar::redis {

/// Something of the observed drift can be mended under the spec's policy `heal`. A stopped cluster
/// is left alone. Both are JSON as they are stored: a status of an earlier version, or none yet,
/// wants nothing.
bool wants_healing(const Json& spec, const Json& observed);

}  // namespace ashlar::redis
