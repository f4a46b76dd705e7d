#pragma once

#include <string>

#include "machine/host_key.hpp"
#include "store/store.hpp"

namespace ashlar {

/// The key with which the control plane logs in to its machines: generated at the first start, its
/// private half kept encrypted under `organization`. The same one at every later start.
machine::KeyPair ensure_control_key(store::Store& store, const std::string& organization);

}  // namespace ashlar
