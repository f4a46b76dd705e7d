#pragma once
// DigitalOcean's JSON to and from the contract's types. Pure. Malformed input throws
// Error(kProvider) naming the object and the field.

#include "base/json.hpp"
#include "cloud/cloud.hpp"

namespace ashlar::cloud::objects {

CloudMachine machine(const Json& droplet);
Vpc vpc(const Json& vpc);
Firewall firewall(const Json& firewall);
SshKey ssh_key(const Json& key);
Size size(const Json& size);
Region region(const Json& region);
/// Which action failed and why, as far as the provider says: DigitalOcean gives no reason, the
/// pocket cloud does. What it says is redacted and bounded.
std::string failed_action(const Json& action);
Json droplet_request(const MachineRequest& request);
Json vpc_request(const VpcRequest& request);
Json firewall_request(const FirewallRequest& request);

/// A required member of `object`, which is a `what`.
const Json& member(const Json& object, const char* key, const char* what);
std::string text(const Json& object, const char* key, const char* what);
/// Droplets' and keys' ids are numbers, others' are UUIDs.
std::string id(const Json& object, const char* what);

}  // namespace ashlar::cloud::objects
