#include "kinds/cluster/server/authority.hpp"

#include <fmt/format.h>

namespace ashlar::cluster {

std::string secret_name::node_key(const std::string& machine) {
  return fmt::format("tls/nodes/{}/key", machine);
}

std::string secret_name::node_certificate(const std::string& machine) {
  return fmt::format("tls/nodes/{}/certificate", machine);
}

Secret required_secret(engine::Secrets& secrets, const std::string& name) {
  if (auto found = secrets.find(name)) return *found;
  throw Error(ErrorCode::kInternal, fmt::format("the cluster's secret {} was never made", name),
              "retry the operation; its first step makes the secrets");
}

void ensure_authority(engine::Secrets& secrets, const std::string& cluster, Time now) {
  const Secret key = secrets.ensure(secret_name::kAuthorityKey, [] { return generate_key(); });
  secrets.ensure(secret_name::kAuthority, [&] {
    return Secret(make_authority(key, fmt::format("{} certificate authority", cluster), now));
  });
}

void begin_authority(engine::Secrets& secrets, const std::string& cluster, Time now) {
  const Secret key = secrets.ensure(secret_name::kNextAuthorityKey, [] { return generate_key(); });
  secrets.ensure(secret_name::kNextAuthority, [&] {
    return Secret(make_authority(key, fmt::format("{} certificate authority", cluster), now));
  });
}

void give_up_next_authority(engine::Secrets& secrets) {
  secrets.remove(secret_name::kNextAuthority);
  secrets.remove(secret_name::kNextAuthorityKey);
}

void use_next_authority(engine::Secrets& secrets) {
  const auto next = secrets.find(secret_name::kNextAuthority);
  const auto next_key = secrets.find(secret_name::kNextAuthorityKey);
  if (!next || !next_key) return;  // used already
  const std::string present = required_secret(secrets, secret_name::kAuthority).reveal();
  const auto former = secrets.find(secret_name::kFormerAuthorities);
  std::string kept = former ? former->reveal() : std::string();
  // Cut off after the next one took its place, what stands there is no former one.
  if (present != next->reveal() && kept.find(present) == std::string::npos) {
    kept += present;
    secrets.put(secret_name::kFormerAuthorities, Secret(kept));
  }
  secrets.put(secret_name::kAuthorityKey, *next_key);
  secrets.put(secret_name::kAuthority, *next);
  give_up_next_authority(secrets);
}

void drop_former_authorities(engine::Secrets& secrets) {
  secrets.remove(secret_name::kFormerAuthorities);
}

std::optional<std::string> trusted_authorities(const FindSecret& find) {
  const auto present = find(secret_name::kAuthority);
  if (!present) return std::nullopt;
  std::string all;
  for (const char* name :
       {secret_name::kFormerAuthorities, secret_name::kAuthority, secret_name::kNextAuthority})
    if (const auto found = find(name); found && all.find(found->reveal()) == std::string::npos)
      all += found->reveal();
  return all;
}

namespace {

std::string trusted_in(engine::Secrets& secrets) {
  return trusted_authorities([&](const std::string& name) { return secrets.find(name); }).value();
}

}  // namespace

TlsFiles ensure_tls_files(engine::Secrets& secrets, const CertificateRequest& request,
                          const std::string& machine, int days, Time now) {
  const Secret authority_key = required_secret(secrets, secret_name::kAuthorityKey);
  const std::string authority = required_secret(secrets, secret_name::kAuthority).reveal();
  const Secret key = secrets.ensure(secret_name::node_key(machine), [] { return generate_key(); });
  const std::string name = secret_name::node_certificate(machine);
  if (const auto stored = secrets.find(name);
      stored && certificate_fault(stored->reveal(), key, authority, request, now).empty())
    return {trusted_in(secrets), stored->reveal(), key};
  const std::string fresh = issue_certificate(request, key, authority, authority_key, days, now);
  secrets.put(name, Secret(fresh));
  return {trusted_in(secrets), fresh, key};
}

std::optional<TlsFiles> find_tls_files(engine::Secrets& secrets, const std::string& machine) {
  const auto authority = secrets.find(secret_name::kAuthority);
  const auto certificate = secrets.find(secret_name::node_certificate(machine));
  const auto key = secrets.find(secret_name::node_key(machine));
  if (!authority || !certificate || !key) return std::nullopt;
  return TlsFiles{trusted_in(secrets), certificate->reveal(), *key};
}

TlsFiles renew_tls_files(engine::Secrets& secrets, const CertificateRequest& request,
                         const std::string& machine, int days, Time now) {
  // Killed in between, the new key has no certificate of its own: it is then issued one.
  secrets.put(secret_name::node_key(machine), generate_key());
  return ensure_tls_files(secrets, request, machine, days, now);
}

CertificateRequest certificate_request(const Machine& machine) {
  CertificateRequest request{machine.name, {machine.name, "localhost"}, {}};
  for (const auto& address : {machine.private_address, machine.public_address})
    if (!address.empty()) request.addresses.push_back(address);
  request.addresses.emplace_back("127.0.0.1");
  return request;
}

std::optional<Time> certificate_expiry(engine::Secrets& secrets, const std::string& machine) {
  const auto stored = secrets.find(secret_name::node_certificate(machine));
  if (!stored) return std::nullopt;
  return read_certificate(stored->reveal()).expires_at;
}

}  // namespace ashlar::cluster
