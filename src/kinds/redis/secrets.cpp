#include "kinds/redis/secrets.hpp"

#include <fmt/format.h>

namespace ashlar::redis {
namespace {

Secret required(engine::Secrets& secrets, const char* name) {
  if (auto found = secrets.find(name)) return *found;
  throw Error(ErrorCode::kInternal, fmt::format("the cluster's secret {} was never made", name),
              "retry the operation; its first step makes the secrets");
}

}  // namespace

std::string secret_name::node_key(const std::string& node) {
  return fmt::format("tls/nodes/{}/key", node);
}

std::string secret_name::node_certificate(const std::string& node) {
  return fmt::format("tls/nodes/{}/certificate", node);
}

void ensure_credentials(engine::Secrets& secrets, const Spec& spec, Time now) {
  const auto generated = [] { return generate_password(); };
  secrets.ensure(secret_name::kSystem, [&] {
    const auto given = secrets.find(secret_name::kGivenPassword);
    return given ? *given : generate_password();
  });
  for (const char* name : {secret_name::kOperator, secret_name::kReplication,
                           secret_name::kSentinel, secret_name::kSentinelPeer})
    secrets.ensure(name, generated);
  if (!spec.tls) return;
  const Secret key = secrets.ensure(secret_name::kAuthorityKey, [] { return generate_key(); });
  secrets.ensure(secret_name::kAuthority, [&] {
    return Secret(make_authority(key, fmt::format("{} certificate authority", spec.name), now));
  });
}

Passwords read_passwords(engine::Secrets& secrets) {
  return {.system = required(secrets, secret_name::kSystem),
          .operator_user = required(secrets, secret_name::kOperator),
          .replication = required(secrets, secret_name::kReplication),
          .sentinel = required(secrets, secret_name::kSentinel),
          .sentinel_peer = required(secrets, secret_name::kSentinelPeer)};
}

TlsFiles ensure_tls_files(engine::Secrets& secrets, const CertificateRequest& request,
                          const std::string& node, Time now) {
  const Secret authority_key = required(secrets, secret_name::kAuthorityKey);
  const std::string authority = required(secrets, secret_name::kAuthority).reveal();
  const Secret key = secrets.ensure(secret_name::node_key(node), [] { return generate_key(); });
  const std::string name = secret_name::node_certificate(node);
  if (const auto stored = secrets.find(name);
      stored && certificate_fault(stored->reveal(), key, authority, request, now).empty())
    return {authority, stored->reveal(), key};
  const std::string fresh = issue_certificate(request, key, authority, authority_key, now);
  secrets.put(name, Secret(fresh));
  return {authority, fresh, key};
}

CertificateRequest certificate_request(const Machine& machine) {
  CertificateRequest request{machine.name, {machine.name, "localhost"}, {}};
  for (const auto& address : {machine.private_address, machine.public_address})
    if (!address.empty()) request.addresses.push_back(address);
  request.addresses.emplace_back("127.0.0.1");
  return request;
}

}  // namespace ashlar::redis
