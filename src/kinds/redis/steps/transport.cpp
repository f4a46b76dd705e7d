// Switching TLS on or off where data nodes stand, without a restart.

#include <fmt/format.h>

#include <algorithm>

#include "base/certificate.hpp"
#include "kinds/redis/server/batches.hpp"
#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {
namespace {

/// The port that is closed comes first: both are the same number.
Command transport_command(const ServerConfig& server) {
  const std::string port = std::to_string(server.self.port);
  if (!server.tls) return {"CONFIG", "SET", "tls-replication", "no", "tls-port", "0", "port", port};
  return {"CONFIG",
          "SET",
          "tls-cert-file",
          server.paths.certificate(),
          "tls-key-file",
          server.paths.key(),
          "tls-ca-cert-file",
          server.paths.authority(),
          "tls-auth-clients",
          "optional",
          "tls-protocols",
          "TLSv1.2 TLSv1.3",
          "tls-replication",
          "yes",
          "port",
          "0",
          "tls-port",
          port};
}

/// Connections outlive the port that they came by: those of clients, and those between the nodes.
std::vector<Command> hang_up_commands() {
  std::vector<Command> commands;
  for (const char* type : {"normal", "pubsub", "replica", "master"})
    commands.push_back({"CLIENT", "KILL", "TYPE", type, "SKIPME", "yes"});
  return commands;
}

bool answers(const Work& work, const Machine& machine, const Speaker& speaker) {
  machine::Batch batch;
  batch.operations.push_back(redis_operation(speaker, {{"PING"}}, true, true));
  const auto result = work.run(machine, batch, kAskTimeout);
  return !result.results.empty() && result.results.front().ok;
}

/// A data node of which it is not known yet, or not any more, how it speaks.
struct Found {
  std::string node;
  Info info;
  bool changed = false;  // speaks as it shall
};

Found look_at(const Work& work, const std::string& node, const std::string& group) {
  const Machine machine = work.machine_of(node);
  const Speaker wanted = work.speaker({node, Role::kReplica, group, {}, {}}, machine);
  Speaker former = wanted;
  former.tls = !wanted.tls;
  const bool changed = answers(work, machine, wanted);
  machine::Batch batch;
  batch.operations.push_back(redis_operation(changed ? wanted : former, {{"INFO"}}, true, true));
  const auto result = work.run(machine, batch, kAskTimeout);
  result.or_throw(machine.name);
  const Json& replies = result.results.at(0).data.at("replies");
  return {node, parse_info(replies.at(0).get<std::string>()), changed};
}

void put_files(const Work& work, const Machine& machine) {
  machine::Batch batch;
  add_server_files(
      batch, Paths(),
      ensure_tls_files(work.context.secrets, certificate_request(work.spec, machine), machine.name,
                       work.spec.certificate_days, work.context.clock.now()));
  work.run(machine, batch, kStartTimeout).or_throw(machine.name);
}

}  // namespace

StepOutcome wait_until_settled(Work& work) {
  const std::string group = work.args().at("group");
  std::vector<Found> members;
  for (const auto& member : work.topology.group(group).members())
    members.push_back(look_at(work, member, group));
  const auto leads = [](const Found& found) { return text_of(found.info, "role") == "master"; };
  const auto masters = std::ranges::count_if(members, leads);
  if (masters != 1)
    return Wait{Millis{500}, fmt::format("one node to lead {}, where {} do", group, masters)};
  // Half of them changed, by a plan that was not carried through: the others cannot follow.
  if (std::ranges::any_of(members, &Found::changed)) return Done{};
  for (const Found& member : members)
    if (!leads(member) && text_of(member.info, "master_link_status") != "up")
      return Wait{Millis{500}, fmt::format("{} to follow the master of {}", member.node, group)};
  return Done{};
}

StepOutcome change_transport(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  const Speaker wanted = work.speaker(part, machine);
  Speaker former = wanted;
  former.tls = !wanted.tls;
  if (wanted.tls) put_files(work, machine);

  ServerConfig server;
  server.self = {address_of(machine), kRedisPort};
  server.tls = wanted.tls;
  std::vector<Command> commands{transport_command(server), {"CONFIG", "REWRITE"}};
  for (auto& command : hang_up_commands()) commands.push_back(std::move(command));
  // Said again where it is so already: an earlier attempt may have died before it was kept.
  const bool changed = !answers(work, machine, wanted);
  machine::Batch batch;
  batch.operations.push_back(redis_operation(changed ? former : wanted, commands, false, true));
  work.run(machine, batch, kAskTimeout).or_throw(machine.name);
  if (!answers(work, machine, wanted))
    return Wait{kSoon,
                fmt::format("{} to answer {} TLS", part.name, wanted.tls ? "with" : "without")};
  return Done{{{"changed", changed}}};
}

}  // namespace ashlar::redis
