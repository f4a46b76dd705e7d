#pragma once
// The kind `redis`: single nodes, and replication groups watched by sentinels.

#include <string>

#include "cloud/cloud.hpp"
#include "engine/kind.hpp"
#include "machine/machines.hpp"

namespace ashlar::redis {

/// What the kind works with; outlives it. All members are thread-safe.
struct Tools {
  cloud::Cloud& cloud;
  machine::Machines& machines;
  std::string ssh_public_key;  // the control plane's, given to every machine
};

engine::Kind make_kind(Tools tools);

}  // namespace ashlar::redis
