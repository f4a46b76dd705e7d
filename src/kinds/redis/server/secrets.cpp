#include "kinds/redis/server/secrets.hpp"

#include <fmt/format.h>

#include "kinds/redis/spec/host_names.hpp"

namespace ashlar::redis {
namespace {

constexpr const char* kPasswords[] = {secret_name::kSystem, secret_name::kOperator,
                                      secret_name::kReplication, secret_name::kSentinel,
                                      secret_name::kSentinelPeer};

Secret required(engine::Secrets& secrets, const std::string& name) {
  if (auto found = secrets.find(name)) return *found;
  throw Error(ErrorCode::kInternal, fmt::format("the cluster's secret {} was never made", name),
              "retry the operation; its first step makes the secrets");
}

Passwords passwords_named(engine::Secrets& secrets, std::string (*name)(const std::string&)) {
  return {.system = required(secrets, name(secret_name::kSystem)),
          .operator_user = required(secrets, name(secret_name::kOperator)),
          .replication = required(secrets, name(secret_name::kReplication)),
          .sentinel = required(secrets, name(secret_name::kSentinel)),
          .sentinel_peer = required(secrets, name(secret_name::kSentinelPeer))};
}

std::string present(const std::string& name) {
  return name;
}

}  // namespace

std::string secret_name::next(const std::string& name) {
  return "next/" + name;
}

std::string secret_name::node_key(const std::string& machine) {
  return fmt::format("tls/nodes/{}/key", machine);
}

std::string secret_name::node_certificate(const std::string& machine) {
  return fmt::format("tls/nodes/{}/certificate", machine);
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
  return passwords_named(secrets, present);
}

Passwords read_next_passwords(engine::Secrets& secrets) {
  return passwords_named(secrets, secret_name::next);
}

std::optional<Passwords> find_passwords(engine::Secrets& secrets) {
  for (const char* name : kPasswords)
    if (!secrets.find(name)) return std::nullopt;
  return read_passwords(secrets);
}

std::optional<Passwords> find_next_passwords(engine::Secrets& secrets) {
  bool any = false;
  const auto next_or_present = [&](const char* name) {
    const auto next = secrets.find(secret_name::next(name));
    any = any || next.has_value();
    return next ? *next : required(secrets, name);
  };
  Passwords passwords{.system = next_or_present(secret_name::kSystem),
                      .operator_user = next_or_present(secret_name::kOperator),
                      .replication = next_or_present(secret_name::kReplication),
                      .sentinel = next_or_present(secret_name::kSentinel),
                      .sentinel_peer = next_or_present(secret_name::kSentinelPeer)};
  return any ? std::optional(std::move(passwords)) : std::nullopt;
}

void make_next_passwords(engine::Secrets& secrets, bool given) {
  for (const char* name : kPasswords)
    secrets.ensure(secret_name::next(name), [&] {
      const bool from_user = given && name == std::string(secret_name::kSystem);
      return from_user ? required(secrets, secret_name::kGivenPassword) : generate_password();
    });
}

void use_next_passwords(engine::Secrets& secrets) {
  for (const char* name : kPasswords) {
    const auto next = secrets.find(secret_name::next(name));
    if (!next) continue;  // an earlier attempt got this far
    secrets.put(name, *next);
    secrets.remove(secret_name::next(name));
  }
}

TlsFiles ensure_tls_files(engine::Secrets& secrets, const CertificateRequest& request,
                          const std::string& machine, int days, Time now) {
  const Secret authority_key = required(secrets, secret_name::kAuthorityKey);
  const std::string authority = required(secrets, secret_name::kAuthority).reveal();
  const Secret key = secrets.ensure(secret_name::node_key(machine), [] { return generate_key(); });
  const std::string name = secret_name::node_certificate(machine);
  if (const auto stored = secrets.find(name);
      stored && certificate_fault(stored->reveal(), key, authority, request, now).empty())
    return {authority, stored->reveal(), key};
  const std::string fresh = issue_certificate(request, key, authority, authority_key, days, now);
  secrets.put(name, Secret(fresh));
  return {authority, fresh, key};
}

std::optional<TlsFiles> find_tls_files(engine::Secrets& secrets, const std::string& machine) {
  const auto authority = secrets.find(secret_name::kAuthority);
  const auto certificate = secrets.find(secret_name::node_certificate(machine));
  const auto key = secrets.find(secret_name::node_key(machine));
  if (!authority || !certificate || !key) return std::nullopt;
  return TlsFiles{authority->reveal(), certificate->reveal(), *key};
}

TlsFiles renew_tls_files(engine::Secrets& secrets, const CertificateRequest& request,
                         const std::string& machine, int days, Time now) {
  // Killed in between, the new key has no certificate of its own: it is then issued one.
  secrets.put(secret_name::node_key(machine), generate_key());
  return ensure_tls_files(secrets, request, machine, days, now);
}

CertificateRequest certificate_request(const Spec& spec, const Machine& machine) {
  CertificateRequest request{machine.name, {machine.name, "localhost"}, {}};
  if (auto name = host_name(spec, machine.node); !name.empty())
    request.dns_names.push_back(std::move(name));
  for (const auto& address : {machine.private_address, machine.public_address})
    if (!address.empty()) request.addresses.push_back(address);
  request.addresses.emplace_back("127.0.0.1");
  return request;
}

}  // namespace ashlar::redis
