#pragma once
// Who a machine is: a host key that Ashlar generates before the machine exists, so that the first
// connection is verified like every later one.

#include <string>

#include "engine/step.hpp"
#include "machine/host_key.hpp"

namespace ashlar::fleet {

/// The node's host key: the one made before, or a new one, stored before it is returned.
machine::KeyPair ensure_host_key(engine::Secrets& secrets, const std::string& node);

/// The machine's user data: `ssh_keys`, and nothing that would take time at boot.
Secret cloud_config(const machine::KeyPair& host_key);

}  // namespace ashlar::fleet
