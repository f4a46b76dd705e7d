#pragma once
// The one firewall that a resource's machines are behind: what it shall be, and what somebody made
// of it at the provider.

#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud.hpp"
#include "engine/kind.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::fleet {

/// SSH for the control plane is among the openings of plan_firewall() and plan_create(); here too.
std::vector<Opening> all_openings(const Request& request);

/// What the provider is asked for. Pure.
cloud::FirewallRequest firewall_request(const Resource& resource, const std::string& name,
                                        const std::vector<Opening>& openings);

/// Why a firewall is not what was asked for, a sentence each; empty when it is. Pure.
std::vector<std::string> firewall_faults(const cloud::FirewallRequest& wanted,
                                         const std::optional<cloud::Firewall>& found);

/// Adds to the status's `drift` an item "firewall", healed under `safe`, when it is not what
/// `request` wants.
void add_firewall_drift(Json& status, const Tools& tools, const Resource& resource,
                        const Request& request);

}  // namespace ashlar::fleet
