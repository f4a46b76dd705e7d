// New certificates and passwords in the place of those that are in use.

#include <fmt/format.h>

#include <algorithm>

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

StepOutcome begin_authority(Work& work) {
  cluster::begin_authority(work.context.secrets, work.spec.name, work.context.clock.now());
  return Done{};
}

StepOutcome undo_begin_authority(Work& work) {
  cluster::give_up_next_authority(work.context.secrets);
  return Done{};
}

/// Clients need time to read the authorities anew: from then on certificates are of the next one.
StepOutcome use_authority(Work& work) {
  const long long now = work.context.clock.now().time_since_epoch().count();
  const long long until =
      work.kept().value("until", now + work.args().value("overlapSeconds", 0LL) * 1'000);
  if (!work.kept().contains("until")) work.keep("until", until);
  if (now < until)
    return Wait{std::min(Millis{until - now}, Millis{1'000}),
                fmt::format("clients to trust the other authority, too: {} more",
                            to_human(Millis{until - now})),
                true};
  cluster::use_next_authority(work.context.secrets);
  return Done{};
}

StepOutcome drop_authority(Work& work) {
  cluster::drop_former_authorities(work.context.secrets);
  return Done{};
}

}  // namespace ashlar::kafka
