#pragma once
// From what is wanted and what is there to the steps between the two. Pure.

#include <string>
#include <vector>

#include "base/json.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/redis/spec.hpp"
#include "model/catalog.hpp"
#include "model/plan.hpp"

namespace ashlar::redis {

/// The seed's words for the phases of a deployment.
namespace phase {
inline constexpr const char* kMachines = "Creating DigitalOcean droplets";
inline constexpr const char* kInstall = "Installing Redis on each node";
inline constexpr const char* kReplication = "Configuring master-replica relationships";
inline constexpr const char* kSentinels = "Setting up Sentinel nodes";
inline constexpr const char* kTls = "Configuring SSL/TLS certificates";
inline constexpr const char* kFinal = "Finalizing cluster configuration";
}  // namespace phase

// Keys of the planned steps.
inline constexpr const char* kCredentialsKey = "credentials";
inline constexpr const char* kProveKey = "prove";
std::string install_key(const std::string& node);
std::string configure_key(const std::string& node);
std::string replication_key(const std::string& group);
std::string tls_key(const std::string& node);
std::string forget_key(const std::string& sentinel);

/// What is asked for beyond what the spec says.
struct Request {
  Json once;                                 // null, or one of the actions of actions.hpp
  std::vector<std::string> changed_secrets;  // secret_name::kGivenPassword: rotate to it
};

/// `observed` is null, or what observe() answered (see status.hpp). An unchanged spec against an
/// intact cluster gives an empty plan; missing and failed nodes are planned again. Throws
/// Error(kConflict) when the cluster differs from the spec in a way that this version cannot
/// change.
Plan plan(const Spec& spec, const Json& observed, const Catalog& catalog,
          const Request& request = {});

/// Destroys every machine, the firewall, and the VPC when Ashlar made it.
Plan plan_delete(const Spec& spec, const Json& observed, const Catalog& catalog);

/// Firewall, VPC and machines as fleet wants them. `nodes`: empty means all.
fleet::Request fleet_request(const Spec& spec);

/// On all machines of the cluster and on its firewall.
std::string tag_of(const Spec& spec);

}  // namespace ashlar::redis
