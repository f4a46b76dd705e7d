// A node leaves the cluster: out of sight first, then stopped; and back again when that is undone.

#include <fmt/format.h>

#include "kinds/fleet/forwarding.hpp"
#include "kinds/redis/steps/presence.hpp"

namespace ashlar::redis {
namespace {

constexpr int kBroughtBackInVain = 8;

/// A machine that does not answer may come back at any time, and the sentinels would then remember
/// again who plays no part any more: the provider switches it off.
StepOutcome switch_off(Work& work, const Machine& machine, const Error& silence) {
  if (work.context.step.attempts < kAskedInVain) return Retry{silence};
  const std::string address = address_of(machine);
  if (const auto sentinel = named_as_master(work, address); !sentinel.empty())
    return Wait{Millis{1'000}, fmt::format("{} does not answer, and {} names it as a master",
                                           machine.name, sentinel)};
  work.keep("switchedOff", true);
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

/// Whoever leaves a group for good leaves others behind.
bool needs_heir(const Work& work, const NodePart& part) {
  const Group* group = work.topology.find_group(part.group);
  return group != nullptr && !group->replicas.empty();
}

StepOutcome take_out(Work& work, const NodePart& part, const Machine& machine) {
  const bool is_watched = part.holds_data() && !part.group.empty() && work.spec.sentinel;
  if (is_watched && is_running(work, part, machine)) {
    StepOutcome hidden = hide(work, part, machine, needs_heir(work, part));
    if (!std::holds_alternative<Done>(hidden)) return hidden;
  }
  set_unit(work, part, machine, false);  // not at the next boot either
  return Done{};
}

/// Clients know the address for as long as nobody has given them another one, and may begin anew at
/// any time.
void lead_on(const Work& work, const NodePart& part, const Machine& machine) {
  const Json successor = work.args().value("successor", Json());
  if (part.holds_data() || !successor.is_string()) return;
  machine::Batch batch;
  fleet::add_forwarding(batch, {address_of(machine), kSentinelPort,
                                address_of(work.machine_of(successor.get<std::string>()))});
  work.run(machine, batch, kStartTimeout).or_throw(machine.name);
}

void end_leading_on(const Work& work, const NodePart& part, const Machine& machine) {
  if (part.holds_data() || !work.args().contains("successor")) return;
  machine::Batch batch;
  fleet::add_end_of_forwarding(batch);
  work.run(machine, batch, kStartTimeout).or_throw(machine.name);
}

/// Who came instead of it is destroyed next, so it must have what was written without it.
StepOutcome catch_up(Work& work, const NodePart& part, const Machine& machine) {
  if (auto wait = follow_leader(work, part, machine)) return *std::move(wait);
  const auto replies = work.ask(part, machine, {{"INFO", "replication"}}, true);
  const Info info = parse_info(replies.at(0).get<std::string>());
  if (text_of(info, "role") == "master" || text_of(info, "master_link_status") == "up")
    return Done{};
  return Wait{Millis{500}, fmt::format("{} to have what it missed of {}", part.name, part.group)};
}

}  // namespace

StepOutcome leave(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  try {
    StepOutcome left = take_out(work, part, machine);
    if (std::holds_alternative<Done>(left)) lead_on(work, part, machine);
    return left;
  } catch (const Error& error) {
    // One that is stopped for a moment only must be there afterwards.
    if (!is_silence(error) || work.args().value("returns", false)) throw;
    return switch_off(work, machine, error);
  }
}

/// The sentinels find it by its master's INFO. A machine that has died meanwhile must not keep all
/// the rest from being undone.
StepOutcome undo_leave(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  try {
    end_leading_on(work, part, machine);
    bring_back(work, part, machine);
    if (part.holds_data() && !part.group.empty() && work.spec.sentinel)
      return catch_up(work, part, machine);
  } catch (const Error& error) {
    if (!is_silence(error) || work.context.step.attempts < kBroughtBackInVain) throw;
    work.context.log(fmt::format("{} cannot be brought back ({}); healing replaces it",
                                 machine.name, error.message()));
  }
  return Done{};
}

}  // namespace ashlar::redis
