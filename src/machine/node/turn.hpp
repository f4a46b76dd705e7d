#pragma once
// Whose turn it is on this machine.

#include <functional>

#include "base/descriptor.hpp"

namespace ashlar::node {

/// Takes the lock at `path` as soon as nobody else has it; it is held as long as `lock` is open.
/// False: it was not to be had within `most_ms`, or `wanted_still` said no. Where the file cannot
/// be made (without /run: an early boot, a test), there is no lock, and it is everybody's turn.
bool take_turn(Descriptor& lock, const char* path, int most_ms,
               const std::function<bool()>& wanted_still);

}  // namespace ashlar::node
