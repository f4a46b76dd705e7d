#pragma once
// The certificate authority of a cluster's own, and what it issues to the cluster's machines.

#include <optional>
#include <string>

#include "base/certificate.hpp"
#include "engine/step.hpp"
#include "model/resource.hpp"

namespace ashlar::cluster {

namespace secret_name {
inline constexpr const char* kAuthorityKey = "tls/ca-key";
inline constexpr const char* kAuthority = "tls/ca-certificate";
// By the machine's name: a node keeps its name when another machine takes its place.
std::string node_key(const std::string& machine);
std::string node_certificate(const std::string& machine);
}  // namespace secret_name

/// PEM.
struct TlsFiles {
  std::string authority;
  std::string certificate;
  Secret key;
};

/// Throws Error(kInternal) for a secret that no step has made.
Secret required_secret(engine::Secrets& secrets, const std::string& name);

/// Makes the cluster's authority, once.
void ensure_authority(engine::Secrets& secrets, const std::string& cluster, Time now);

/// The node's certificate as it should be now: a stored one that does not serve (another address,
/// expired) is replaced.
TlsFiles ensure_tls_files(engine::Secrets& secrets, const CertificateRequest& request,
                          const std::string& machine, int days, Time now);

/// As stored for a machine; nothing: never made, or not all of it.
std::optional<TlsFiles> find_tls_files(engine::Secrets& secrets, const std::string& machine);

/// A new key and certificate in place of the stored ones.
TlsFiles renew_tls_files(engine::Secrets& secrets, const CertificateRequest& request,
                         const std::string& machine, int days, Time now);

/// The names and addresses under which a machine's service is reached.
CertificateRequest certificate_request(const Machine& machine);

/// When the machine's stored certificate expires; nothing: none was made.
std::optional<Time> certificate_expiry(engine::Secrets& secrets, const std::string& machine);

}  // namespace ashlar::cluster
