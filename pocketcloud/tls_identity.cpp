#include "pocketcloud/tls_identity.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/certificate.hpp"
#include "base/file.hpp"

namespace ashlar::pocketcloud {
namespace {

namespace fs = std::filesystem;

/// Issued anew at each start, for as long as a process may run.
constexpr int kDays = 800;

struct Authority {
  std::string certificate;
  Secret key;
};

fs::path key_file(const fs::path& data) {
  return data / "tls" / "authority.key";
}

/// The key is written first: a certificate that is there has its key.
Authority ensure_authority(const fs::path& data, Time now) {
  const fs::path path = authority_file(data);
  if (!fs::exists(path)) {
    fs::create_directories(path.parent_path());
    const Secret key = generate_key();
    write_file_atomically(key_file(data), key.reveal(), 0600);
    write_file_atomically(path, make_authority(key, "pocket cloud authority", now), 0644);
  }
  return {read_file(path), Secret(read_file(key_file(data)))};
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

CertificateRequest request_for(const std::string& address) {
  CertificateRequest request{
      .name = "pocketcloud", .dns_names = {"localhost"}, .addresses = {"127.0.0.1", "::1"}};
  if (const auto name = host_name(); !name.empty() && name != "localhost")
    request.dns_names.push_back(name);
  const bool is_any = address == "0.0.0.0" || address == "::";
  if (!is_any && std::ranges::find(request.addresses, address) == request.addresses.end())
    request.addresses.push_back(address);
  return request;
}

}  // namespace

fs::path authority_file(const fs::path& data) {
  return data / "tls" / "authority.pem";
}

http::ServerCertificate make_tls_identity(const fs::path& data, const std::string& address,
                                          Time now) {
  const Authority authority = ensure_authority(data, now);
  Secret key = generate_key();
  std::string certificate = issue_certificate(request_for(address), key, authority.certificate,
                                              authority.key, kDays, now);
  return {std::move(certificate), std::move(key)};
}

}  // namespace ashlar::pocketcloud
