#pragma once
// Opaque places in a listing. Internal to the store.

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace ashlar::store {

/// What a page ended at, for users to hand back: URL-safe base64 of JSON.
std::string to_opaque(const Json& place);

/// What to_opaque() was given. Throws Error(kInvalidInput) unless it is an array of as many members
/// as `types` has letters, each of its type: s text, i integer, n number.
Json from_opaque(const std::string& cursor, std::string_view types);

}  // namespace ashlar::store
