#pragma once
// The authority of an instance and the certificate that its API serves with.

#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "http/server.hpp"

namespace ashlar::pocketcloud {

/// What clients are told to trust.
std::filesystem::path authority_file(const std::filesystem::path& data);

/// A certificate for `address` (and for this host by its usual names) under the authority of the
/// data directory, which is made on first use and kept, so that clients go on trusting it. Throws
/// Error(kInternal).
http::ServerCertificate make_tls_identity(const std::filesystem::path& data,
                                          const std::string& address, Time now);

}  // namespace ashlar::pocketcloud
