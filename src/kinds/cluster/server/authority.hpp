#pragma once
// The certificate authority of a cluster's own, and what it issues to the cluster's machines.

#include <functional>
#include <optional>
#include <string>

#include "base/certificate.hpp"
#include "engine/step.hpp"
#include "model/resource.hpp"

namespace ashlar::cluster {

namespace secret_name {
inline constexpr const char* kAuthorityKey = "tls/ca-key";
inline constexpr const char* kAuthority = "tls/ca-certificate";
// While the authority is exchanged for another one.
inline constexpr const char* kNextAuthorityKey = "tls/next/ca-key";
inline constexpr const char* kNextAuthority = "tls/next/ca-certificate";
inline constexpr const char* kFormerAuthorities = "tls/former/ca-certificates";
// By the machine's name: a node keeps its name when another machine takes its place.
std::string node_key(const std::string& machine);
std::string node_certificate(const std::string& machine);
}  // namespace secret_name

/// PEM.
struct TlsFiles {
  std::string authority;  // all that are trusted
  std::string certificate;
  Secret key;
};

/// Throws Error(kInternal) for a secret that no step has made.
Secret required_secret(engine::Secrets& secrets, const std::string& name);

/// Makes the cluster's authority, once.
void ensure_authority(engine::Secrets& secrets, const std::string& cluster, Time now);

// An authority is exchanged in three rounds, between which every node has to read its files anew:
// all trust both; all use certificates of the next one; nobody trusts the former any more. Each of
// these may be repeated, also when it was cut off.

/// Makes the next authority, once, and has it trusted.
void begin_authority(engine::Secrets& secrets, const std::string& cluster, Time now);
/// As if it had not begun. Only before use_next_authority().
void give_up_next_authority(engine::Secrets& secrets);
/// Certificates are of the next one from now on; the former is still trusted.
void use_next_authority(engine::Secrets& secrets);
void drop_former_authorities(engine::Secrets& secrets);

/// Finds a stored secret.
using FindSecret = std::function<std::optional<Secret>(const std::string& name)>;
/// All authorities that are trusted, the oldest first; nothing: none was made.
std::optional<std::string> trusted_authorities(const FindSecret& find);

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
