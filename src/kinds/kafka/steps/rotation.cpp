// New certificates and passwords in the place of those that are in use.

#include "kinds/kafka/server/secrets.hpp"
#include "kinds/kafka/steps/work.hpp"

namespace ashlar::kafka {

StepOutcome renew_certificate(Work& work) {
  const Machine machine = work.machine_of(work.part().name);
  // Once an operation: a step that is repeated must not make anew what nobody has taken up yet.
  if (!work.kept().value("renewed", false)) {
    cluster::renew_tls_files(work.context.secrets, cluster::certificate_request(machine),
                             machine.name, work.spec.certificate_days, work.context.clock.now());
    work.keep("renewed", true);
  }
  return Done{};
}

StepOutcome change_passwords(Work& work) {
  auto& secrets = work.context.secrets;
  const auto names = work.args().at("users").get<std::vector<std::string>>();
  std::vector<Json> users;
  for (const auto& name : names) {
    const Secret next =
        secrets.ensure("next/" + secret_name::password(name), [] { return generate_password(); });
    users.push_back({{"name", name}, {"password", next.reveal()}});
  }
  work.ask_or_throw({{{"op", "alter_scram"}, {"users", users}}}, false);
  // Only what Kafka has taken is shown to anybody. Cut off before, the same passwords are set
  // again.
  for (const auto& name : names) {
    const std::string next = "next/" + secret_name::password(name);
    if (const auto taken = secrets.find(next)) secrets.put(secret_name::password(name), *taken);
    secrets.remove(next);
  }
  return Done{{{"users", users.size()}}};
}

}  // namespace ashlar::kafka
