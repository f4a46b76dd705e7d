#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace ashlar::api {

/// The value with registered secrets masked inside its strings. Never in its keys or between them,
/// so a secret that happens to be a word of the contract cannot break it.
Json redacted(Json value);

/// A response's body: as JSON when it is JSON, else as text.
std::string redacted_body(std::string body, std::string_view content_type);

}  // namespace ashlar::api
