#pragma once
// DigitalOcean's JSON to and from the contract's types. Pure. Malformed input throws
// Error(kProvider) naming the object and the field.

#include "base/json.hpp"
#include "cloud/cloud.hpp"

namespace ashlar::cloud::objects {

CloudMachine machine(const Json& droplet);
Vpc vpc(const Json& vpc);
Size size(const Json& size);
Region region(const Json& region);
Json droplet_request(const MachineRequest& request, const std::string& idempotency_tag);
Json firewall_request(const FirewallRequest& request);

/// A required member of `object`, which is a `what`.
const Json& member(const Json& object, const char* key, const char* what);
std::string text(const Json& object, const char* key, const char* what);
/// Droplets' and keys' ids are numbers, others' are UUIDs.
std::string id(const Json& object, const char* what);

}  // namespace ashlar::cloud::objects
