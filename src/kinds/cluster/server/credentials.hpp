#pragma once
// What credentials of every cluster have in common.

#include <optional>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "engine/kind.hpp"

namespace ashlar::cluster {

/// In the clear: for answers to those who may read credentials.
Json revealed_or_null(const std::optional<Secret>& secret);

/// What clients have to trust, PEM; null before there is an authority.
Json authorities_or_null(const engine::FindSecret& find);

}  // namespace ashlar::cluster
