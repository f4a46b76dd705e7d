#pragma once

#include "engine/kind.hpp"

namespace ashlar::kafka {

/// A cluster as the user wrote it, as the engine takes it: normalized, the passwords apart. Pure.
Parsed<engine::AcceptedSpec> accept(const Json& input, const Json& stored, const Catalog& catalog);

/// What a cluster can be asked for.
std::vector<engine::Action> actions();

}  // namespace ashlar::kafka
