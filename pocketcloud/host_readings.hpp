#pragma once
// How limits are read and raised. Behind functions, so that tests bring readings of their own.

#include <functional>
#include <string>

#include "pocketcloud/host_limits.hpp"

namespace ashlar::pocketcloud {

struct Host {
  std::function<Reading(const HostLimit&)> read;
  /// Sets the limit; empty when that is done, else why not.
  std::function<std::string(const HostLimit&, long value)> raise;
};

/// This host. Readings are of the moment; thread-safe.
Host real_host();

}  // namespace ashlar::pocketcloud
