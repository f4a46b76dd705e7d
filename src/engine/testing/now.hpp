#pragma once

#include "base/clock.hpp"

namespace ashlar::engine::testing {

/// When tests of pure functions take place.
inline constexpr Time kNow{Millis{1'750'000'000'000}};

}  // namespace ashlar::engine::testing
