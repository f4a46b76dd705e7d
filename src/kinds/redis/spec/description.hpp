#pragma once
// What the kind says of itself: its words, and how tables show what it made. Pure.

#include "engine/kind.hpp"

namespace ashlar::redis {

/// The kind without what it does: names, texts, roles, examples and the row of a table.
engine::Kind description();

}  // namespace ashlar::redis
