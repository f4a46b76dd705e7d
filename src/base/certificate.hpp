#pragma once
// A certificate authority of one's own, and the certificates that it issues. Thread-safe.

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace ashlar {

/// PEM. Keys are ECDSA P-256 in PKCS #8: small and quick to make on the smallest machines.
Secret generate_key();

/// A self-signed authority, valid for ten years. Throws Error(kInternal) as do the functions below.
std::string make_authority(const Secret& key, const std::string& name, Time now);

struct CertificateRequest {
  std::string name;                    // common name
  std::vector<std::string> dns_names;  // subject alternative names
  std::vector<std::string> addresses;
};

/// A certificate that is good for serving and for connecting as a client, valid for `days`.
std::string issue_certificate(const CertificateRequest& request, const Secret& key,
                              const std::string& authority, const Secret& authority_key, int days,
                              Time now);

struct CertificateFacts {
  std::string subject;
  Time expires_at{};
  std::string fingerprint;         // SHA-256, hexadecimal
  std::vector<std::string> names;  // DNS names and addresses
};
CertificateFacts read_certificate(const std::string& pem);

/// Why `certificate` does not serve: not signed by `authority`, not valid now, its key is
/// another one, or a wanted name is missing. Empty when it does.
std::string certificate_fault(const std::string& certificate, const Secret& key,
                              const std::string& authority, const CertificateRequest& wanted,
                              Time now);

}  // namespace ashlar
