// What runs is brought to other settings by command: Redis and Sentinel own their files.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {
namespace {

Directives directives_of(const Json& wanted) {
  const std::string persistence = wanted.at("persistence");
  const int guard = wanted.at("minReplicasToWrite");
  return {{"maxmemory", std::to_string(wanted.at("maxMemoryBytes").get<long long>())},
          {"maxmemory-policy", wanted.at("maxMemoryPolicy")},
          {"appendonly", persistence == "aof" ? "yes" : "no"},
          {"save", persistence == "rdb" ? std::string(kSavePoints) : std::string()},
          {"min-replicas-to-write", std::to_string(guard)},
          {"min-replicas-max-lag", "10"}};
}

Directives read_directives(const Work& work, const NodePart& part, const Machine& machine,
                           const Directives& names) {
  Command get{"CONFIG", "GET"};
  for (const auto& [name, value] : names) get.push_back(name);
  return parse_flat_map(work.ask(part, machine, {get}, true).at(0));
}

/// All in one command: Redis takes all of them or none.
void set_directives(const Work& work, const NodePart& part, const Machine& machine,
                    const Directives& wanted) {
  if (wanted.empty()) return;
  Command set{"CONFIG", "SET"};
  for (const auto& [name, value] : wanted) {
    set.push_back(name);
    set.push_back(value);
  }
  work.ask(part, machine, {set, {"CONFIG", "REWRITE"}}, false);
}

/// One sentinel while it is brought to watch what it should.
class Watching {
 public:
  explicit Watching(Work& work)
      : work_(work), part_(work.part()), machine_(work.machine_of(part_.name)) {}

  StepOutcome run() {
    const auto present = read_masters();
    for (const auto& [group, watched] : present)
      if (!work_.args().at("groups").contains(group)) ask({{"SENTINEL", "REMOVE", group}});
    for (const auto& [group, master] : work_.args().at("groups").items()) {
      const auto found = present.find(group);
      if (found == present.end())
        monitor(group, address_of(work_.machine_of(master)));
      else
        adjust(group, found->second);
    }
    return Done{};
  }

 private:
  void ask(const std::vector<Command>& commands) { work_.ask(part_, machine_, commands, false); }

  std::map<std::string, Info> read_masters() {
    std::map<std::string, Info> masters;
    const auto replies = work_.ask(part_, machine_, {{"SENTINEL", "MASTERS"}}, true);
    for (const Json& entry : replies.at(0)) {
      Info fields = parse_flat_map(entry);
      const std::string name = text_of(fields, "name");
      masters.emplace(name, std::move(fields));
    }
    return masters;
  }

  std::string quorum() const { return std::to_string(work_.args().at("quorum").get<int>()); }
  std::string down_after() const {
    return std::to_string(work_.args().at("downAfterMilliseconds").get<int>());
  }

  /// The credentials follow at once: a sentinel that has met a master without them holds it to be
  /// down for good.
  void monitor(const std::string& group, const std::string& address) {
    const Passwords passwords = read_passwords(work_.context.secrets);
    ask({{"SENTINEL", "MONITOR", group, address, std::to_string(kRedisPort), quorum()},
         {"SENTINEL", "SET", group, "auth-user", kSentinelUser, "auth-pass",
          passwords.sentinel.reveal(), "down-after-milliseconds", down_after(), "failover-timeout",
          "60000", "parallel-syncs", "1"}});
  }

  void adjust(const std::string& group, const Info& watched) {
    if (text_of(watched, "quorum") != quorum())
      ask({{"SENTINEL", "SET", group, "quorum", quorum()}});
    if (text_of(watched, "down-after-milliseconds") != down_after())
      ask({{"SENTINEL", "SET", group, "down-after-milliseconds", down_after()}});
  }

  Work& work_;
  const NodePart part_;
  const Machine machine_;
};

}  // namespace

StepOutcome apply_settings(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  const Directives wanted = directives_of(work.args());
  const Directives present = read_directives(work, part, machine, wanted);
  const Json& data = work.context.step.state_data;
  if (!data.is_object() || !data.contains("before")) work.keep("before", present);
  const Directives different = differing(wanted, present);
  set_directives(work, part, machine, different);
  return Done{{{"changed", !different.empty()}}};
}

StepOutcome undo_settings(Work& work) {
  const Json& data = work.context.step.state_data;
  if (!data.is_object() || !data.contains("before")) return Done{};
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  const auto before = data["before"].get<Directives>();
  set_directives(work, part, machine,
                 differing(before, read_directives(work, part, machine, before)));
  return Done{};
}

StepOutcome watch_groups(Work& work) {
  return Watching(work).run();
}

StepOutcome follow_group(Work& work) {
  const NodePart part = work.part();
  // Another one may have been promoted since the plan was made.
  const auto master = master_by_sentinels(work, work.args().at("group"));
  const std::string leader =
      address_of(master ? *master : work.machine_of(work.args().at("leader")));
  work.ask(part, work.machine_of(part.name),
           {{"REPLICAOF", leader, std::to_string(kRedisPort)}, {"CONFIG", "REWRITE"}}, false);
  return Done{};
}

}  // namespace ashlar::redis
