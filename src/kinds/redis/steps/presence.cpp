#include "kinds/redis/steps/presence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ashlar::redis {
namespace {

/// Sentinels read a replica's INFO every ten seconds.
constexpr Millis kUnseenWithin{15'000};

struct Sighting {
  std::string master_of;  // the sentinel that names it as master; empty: none
  std::string seen_by;    // the sentinel that lists it as a replica; empty: none
  std::string unrest;     // the sentinel that misses the master, or is failing over; empty: none
  std::string heirless;   // the sentinel that knows nobody else to promote; empty: none
};

/// What Sentinel itself asks of a replica before it promotes it.
bool promotable(const Info& replica) {
  const std::string flags = text_of(replica, "flags");
  return flags.find("_down") == flags.npos && flags.find("disconnected") == flags.npos &&
         text_of(replica, "master-link-status") == "ok" &&
         text_of(replica, "slave-priority") != "0";
}

/// What the sentinels that answer say of a data node at `address`.
Sighting look_for(const Work& work, const std::string& group, const std::string& address) {
  Sighting sighting;
  for (const Machine& machine : work.context.machines.all()) {
    if (machine.role != "sentinel" || address_of(machine).empty()) continue;
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
        bool has_heir = false;
        for (const Json& entry_of_replica : listed.at(0)) {
          const Info replica = parse_flat_map(entry_of_replica);
          if (text_of(replica, "ip") == address)
            sighting.seen_by = machine.node;
          else
            has_heir = has_heir || promotable(replica);
        }
        if (!has_heir) sighting.heirless = machine.node;
      }
    } catch (const Error&) {
      continue;  // a sentinel that does not answer sends no clients either
    }
  }
  return sighting;
}

/// A failover has made it the master, which no step of the plan knows of.
StepOutcome hand_away(Work& work, const NodePart& part, const Machine& machine) {
  // Those sentinels that do not know yet of a hand-over are told by the others.
  const auto leader = master_by_sentinels(work, part.group);
  if (!leader || leader->provider_id != machine.provider_id)
    return Wait{Millis{1'000}, fmt::format("all sentinels to name another master of {} than {}",
                                           part.group, part.name)};
  const auto followers = followers_of(work, part.group, machine);
  // What is newest stays longest.
  const auto heir = std::ranges::max_element(followers, {}, &Machine::created_at);
  if (heir == followers.end())
    return Wait{Millis{1'000},
                fmt::format("{} leads {}: it can leave only when another one has its data",
                            part.name, part.group)};
  work.context.remember({{"heir", heir->node}});
  return Wait{Millis{1}, fmt::format("{} to lead {} instead", heir->node, part.group), true};
}

}  // namespace

void set_unit(const Work& work, const NodePart& part, const Machine& machine, bool run) {
  machine::Batch batch;
  batch.operations.push_back(machine::systemd_unit(part.holds_data() ? kRedisUnit : kSentinelUnit,
                                                   run, run ? "started" : "stopped"));
  work.run(machine, batch, kStartTimeout).or_throw(machine.name);
}

StepOutcome hide(Work& work, const NodePart& part, const Machine& machine, bool needs_heir) {
  const Json& noted = work.context.step.state_data;
  if (noted.is_object() && noted.contains("heir")) {
    StepOutcome handed = hand_over(work, work.args().at("group"), noted["heir"], "away");
    if (!std::holds_alternative<Done>(handed)) return handed;
    work.context.remember(Json::object());
    return Wait{Millis{1}, fmt::format("{} to lead no more", part.name), true};
  }
  const std::string address = address_of(machine);
  const Sighting sighting = look_for(work, part.group, address);
  if (!sighting.master_of.empty()) return hand_away(work, part, machine);
  // It may be the one that is about to be promoted.
  if (!sighting.unrest.empty())
    return Wait{Millis{1'000},
                fmt::format("{} to see a master of {} again", sighting.unrest, part.group)};
  // Sentinels hear of a new replica by the master's INFO, up to ten seconds after it has joined.
  // Was the last one that they know hidden before, nobody could be promoted when the master dies.
  if (needs_heir && !sighting.heirless.empty())
    return Wait{Millis{500}, fmt::format("{} to know another replica of {} that it could promote",
                                         sighting.heirless, part.group)};
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
  return Done{};
}

std::optional<Machine> master_by_sentinels(const Work& work, const std::string& group) {
  std::map<std::string, int> votes;
  int voters = 0;
  for (const Machine& machine : work.context.machines.all()) {
    if (machine.role != "sentinel" || address_of(machine).empty()) continue;
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
    if (const auto found = votes.find(address_of(machine));
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

void bring_back(Work& work, const NodePart& part, const Machine& machine) {
  const Json& data = work.context.step.state_data;
  if (data.is_object() && data.value("switchedOff", false))
    work.tools.cloud.power(machine.provider_id, cloud::PowerAction::kOn);
  set_unit(work, part, machine, true);
  // Kept, since a failover may have kept that it hides.
  if (part.holds_data())
    work.ask(part, machine, {{"CONFIG", "SET", "replica-announced", "yes"}, {"CONFIG", "REWRITE"}},
             false);
}

std::optional<StepOutcome> follow_leader(Work& work, const NodePart& part, const Machine& machine) {
  const auto leader = master_by_sentinels(work, part.group);
  if (!leader || leader->provider_id == machine.provider_id) return std::nullopt;
  const auto replies = work.ask(part, machine, {{"INFO", "replication"}}, true);
  const Info info = parse_info(replies.at(0).get<std::string>());
  if (text_of(info, "master_host") == address_of(*leader)) return std::nullopt;
  work.ask(part, machine,
           {{"REPLICAOF", address_of(*leader), std::to_string(kRedisPort)}, {"CONFIG", "REWRITE"}},
           false);
  return Wait{kSoon, fmt::format("{} to follow {}", part.name, leader->node)};
}

}  // namespace ashlar::redis
