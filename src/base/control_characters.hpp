#pragma once

#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ashlar {

/// One fault for each text and each key of `value`, however deep, that holds a control character.
/// No field of Ashlar has a use for one, and what is written behind a NUL or a line break is read
/// differently by whoever gets it next: a file, a firewall, a log. Paths are those of FieldError;
/// messages tell the character, never the text.
std::vector<FieldError> control_character_faults(const Json& value);

}  // namespace ashlar
