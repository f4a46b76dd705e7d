// A node is out of service while its machine is switched off, and comes back as it was.

#include <fmt/format.h>

#include "kinds/redis/steps/presence.hpp"

namespace ashlar::redis {
namespace {

bool is_watched(const Work& work, const NodePart& part) {
  return part.holds_data() && work.spec.sentinel;
}

/// What is kept in memory only is on no disk while the machine is off, and this node may be needed
/// if another one is lost meanwhile.
void save_what_is_only_in_memory(const Work& work, const NodePart& part, const Machine& machine) {
  if (work.spec.persistence == Persistence::kNone) work.save(part, machine);
}

StepOutcome stop(Work& work, const NodePart& part, const Machine& machine, bool needs_heir) {
  if (is_watched(work, part) && is_running(work, part, machine)) {
    StepOutcome hidden = hide(work, part, machine, needs_heir);
    if (!std::holds_alternative<Done>(hidden)) return hidden;
    save_what_is_only_in_memory(work, part, machine);
  }
  set_unit(work, part, machine, false);
  return Done{};
}

/// That snapshot was for this once: a later restart must not come back with it.
std::optional<StepOutcome> forget_snapshot(const Work& work, const NodePart& part,
                                           const Machine& machine) {
  if (!part.holds_data() || work.spec.persistence != Persistence::kNone) return std::nullopt;
  const Info info = parse_info(work.ask(part, machine, {{"INFO"}}, true).at(0).get<std::string>());
  if (text_of(info, "loading") == "1")
    return Wait{Millis{500}, fmt::format("{} to load its data", part.name), true};
  machine::Batch batch;
  batch.operations.push_back(machine::remove_path(Paths().data + "/dump.rdb"));
  work.run(machine, batch, kStartTimeout).or_throw(machine.name);
  return std::nullopt;
}

/// A group of two has nobody else to lead it meanwhile; the plan says so.
bool has_other_replicas(const Work& work, const NodePart& part) {
  return is_watched(work, part) && work.topology.group(part.group).replicas.size() > 1;
}

/// It was promoted since, and nobody else has its data.
bool leads_alone(const Work& work, const NodePart& part, const Machine& machine) {
  const auto leader = master_by_sentinels(work, part.group);
  return leader && leader->provider_id == machine.provider_id &&
         followers_of(work, part.group, machine).empty();
}

}  // namespace

StepOutcome withdraw(Work& work) {
  const NodePart part = work.part();
  // One that was promoted since has begun to hand over.
  if (!work.kept().contains("heir"))
    if (auto wait = make_way(work, part, "forward")) return *std::move(wait);
  return stop(work, part, work.machine_of(part.name), has_other_replicas(work, part));
}

StepOutcome undo_withdraw(Work& work) {
  const NodePart part = work.part();
  return part.holds_data() && !is_watched(work, part) ? undo_save_and_stop(work) : undo_leave(work);
}

StepOutcome resume(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  bring_back(work, part, machine);
  if (auto wait = forget_snapshot(work, part, machine)) return *std::move(wait);
  if (is_watched(work, part))
    if (auto wait = follow_leader(work, part, machine)) return *std::move(wait);
  return Done{};
}

/// Its machine gets its former size back next. Others that do not work are no reason to wait, since
/// only the end of this operation lets them be mended; and one that does not answer is switched off
/// as it is, unless it leads.
StepOutcome undo_resume(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  try {
    if (!part.holds_data())
      if (const auto fault = needed_sentinel(work, part); !fault.empty())
        return Wait{Millis{500}, fault};
    // Saved and away for a minute is better than a change that can go neither forth nor back.
    const bool alone = is_watched(work, part) ? work.context.step.attempts >= kAskedInVain &&
                                                    leads_alone(work, part, machine)
                                              : part.holds_data();
    if (alone) return save_and_stop(work);
    return stop(work, part, machine, false);
  } catch (const Error& error) {
    if (!is_silence(error) || work.context.step.attempts < kAskedInVain) throw;
    const auto sentinel = named_as_master(work, address_of(machine));
    if (!sentinel.empty())
      return Wait{Millis{1'000}, fmt::format("{} does not answer, and {} names it as a master",
                                             machine.name, sentinel)};
    work.context.log(fmt::format("{} cannot be stopped in order ({})", part.name, error.message()));
    return Done{};
  }
}

}  // namespace ashlar::redis
