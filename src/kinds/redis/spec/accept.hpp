#pragma once

#include "engine/kind.hpp"

namespace ashlar::redis {

/// A cluster as the user wrote it, as the engine takes it: normalized, the password apart. Pure.
Parsed<engine::AcceptedSpec> accept(const Json& input, const Json& stored, const Catalog& catalog);

}  // namespace ashlar::redis
