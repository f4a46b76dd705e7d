#include "kinds/kafka/server/secrets.hpp"

#include "kinds/kafka/server/files.hpp"

namespace ashlar::kafka {

std::string secret_name::given_password(const std::string& user) {
  return "given/users/" + user;
}

std::string secret_name::password(const std::string& user) {
  return "users/" + user;
}

std::string secret_name::directory_id(const std::string& provider_id) {
  return "directory-ids/" + provider_id;
}

void ensure_credentials(engine::Secrets& secrets, const Spec& spec, Time now) {
  cluster::ensure_authority(secrets, spec.name, now);
  secrets.ensure(secret_name::kClusterId, [] { return Secret(make_id()); });
  for (const auto& user : spec.users)
    secrets.ensure(secret_name::password(user.name), [&] {
      const auto given = secrets.find(secret_name::given_password(user.name));
      return given ? *given : generate_password();
    });
}

std::string cluster_id(engine::Secrets& secrets) {
  return cluster::required_secret(secrets, secret_name::kClusterId).reveal();
}

std::string ensure_directory_id(engine::Secrets& secrets, const std::string& provider_id) {
  return secrets.ensure(secret_name::directory_id(provider_id), [] { return Secret(make_id()); })
      .reveal();
}

}  // namespace ashlar::kafka
