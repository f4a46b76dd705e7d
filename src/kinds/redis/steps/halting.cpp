// Stopping a cluster with all its data on disk, and starting it so that the newest data lead.

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "kinds/redis/observe/drift.hpp"
#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {
namespace {

constexpr const char* kStopPause = "120000";  // ms: until the unit is stopped
/// More than any group has: a node that nobody has chosen yet must not take writes.
constexpr const char* kNoWrites = "100";

NodePart data_part(const std::string& node, const std::string& group) {
  return {node, Role::kReplica, group, {}, {}};
}

machine::Batch unit_batch(bool run) {
  machine::Batch batch;
  batch.operations.push_back(machine::systemd_unit(kRedisUnit, run, run ? "started" : "stopped"));
  return batch;
}

bool is_running(const Work& work, const Machine& machine) {
  machine::Batch batch = unit_batch(false);
  batch.check_only = true;
  const auto result = work.run(machine, batch, kAskTimeout);
  result.or_throw(machine.name);
  return result.results.at(0).data.value("active_state", "") == "active";
}

/// A configuration as Redis keeps it, changed so that the node stands alone and takes no writes.
std::string isolated(const std::string& conf) {
  std::istringstream lines(conf);
  std::string result;
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("replicaof ") && !line.starts_with("min-replicas-to-write "))
      result += line + "\n";
  return result + fmt::format("min-replicas-to-write {}\n", kNoWrites);
}

class Arbitration {
 public:
  explicit Arbitration(Work& work)
      : work_(work),
        group_(work.topology.group(work.args().at("group").get<std::string>())),
        members_(group_.members()) {}

  StepOutcome run() {
    const Json& data = work_.context.step.state_data;
    if (data.is_object() && data.contains("leader")) return follow(data["leader"]);
    for (const auto& member : members_) start_alone(member);
    return choose();
  }

 private:
  void start_alone(const std::string& member) {
    const Machine machine = work_.machine_of(member);
    if (is_running(work_, machine)) return;
    const Paths paths;
    machine::Batch read;
    read.operations.push_back(machine::file_content(paths.redis_conf()));
    const auto found = work_.run(machine, read, kAskTimeout);
    found.or_throw(machine.name);
    machine::Batch start;
    start.operations.push_back(machine::file(
        paths.redis_conf(), isolated(found.results.at(0).data.value("content", std::string())),
        "0640", "redis", "redis"));
    start.operations.push_back(unit_batch(true).operations.front());
    work_.run(machine, start, kStartTimeout).or_throw(machine.name);
  }

  /// The offset counts what a node has ever taken. Where it was not kept (with an append-only file
  /// it begins anew), all are equal, and who led before leads again: what a master acknowledged, it
  /// has.
  StepOutcome choose() {
    const std::string last = work_.args().at("lastMaster");
    std::string leader;
    long long highest = -1;
    Json offsets = Json::object();
    for (const auto& member : members_) {
      const Info info = work_.info(data_part(member, group_.name), work_.machine_of(member));
      if (text_of(info, "loading") == "1")
        return Wait{Millis{500}, fmt::format("{} to load its data", member), true};
      const long long offset = number_of(info, "master_repl_offset");
      offsets[member] = offset;
      if (offset < highest || (offset == highest && member != last)) continue;
      highest = offset;
      leader = member;
    }
    work_.context.log(
        fmt::format("{} has the newest data of {}: {}", leader, group_.name, dump(offsets)));
    work_.keep("leader", leader);
    return follow(leader);
  }

  StepOutcome follow(const std::string& leader) {
    const std::string address = address_of(work_.machine_of(leader));
    const Settings wanted = settings_of(work_.spec, group_);
    for (const auto& member : members_) {
      std::vector<Command> commands;
      if (member != leader)
        commands.push_back({"REPLICAOF", address, std::to_string(kRedisPort)});
      else
        commands.push_back({"REPLICAOF", "NO", "ONE"});
      commands.push_back(
          {"CONFIG", "SET", "min-replicas-to-write", std::to_string(wanted.min_replicas_to_write)});
      commands.push_back({"CONFIG", "REWRITE"});
      work_.ask(data_part(member, group_.name), work_.machine_of(member), commands, false);
    }
    return Done{{{"master", leader}}};
  }

  Work& work_;
  const Group& group_;
  const std::vector<std::string> members_;
};

/// Writes stop, and every replica that is connected gets what was acknowledged.
std::string behind(const Work& work, const NodePart& part, const Machine& machine) {
  work.ask(part, machine, {{"CLIENT", "PAUSE", kStopPause, "WRITE"}}, false);
  const Info info = work.info(part, machine);
  const long long offset = number_of(info, "master_repl_offset");
  for (const auto& [field, value] : info) {
    if (!field.starts_with("slave") || field.find_first_not_of("0123456789", 5) != field.npos)
      continue;
    const auto at = value.find("offset=");
    if (at == value.npos || value.find("state=online") == value.npos) continue;
    if (std::stoll(value.substr(at + 7)) < offset) return field;
  }
  return {};
}

/// `leads`: whether it is the master when it says so, and not merely one that nobody has led yet.
StepOutcome save_and_stop(Work& work, const NodePart& part, bool leads) {
  const Machine machine = work.machine_of(part.name);
  if (is_running(work, machine)) {
    const Info info = work.info(part, machine);
    if (leads && text_of(info, "role") == "master") {
      if (!behind(work, part, machine).empty())
        return Wait{Millis{200}, "replicas to take the last writes", true};
      // Where offsets are not kept, they cannot tell it when the cluster is started again.
      work.context.patch_status({{"lastMasters", {{part.group, part.name}}}});
    }
    // An append-only file is complete when the server ends; a snapshot is made for the others.
    if (work.spec.persistence != Persistence::kAof) work.save(part, machine);
  }
  work.run(machine, unit_batch(false), kStartTimeout).or_throw(machine.name);
  return Done{};
}

}  // namespace

StepOutcome save_and_stop(Work& work) {
  return save_and_stop(work, work.part(), true);
}

StepOutcome undo_save_and_stop(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  // One that was not stopped yet may still pause its clients' writes.
  if (is_running(work, machine)) work.ask(part, machine, {{"CLIENT", "UNPAUSE"}}, false);
  work.run(machine, unit_batch(true), kStartTimeout).or_throw(machine.name);
  return Done{};
}

StepOutcome arbitrate(Work& work) {
  return Arbitration(work).run();
}

/// The machines are switched off again next. Without an append-only file, what clients wrote
/// meanwhile is in memory only.
StepOutcome undo_arbitrate(Work& work) {
  const std::string group = work.args().at("group");
  const Json& data = work.context.step.state_data;
  std::string leader = data.is_object() ? data.value("leader", "") : "";
  if (const auto master = master_by_sentinels(work, group); master && !leader.empty())
    leader = master->node;
  std::vector<std::string> members = work.topology.group(group).members();
  // The master last: sentinels may be at work already, and would promote who has less.
  std::ranges::stable_partition(members, [&](const auto& name) { return name != leader; });
  for (const auto& member : members) {
    try {
      auto outcome = save_and_stop(work, data_part(member, group), member == leader);
      if (!std::holds_alternative<Done>(outcome)) return outcome;
    } catch (const Error& error) {
      if (!is_silence(error) || work.context.step.attempts < kAskedInVain) throw;
      work.context.log(
          fmt::format("{} cannot be asked to save its data ({})", member, error.message()));
    }
  }
  return Done{};
}

}  // namespace ashlar::redis
