// A node leaves the cluster: out of sight first, then stopped; and back again when that is undone.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "kinds/redis/work.hpp"

namespace ashlar::redis {
namespace {

/// After so many attempts in vain, a machine is no longer asked.
constexpr int kAskedInVain = 3;
constexpr int kBroughtBackInVain = 8;
/// Sentinels read a replica's INFO every ten seconds.
constexpr Millis kUnseenWithin{15'000};

void set_unit(const Work& work, const NodePart& part, const Machine& machine, bool run) {
  machine::Batch batch;
  batch.operations.push_back(machine::systemd_unit(part.holds_data() ? kRedisUnit : kSentinelUnit,
                                                   run, run ? "started" : "stopped"));
  work.run(machine, batch, kStartTimeout).or_throw(machine.name);
}

struct Sighting {
  std::string master_of;  // the sentinel that names it as master; empty: none
  std::string seen_by;    // the sentinel that lists it as a replica; empty: none
  std::string unrest;     // the sentinel that misses the master, or is failing over; empty: none
};

/// What the sentinels that answer say of a data node at `address`.
Sighting look_for(const Work& work, const std::string& group, const std::string& address) {
  Sighting sighting;
  for (const Machine& machine : work.context.machines.all()) {
    if (machine.role != "sentinel" || redis_address(machine).empty()) continue;
    const NodePart sentinel{machine.node, Role::kSentinel, {}, {}, {}};
    try {
      const auto replies = work.ask(sentinel, machine, {{"SENTINEL", "MASTERS"}}, true);
      for (const Json& entry : replies.at(0)) {
        const Info watched = parse_flat_map(entry);
        if (text_of(watched, "name") != group) continue;
        if (text_of(watched, "ip") == address) sighting.master_of = machine.node;
        const std::string flags = text_of(watched, "flags");
        if (flags.find("_down") != flags.npos || flags.find("failover") != flags.npos)
          sighting.unrest = machine.node;
        const auto listed = work.ask(sentinel, machine, {{"SENTINEL", "REPLICAS", group}}, true);
        for (const Json& replica : listed.at(0))
          if (text_of(parse_flat_map(replica), "ip") == address) sighting.seen_by = machine.node;
      }
    } catch (const Error&) {
      continue;  // a sentinel that does not answer sends no clients either
    }
  }
  return sighting;
}

StepOutcome hide_and_stop(Work& work, const NodePart& part, const Machine& machine) {
  const std::string address = redis_address(machine);
  const Sighting sighting = look_for(work, part.group, address);
  if (!sighting.master_of.empty())
    return Wait{Millis{1'000},
                fmt::format("{} names {} as the master of {}: it can leave only when another one "
                            "leads",
                            sighting.master_of, part.name, part.group)};
  // It may be the one that is about to be promoted.
  if (!sighting.unrest.empty())
    return Wait{Millis{1'000},
                fmt::format("{} to see a master of {} again", sighting.unrest, part.group)};
  const Json& data = work.context.step.state_data;
  const Time now = work.context.clock.now();
  if (!data.is_object() || !data.contains("hiddenAt")) {
    work.ask(part, machine, {{"CONFIG", "SET", "replica-announced", "no"}}, false);
    work.context.remember({{"hiddenAt", to_rfc3339(now)}});
    return Wait{kSoon, "the sentinels to send clients elsewhere", true};
  }
  const auto hidden_at = from_rfc3339(data["hiddenAt"].get<std::string>());
  if (!sighting.seen_by.empty() && hidden_at && now - *hidden_at < kUnseenWithin)
    return Wait{Millis{500}, fmt::format("{} to send clients elsewhere", sighting.seen_by)};
  set_unit(work, part, machine, false);
  return Done{};
}

}  // namespace

std::optional<Machine> master_by_sentinels(const Work& work, const std::string& group) {
  std::map<std::string, int> votes;
  int voters = 0;
  for (const Machine& machine : work.context.machines.all()) {
    if (machine.role != "sentinel" || redis_address(machine).empty()) continue;
    try {
      const NodePart sentinel{machine.node, Role::kSentinel, {}, {}, {}};
      const auto replies =
          work.ask(sentinel, machine, {{"SENTINEL", "GET-MASTER-ADDR-BY-NAME", group}}, true);
      const Json& reply = replies.at(0);
      if (!reply.is_array() || reply.empty() || !reply[0].is_string()) continue;
      ++voters;
      ++votes[reply[0].get<std::string>()];
    } catch (const Error&) {
      continue;  // the others decide
    }
  }
  for (const Machine& machine : work.context.machines.all())
    if (const auto found = votes.find(redis_address(machine));
        found != votes.end() && found->second * 2 > voters)
      return machine;
  return std::nullopt;
}

bool is_running(const Work& work, const NodePart& part, const Machine& machine) {
  machine::Batch batch;
  batch.check_only = true;
  batch.operations.push_back(
      machine::systemd_unit(part.holds_data() ? kRedisUnit : kSentinelUnit, false, "stopped"));
  const auto result = work.run(machine, batch, kAskTimeout);
  result.or_throw(machine.name);
  return result.results.at(0).data.value("active_state", "") == "active";
}

std::string named_as_master(const Work& work, const std::string& address) {
  for (const auto& group : work.topology.groups)
    if (auto sentinel = look_for(work, group.name, address).master_of; !sentinel.empty())
      return sentinel;
  return {};
}

namespace {

bool is_silence(const Error& error) {
  return error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout;
}

/// A machine that does not answer may come back at any time, and the sentinels would then remember
/// again who plays no part any more: the provider switches it off.
StepOutcome switch_off(Work& work, const Machine& machine, const Error& silence) {
  if (work.context.step.attempts < kAskedInVain) return Retry{silence};
  const std::string address = redis_address(machine);
  if (const auto sentinel = named_as_master(work, address); !sentinel.empty())
    return Wait{Millis{1'000}, fmt::format("{} does not answer, and {} names it as a master",
                                           machine.name, sentinel)};
  work.context.remember({{"switchedOff", true}});
  work.tools.machines.disconnect(fleet::target_of(machine).address);
  try {
    work.tools.cloud.power(machine.provider_id, cloud::PowerAction::kOff);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kNotFound) throw;  // gone altogether is as good
  }
  work.context.log(
      fmt::format("{} does not answer ({}); it was switched off, so that it cannot "
                  "come back",
                  machine.name, silence.message()));
  return Done{{{"switchedOff", true}}};
}

StepOutcome take_out(Work& work, const NodePart& part, const Machine& machine) {
  if (!is_running(work, part, machine)) {
    set_unit(work, part, machine, false);  // not at the next boot either
    return Done{};
  }
  if (part.holds_data() && !part.group.empty() && work.spec.sentinel)
    return hide_and_stop(work, part, machine);
  set_unit(work, part, machine, false);
  return Done{};
}

void bring_back(Work& work, const NodePart& part, const Machine& machine) {
  const Json& data = work.context.step.state_data;
  if (data.is_object() && data.value("switchedOff", false))
    work.tools.cloud.power(machine.provider_id, cloud::PowerAction::kOn);
  set_unit(work, part, machine, true);
  if (part.holds_data())
    work.ask(part, machine, {{"CONFIG", "SET", "replica-announced", "yes"}}, false);
}

}  // namespace

StepOutcome leave(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  try {
    return take_out(work, part, machine);
  } catch (const Error& error) {
    if (!is_silence(error)) throw;
    return switch_off(work, machine, error);
  }
}

/// What it missed it copies from whom it followed; the sentinels find it by its master's INFO. A
/// machine that has died meanwhile must not keep all the rest from being undone.
StepOutcome undo_leave(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  try {
    bring_back(work, part, machine);
  } catch (const Error& error) {
    if (!is_silence(error) || work.context.step.attempts < kBroughtBackInVain) throw;
    work.context.log(fmt::format("{} cannot be brought back ({}); healing replaces it",
                                 machine.name, error.message()));
  }
  return Done{};
}

}  // namespace ashlar::redis
