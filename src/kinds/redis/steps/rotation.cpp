// New passwords and new certificates while clients go on working.

#include <fmt/format.h>

#include "base/certificate.hpp"
#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {
namespace {

struct UserPassword {
  const char* user;
  const Secret& password;
};

/// Who may log in at a data node, or at a sentinel.
std::vector<UserPassword> users_of(const NodePart& part, const Passwords& passwords) {
  if (!part.holds_data())
    return {{"default", passwords.system},
            {kOperatorUser, passwords.operator_user},
            {kSentinelPeerUser, passwords.sentinel_peer}};
  return {{"default", passwords.system},
          {kOperatorUser, passwords.operator_user},
          {kReplicationUser, passwords.replication},
          {kSentinelUser, passwords.sentinel}};
}

Command keep(const NodePart& part) {
  return part.holds_data() ? Command{"ACL", "SAVE"} : Command{"SENTINEL", "FLUSHCONFIG"};
}

/// Nobody is cut off: whoever is logged in stays so.
void set_passwords(Work& work, const Passwords& passwords, bool only) {
  const NodePart part = work.part();
  std::vector<Command> commands;
  for (const auto& [user, password] : users_of(part, passwords)) {
    Command command{"ACL", "SETUSER", user};
    if (only) command.emplace_back("resetpass");
    command.push_back("#" + password_hash(password));
    commands.push_back(std::move(command));
  }
  commands.push_back(keep(part));
  work.ask(part, work.machine_of(part.name), commands, false);
}

/// How the nodes log in at each other.
std::vector<Command> use_commands(const Work& work, const NodePart& part,
                                  const Passwords& passwords) {
  if (part.holds_data())
    return {{"CONFIG", "SET", "masterauth", passwords.replication.reveal()}, {"CONFIG", "REWRITE"}};
  std::vector<Command> commands;
  commands.reserve(work.topology.groups.size() + 2);
  for (const auto& group : work.topology.groups)
    commands.push_back({"SENTINEL", "SET", group.name, "auth-pass", passwords.sentinel.reveal()});
  commands.push_back(
      {"SENTINEL", "CONFIG", "SET", "sentinel-pass", passwords.sentinel_peer.reveal()});
  commands.push_back(keep(part));
  return commands;
}

Json used_at(const Work& work) {
  return {{"usedAt", to_rfc3339(work.context.clock.now())}};
}

machine::Batch certificate_batch(const NodePart& part, const TlsFiles& files) {
  machine::Batch batch;
  const Paths paths;
  add_server_files(batch, paths, files);
  if (part.holds_data()) return batch;
  // Sentinel does not read a changed certificate again.
  batch.operations.push_back(machine::systemd_unit(
      kSentinelUnit, true, "started", {paths.authority(), paths.certificate(), paths.key()}));
  return batch;
}

/// Redis reads the files again when it is told their names, also when those are the same.
std::vector<Command> reload_commands() {
  const Paths paths;
  return {{"CONFIG", "SET", "tls-cert-file", paths.certificate(), "tls-key-file", paths.key(),
           "tls-ca-cert-file", paths.authority()}};
}

}  // namespace

std::string needed_sentinel(const Work& work, const NodePart& sentinel) {
  const ClusterView view = observe_cluster(work.observer());
  for (const NodeView* other : view.sentinels()) {
    if (other->part.name == sentinel.name) continue;
    if (!other->active()) return fmt::format("{} is not working", other->part.name);
    for (const auto& [group, watched] : other->watched)
      if (!watched.has_quorum || watched.failing_over || watched.master_down)
        return fmt::format("{} is not calm", group);
  }
  return {};
}

StepOutcome make_passwords(Work& work) {
  make_next_passwords(work.context.secrets, work.args().value("given", false));
  return Done{};
}

/// Otherwise the next rotation would take these for its own.
StepOutcome undo_make_passwords(Work& work) {
  for (const char* name : {secret_name::kSystem, secret_name::kOperator, secret_name::kReplication,
                           secret_name::kSentinel, secret_name::kSentinelPeer})
    work.context.secrets.remove(secret_name::next(name));
  return Done{};
}

StepOutcome add_passwords(Work& work) {
  set_passwords(work, read_next_passwords(work.context.secrets), false);
  return Done{};
}

StepOutcome undo_add_passwords(Work& work) {
  set_passwords(work, read_passwords(work.context.secrets), true);
  return Done{};
}

StepOutcome use_passwords(Work& work) {
  // A repeated attempt that got as far as the secrets finds nothing next any more.
  if (!work.context.secrets.find(secret_name::next(secret_name::kSystem)) &&
      !work.context.secrets.find(secret_name::next(secret_name::kSentinelPeer)))
    return Done{used_at(work)};
  const Json& data = work.context.step.state_data;
  if (!data.is_object() || !data.contains("told")) {
    const Passwords passwords = read_next_passwords(work.context.secrets);
    for (const auto& part : work.topology.nodes)
      work.ask(part, work.machine_of(part.name), use_commands(work, part, passwords), false);
    work.keep("told", true);
  }
  use_next_passwords(work.context.secrets);
  return Done{used_at(work)};
}

StepOutcome drop_passwords(Work& work) {
  const auto since =
      from_rfc3339(work.context.output_of("redis.password.use").at("usedAt").get<std::string>());
  const Millis overlap{work.args().at("overlapSeconds").get<long long>() * 1'000};
  const Millis left = since ? *since + overlap - work.context.clock.now() : Millis{0};
  if (left > Millis{0})
    return Wait{std::min(left, Millis{5'000}), "clients to change to the new password", true};
  set_passwords(work, read_passwords(work.context.secrets), true);
  return Done{};
}

StepOutcome renew_certificate(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  const Json& data = work.context.step.state_data;
  const Time now = work.context.clock.now();
  const CertificateRequest request = certificate_request(work.spec, machine);
  const int days = work.spec.certificate_days;
  const bool renewed = data.is_object() && data.value("renewed", false);
  if (!renewed && !part.holds_data())
    if (const auto fault = needed_sentinel(work, part); !fault.empty())
      return Wait{Millis{500}, fault};
  const TlsFiles files =
      renewed ? ensure_tls_files(work.context.secrets, request, machine.name, days, now)
              : renew_tls_files(work.context.secrets, request, machine.name, days, now);
  if (!renewed) work.keep("renewed", true);
  work.run(machine, certificate_batch(part, files), kStartTimeout).or_throw(machine.name);
  if (part.holds_data()) work.ask(part, machine, reload_commands(), false);
  return Done{{{"expiresAt", to_rfc3339(read_certificate(files.certificate).expires_at)}}};
}

}  // namespace ashlar::redis
