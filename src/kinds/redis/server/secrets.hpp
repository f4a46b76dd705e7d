#pragma once
// The cluster's passwords by name; its certificates are those of any cluster.

#include <optional>
#include <string>

#include "engine/step.hpp"
#include "kinds/cluster/server/authority.hpp"
#include "kinds/redis/server/batches.hpp"
#include "kinds/redis/server/config.hpp"

namespace ashlar::redis {

using cluster::ensure_tls_files;
using cluster::find_tls_files;
using cluster::renew_tls_files;

namespace secret_name {
/// What the user gave. The one in use is a copy made by the first deployment, so that declaring
/// another password later cannot lock Ashlar out of the cluster that still has the first.
inline constexpr const char* kGivenPassword = "given/system-password";
inline constexpr const char* kSystem = "system-password";
inline constexpr const char* kOperator = "operator-password";
inline constexpr const char* kReplication = "replication-password";
inline constexpr const char* kSentinel = "sentinel-password";
inline constexpr const char* kSentinelPeer = "sentinel-peer-password";
/// Made, valid on all nodes already, but not in use yet: while passwords are rotated.
std::string next(const std::string& name);
using namespace cluster::secret_name;
}  // namespace secret_name

/// Makes every secret that does not exist yet. Any number of calls make each once.
void ensure_credentials(engine::Secrets& secrets, const Spec& spec, Time now);

/// Throws Error(kInternal) when ensure_credentials() was never called.
Passwords read_passwords(engine::Secrets& secrets);

/// Nothing: the cluster's credentials were never made, or not all of them.
std::optional<Passwords> find_passwords(engine::Secrets& secrets);
/// Those that shall follow, the present ones in the place of any that has followed already.
/// Nothing: no password is being changed.
std::optional<Passwords> find_next_passwords(engine::Secrets& secrets);

/// The passwords that shall follow: made once, until use_next_passwords() puts them in the place of
/// the present ones. `given`: the clients' one is what the user gave.
void make_next_passwords(engine::Secrets& secrets, bool given);
Passwords read_next_passwords(engine::Secrets& secrets);
/// Safe to be repeated after it was cut off anywhere.
void use_next_passwords(engine::Secrets& secrets);

/// The names and addresses under which a machine's Redis is reached.
CertificateRequest certificate_request(const Spec& spec, const Machine& machine);

}  // namespace ashlar::redis
