#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ashlar {

/// Keys keep the order in which they were written, so that people see fields where they expect.
using Json = nlohmann::ordered_json;

/// Parses one JSON text. Errors name line and column. Never throws.
Result<Json> parse_json(std::string_view text);

/// The text of a value. Bytes that are not UTF-8 become U+FFFD, so that output is always valid.
std::string dump(const Json& value, int indent = -1);

/// Null where there is no text, as answers have it.
Json text_or_null(const std::string& text);

/// The text of a member; empty when it is not there, or is none. Never throws.
std::string text_in(const Json& object, const char* name);

}  // namespace ashlar
