// What somebody changed by hand is set again, while the server runs on.

#include <fmt/format.h>

#include "kinds/redis/observe/deviations.hpp"
#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {
namespace {

class Restoring {
 public:
  Restoring(Work& work, const NodePart& part, const Machine& machine)
      : work_(work),
        part_(part),
        machine_(machine),
        declared_(read_declared(work.context.secrets, work.spec, work.topology)) {
    if (!declared_.passwords)
      throw Error(ErrorCode::kInternal, "the cluster's credentials were never made");
  }

  void run() {
    const bool files_changed = restore_machine();
    const NodeView node = look();
    std::vector<Command> commands = restore_users(declared_users(part_, declared_),
                                                  also_valid_users(part_, declared_), node.users);
    if (part_.holds_data())
      restore_data_node(node, files_changed, commands);
    else
      restore_sentinel(node, commands);
    work_.ask(part_, machine_, commands, false);
  }

 private:
  /// Files, units, kernel parameters; whether any was changed.
  bool restore_machine() const {
    machine::Batch batch = declared_batch(
        work_.spec, part_.holds_data(),
        work_.spec.tls ? find_tls_files(work_.context.secrets, machine_.name) : std::nullopt);
    batch.keep_going = false;  // so that only what comes last can fail unnoticed
    const auto result = work_.run(machine_, batch, kStartTimeout);
    if (!failed_only_on_kernel_parameter(batch, result)) result.or_throw(machine_.name);
    return result.changed();
  }

  /// Users and directives as they are now, not as they were when this was planned.
  NodeView look() const {
    NodeView node;
    node.part = part_;
    node.machine = machine_;
    if (!part_.holds_data()) return look_at_sentinel(std::move(node));
    const auto replies =
        work_.ask(part_, machine_, observation_commands(work_.spec, work_.topology, part_), true);
    read_replies(node, work_.topology, Json(replies));
    return node;
  }

  /// Whether it has a quorum does not matter here.
  NodeView look_at_sentinel(NodeView node) const {
    const auto replies =
        work_.ask(part_, machine_, {{"SENTINEL", "MASTERS"}, {"ACL", "LIST"}}, true);
    for (const Json& master : replies.at(0)) node.watched[text_of(parse_flat_map(master), "name")];
    node.users = replies.at(1).get<std::vector<std::string>>();
    return node;
  }

  /// In one command, which Redis takes whole or not at all. Certificates are read again when they
  /// are named, also by the same name.
  void restore_data_node(const NodeView& node, bool files_changed,
                         std::vector<Command>& commands) const {
    Directives directives = changed_directives(node, declared_);
    if (files_changed && work_.spec.tls) {
      const Paths paths;
      directives["tls-cert-file"] = paths.certificate();
      directives["tls-key-file"] = paths.key();
      directives["tls-ca-cert-file"] = paths.authority();
    }
    Command set{"CONFIG", "SET"};
    for (const auto& [name, value] : directives) set.insert(set.end(), {name, value});
    if (!directives.empty()) commands.push_back(std::move(set));
    commands.push_back({"ACL", "SAVE"});
    commands.push_back({"CONFIG", "REWRITE"});
  }

  /// Sentinel does not tell how it logs in, so it is told.
  void restore_sentinel(const NodeView& node, std::vector<Command>& commands) const {
    const Passwords& passwords = *declared_.passwords;
    const std::string address = address_of(machine_);
    for (const auto& [group, watched] : node.watched)
      commands.push_back({"SENTINEL", "SET", group, "auth-user", kSentinelUser, "auth-pass",
                          passwords.sentinel.reveal(), "failover-timeout", "60000",
                          "parallel-syncs", "1"});
    commands.push_back({"SENTINEL", "CONFIG", "SET", "announce-ip", address});
    commands.push_back(
        {"SENTINEL", "CONFIG", "SET", "announce-port", std::to_string(kSentinelPort)});
    commands.push_back({"SENTINEL", "CONFIG", "SET", "sentinel-user", kSentinelPeerUser});
    commands.push_back(
        {"SENTINEL", "CONFIG", "SET", "sentinel-pass", passwords.sentinel_peer.reveal()});
    commands.push_back({"SENTINEL", "FLUSHCONFIG"});
  }

  Work& work_;
  const NodePart& part_;
  const Machine& machine_;
  const Declared declared_;
};

}  // namespace

StepOutcome restore(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  Restoring(work, part, machine).run();
  return Done{};
}

}  // namespace ashlar::redis
