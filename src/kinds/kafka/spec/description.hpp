#pragma once

#include "engine/kind.hpp"

namespace ashlar::kafka {

/// What the kind says of itself: names, roles, fields, examples, tables. Pure.
engine::Kind description();

}  // namespace ashlar::kafka
