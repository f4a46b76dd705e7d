// A service that runs and does not let Ashlar in any more: whatever Ashlar would say to it is not
// heard, but its machine can be worked on. It reads its users when it starts, so it is started anew
// with the right ones; a master only where nothing that it confirmed is lost by that.

#include <fmt/format.h>

#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {
namespace {

constexpr int kMostRestarts = 3;

bool refuses(const Work& work, const NodePart& part, const Machine& machine) {
  machine::Batch batch;
  batch.keep_going = true;
  batch.operations.push_back(redis_operation(work.speaker(part, machine), {{"INFO"}}, true, false));
  const auto result = work.run(machine, batch, kAskTimeout);
  return !result.results.empty() && is_refusal(result.results.front());
}

const char* unit_of(const NodePart& part) {
  return part.holds_data() ? kRedisUnit : kSentinelUnit;
}

/// SIGTERM lets replicas have all that was confirmed, and saves what persistence keeps.
StepOutcome start_anew(const Work& work, const NodePart& part, const Machine& machine) {
  machine::Batch batch;
  batch.operations = {machine::systemd_unit(unit_of(part), true, "stopped"),
                      machine::systemd_unit(unit_of(part), true, "started")};
  work.run(machine, batch, kStartTimeout).or_throw(machine.name);
  return Wait{kSoon, fmt::format("{} to let Ashlar in, started anew with its users", part.name),
              true};
}

Fail would_lose_data(const NodePart& part, const char* why) {
  return Fail{Error(
      ErrorCode::kConflict,
      fmt::format("{} does not let Ashlar's user in, and {}: started anew, it would lose its data",
                  part.name, why),
      "give it its users back as somebody who may: ACL LOAD")};
}

class Readmission {
 public:
  Readmission(Work& work, const Machine& machine)
      : work_(work), machine_(machine), part_(work.part()) {
    if (work.context.step.state_data.is_object()) noted_ = work.context.step.state_data;
  }

  std::optional<StepOutcome> run() {
    if (noted_.value("madeWay", false)) follow_who_leads();
    if (!refuses(work_, part_, machine_)) return std::nullopt;
    if (noted_.value("restarts", 0) >= kMostRestarts)
      return Fail{Error(ErrorCode::kMachine,
                        fmt::format("{} does not let Ashlar's user in, also when it is started "
                                    "anew with its users",
                                    part_.name),
                        fmt::format("its log may say why: journalctl -u {}", unit_of(part_)))};
    return part_.holds_data() ? restart_data_node() : restart_sentinel();
  }

 private:
  void note(const char* what, Json value) {
    noted_[what] = std::move(value);
    work_.context.remember(noted_);
  }

  void count_restart() { note("restarts", noted_.value("restarts", 0) + 1); }

  StepOutcome restart_data_node() {
    const bool keeps = work_.spec.persistence != Persistence::kNone;
    if (!work_.spec.sentinel && !keeps)
      return would_lose_data(part_, "what it holds is in memory only");
    const bool leads = work_.spec.sentinel && !named_as_master(work_, address_of(machine_)).empty();
    if (!leads && !keeps && !master_by_sentinels(work_, part_.group))
      return Wait{Millis{500}, fmt::format("the sentinels to say who leads {}", part_.group)};
    count_restart();
    if (!leads) return start_anew(work_, part_, machine_);
    if (!followers_of(work_, part_.group, machine_).empty()) return make_way();
    if (!keeps) return would_lose_data(part_, "nobody follows it who could lead instead");
    return start_anew(work_, part_, machine_);
  }

  /// It comes back when the sentinels have let another one lead: see await_failover().
  StepOutcome make_way() {
    note("madeWay", true);
    machine::Batch batch;
    batch.operations = {machine::systemd_unit(kRedisUnit, true, "stopped")};
    work_.run(machine_, batch, kStartTimeout).or_throw(machine_.name);
    return Wait{kSoon, fmt::format("the sentinels to let another node lead {}", part_.group), true};
  }

  /// The sentinels would see to it within seconds, in which it would take writes.
  void follow_who_leads() {
    const auto leader = master_by_sentinels(work_, part_.group);
    if (!leader || leader->provider_id == machine_.provider_id) return;
    work_.ask(
        part_, machine_,
        {{"REPLICAOF", address_of(*leader), std::to_string(kRedisPort)}, {"CONFIG", "REWRITE"}},
        false);
  }

  /// Sentinel keeps its users in the file that it writes, with all that it knows.
  StepOutcome restart_sentinel() {
    if (const auto fault = unrest(); !fault.empty()) return Wait{Millis{500}, fault};
    count_restart();
    const std::string path = Paths{}.sentinel_conf();
    machine::Batch stopping;
    stopping.operations = {machine::systemd_unit(kSentinelUnit, true, "stopped"),
                           machine::file_content(path)};
    const auto stopped = work_.run(machine_, stopping, kStartTimeout);
    stopped.or_throw(machine_.name);
    const std::string known = stopped.results.at(1).data.value("content", std::string());
    const Passwords passwords = read_passwords(work_.context.secrets);
    machine::Batch starting;
    starting.operations = {
        machine::file(path, with_users(known, passwords), "0640", "redis", "redis"),
        machine::systemd_unit(kSentinelUnit, true, "started")};
    work_.run(machine_, starting, kStartTimeout).or_throw(machine_.name);
    return Wait{kSoon, fmt::format("{} to let Ashlar in, started anew with its users", part_.name),
                true};
  }

  /// The others keep the quorum; of those that answer, none may be in the middle of a failover.
  std::string unrest() const {
    const ClusterView view = observe_cluster(work_.observer());
    for (const NodeView* other : view.sentinels())
      for (const auto& [group, watched] : other->watched)
        if (other->active() && (watched.failing_over || watched.master_down))
          return fmt::format("{} to be calm", group);
    return {};
  }

  Work& work_;
  const Machine& machine_;
  const NodePart part_;
  Json noted_ = Json::object();
};

}  // namespace

std::optional<StepOutcome> readmit(Work& work, const Machine& machine) {
  return Readmission(work, machine).run();
}

}  // namespace ashlar::redis
