#include "kinds/redis/server/secrets.hpp"

#include <fmt/format.h>

#include "kinds/redis/spec/host_names.hpp"

namespace ashlar::redis {
namespace {

using cluster::required_secret;

constexpr const char* kPasswords[] = {secret_name::kSystem, secret_name::kOperator,
                                      secret_name::kReplication, secret_name::kSentinel,
                                      secret_name::kSentinelPeer};

Passwords passwords_named(engine::Secrets& secrets, std::string (*name)(const std::string&)) {
  return {.system = required_secret(secrets, name(secret_name::kSystem)),
          .operator_user = required_secret(secrets, name(secret_name::kOperator)),
          .replication = required_secret(secrets, name(secret_name::kReplication)),
          .sentinel = required_secret(secrets, name(secret_name::kSentinel)),
          .sentinel_peer = required_secret(secrets, name(secret_name::kSentinelPeer))};
}

std::string present(const std::string& name) {
  return name;
}

}  // namespace

std::string secret_name::next(const std::string& name) {
  return "next/" + name;
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
  if (spec.tls) cluster::ensure_authority(secrets, spec.name, now);
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
    return next ? *next : required_secret(secrets, name);
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
      return from_user ? required_secret(secrets, secret_name::kGivenPassword)
                       : generate_password();
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

CertificateRequest certificate_request(const Spec& spec, const Machine& machine) {
  CertificateRequest request = cluster::certificate_request(machine);
  if (auto name = host_name(spec, machine.node); !name.empty())
    request.dns_names.push_back(std::move(name));
  return request;
}

}  // namespace ashlar::redis
