#pragma once
// Firewalls: what users declare, checked; and the nftables text that makes it so.

#include <string>

#include "base/error.hpp"
#include "pocketcloud/state.hpp"

namespace ashlar::pocketcloud {

/// Checks a list of inbound (peers under `sources`) or outbound (`destinations`) rules and returns
/// it in the API's full form. Faults are named with DigitalOcean's words.
Parsed<Json> check_rules(const Json& rules, std::string_view peers_field, const State& state);

/// How the fabric is laid out; see network.hpp.
struct FabricLayout {
  Cidr public_pool;
  Address gateway;  // the fabric's address on the public bridge
  Address host;     // the host's

  static FabricLayout of(const Cidr& public_pool) {
    return {public_pool, public_pool.network + 1, public_pool.network + 2};
  }
};

/// The whole ruleset of an instance's fabric, to be loaded as one transaction. A droplet behind any
/// firewall drops all that no rule allows, both ways, as at DigitalOcean; established flows stay.
/// Pure: the same state gives the same text.
std::string render_ruleset(const State& state, const FabricLayout& layout);

}  // namespace ashlar::pocketcloud
