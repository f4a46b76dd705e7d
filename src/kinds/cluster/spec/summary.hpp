#pragma once

#include "model/resource_summary.hpp"

namespace ashlar::cluster {

/// What tables show of any cluster: type, region, version, and how many nodes of each role. Pure.
KindSummary summary(const Json& spec, const Json& status);

}  // namespace ashlar::cluster
