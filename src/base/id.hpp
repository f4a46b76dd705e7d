#pragma once

#include <string>
#include <string_view>

namespace ashlar {

/// A new unique identifier: `prefix_` and 26 characters of Crockford base 32, sortable by creation
/// time (48 bits of milliseconds, then 80 random bits: the layout of a ULID). Thread-safe.
std::string new_id(std::string_view prefix);

/// `bytes` bytes from the operating system's generator, as lower-case hexadecimal. Thread-safe.
std::string random_hex(size_t bytes);

}  // namespace ashlar
