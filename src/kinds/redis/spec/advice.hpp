#pragma once

#include <string>
#include <vector>

#include "kinds/redis/spec/topology.hpp"
#include "model/catalog.hpp"

namespace ashlar::redis {

/// What a person should know before accepting a spec that is valid: best practices that it does not
/// follow, and what its settings will mean when something fails. Pure.
std::vector<std::string> advice(const Spec& spec, const Topology& topology, const Catalog& catalog);

}  // namespace ashlar::redis
