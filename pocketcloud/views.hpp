#pragma once
// The state as the API shows it.

#include "base/json.hpp"
#include "pocketcloud/state.hpp"

namespace ashlar::pocketcloud::views {

Json ssh_key(const SshKey& key);
Json vpc(const Vpc& vpc);
Json droplet(const State& state, const Droplet& droplet, const Cidr& public_pool);
/// As an image of the account.
Json snapshot(const Snapshot& snapshot);
Json action(const Action& action);
Json firewall(const Firewall& firewall);
Json tag(const State& state, const std::string& name);

}  // namespace ashlar::pocketcloud::views
