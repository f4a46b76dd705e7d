// Destroying machines, and waiting until the provider has none of them left.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/fleet/names.hpp"
#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {
namespace {

using cloud::CloudMachine;
using engine::Done;
using engine::Wait;

constexpr Millis kPollPause{500};
/// How long a machine whose creation was cut off may take to show in the provider's list.
constexpr Millis kShowsWithin{5'000};
/// After this long a machine that is still there is asked to go once more.
constexpr Millis kAskAgain{60'000};

/// What was asked to go, and when, kept between attempts so that it is not asked at every poll.
class Asked {
 public:
  explicit Asked(StepContext& context) : context_(context) {
    const auto& state = context.step.state_data;
    if (state.is_object()) state_ = state;
    if (!state_.contains("asked")) state_["asked"] = Json::object();
  }

  /// Counts these as asked by an earlier step.
  void knows(const std::vector<Machine>& records) {
    for (const auto& record : records) {
      if (state_["asked"].contains(record.provider_id)) continue;
      state_["asked"][record.provider_id] = to_rfc3339(context_.clock.now());
    }
  }

  /// Destroys those that were not asked lately; true when there were any.
  bool destroy_all(const Tools& tools, const std::vector<CloudMachine>& machines) {
    bool any = false;
    for (const auto& machine : machines) {
      if (asked_lately(machine.id)) continue;
      destroy(tools, machine);
      state_["asked"][machine.id] = to_rfc3339(context_.clock.now());
      any = true;
    }
    if (any) context_.remember(state_);
    return any;
  }

  /// True when the provider lists fewer machines than at any attempt before.
  bool fewer_left(size_t count) {
    const bool fewer = !state_.contains("left") || count < state_.at("left").get<size_t>();
    if (fewer) {
      state_["left"] = count;
      context_.remember(state_);
    }
    return fewer;
  }

  /// True until `limit` has passed since this was first asked of the step.
  bool within(Millis limit) {
    if (!state_.contains("undo_since")) {
      state_["undo_since"] = to_rfc3339(context_.clock.now());
      context_.remember(state_);
    }
    const auto since = from_rfc3339(state_.at("undo_since").get_ref<const std::string&>());
    return since && context_.clock.now() - *since < limit;
  }

 private:
  bool asked_lately(const std::string& id) const {
    const auto& asked = state_.at("asked");
    if (!asked.contains(id)) return false;
    const auto at = from_rfc3339(asked.at(id).get_ref<const std::string&>());
    return at && context_.clock.now() - *at < kAskAgain;
  }

  StepContext& context_;
  Json state_ = Json::object();
};

std::string names_of(const std::vector<CloudMachine>& machines) {
  constexpr size_t kMost = 4;
  std::string names;
  for (size_t i = 0; i < std::min(machines.size(), kMost); ++i) {
    names += (i > 0 ? ", " : "") + machines[i].name;
  }
  if (machines.size() > kMost) names += fmt::format(" and {} more", machines.size() - kMost);
  return names;
}

/// The one the record names may be missing from the list, which shows new machines late.
void destroy_recorded(const Tools& tools, StepContext& context) {
  const auto record = context.machines.find_node(context.step.planned.node);
  if (!record || record->provider_id.empty()) return;
  tools.machines.disconnect(target_of(*record).address);
  if (const auto machine = tools.cloud.find_machine(record->provider_id)) destroy(tools, *machine);
}

}  // namespace

/// For a delete. Only asks; machines_gone waits for all of them at once.
StepOutcome destroy_machine(const Tools& tools, StepContext& context) {
  const auto listed = find_by_name(tools, context, kListAge);
  for (const auto& machine : listed) destroy(tools, machine);
  const auto record = context.machines.find_node(context.step.planned.node);
  if (record && std::ranges::find(listed, record->provider_id, &CloudMachine::id) == listed.end()) {
    destroy_recorded(tools, context);
  }
  return Done{};
}

/// Undoes both the creation and the reaching of a machine, whichever got how far: whatever carries
/// its name under the resource's tag goes, also one whose create never got its answer.
StepOutcome undo_machine(const Tools& tools, StepContext& context) {
  Asked asked(context);
  const std::string name = context.step.planned.args.at("machine");
  const auto machines = find_by_name(tools, context, kPollPause);
  if (machines.empty()) {
    const bool known = context.machines.find_node(context.step.planned.node).has_value();
    // Neither record nor machine: a request that was under way may still take effect.
    if (!known && context.step.outputs.empty() && asked.within(kShowsWithin)) {
      return Wait{.pause = kPollPause,
                  .because = fmt::format("making sure that the provider makes no {}", name)};
    }
    if (known) {
      const auto record = *context.machines.find_node(context.step.planned.node);
      if (tools.cloud.find_machine(record.provider_id)) {
        destroy_recorded(tools, context);
        return Wait{.pause = kPollPause, .because = fmt::format("waiting until {} is gone", name)};
      }
      tools.machines.disconnect(target_of(record).address);
      context.machines.remove_node(record.node);
    }
    return Done{};
  }
  asked.destroy_all(tools, machines);
  const bool progress = asked.fewer_left(machines.size());
  return Wait{.pause = kPollPause,
              .because = fmt::format("waiting until {} is gone", name),
              .progress = progress};
}

StepOutcome wait_until_gone(const Tools& tools, StepContext& context) {
  const auto machines = tools.cloud.find_machines_by_tag(tag_of(context.resource), Millis{0});
  if (machines.empty()) return Done{};
  Asked asked(context);
  if (context.step.state_data.empty()) asked.knows(context.machines.all());
  // What no record and no plan knows goes too.
  asked.destroy_all(tools, machines);
  const bool progress = asked.fewer_left(machines.size());
  return Wait{
      .pause = kPollPause,
      .because = fmt::format("waiting until the provider has destroyed {}", names_of(machines)),
      .progress = progress};
}

StepOutcome forget(const Tools& tools, StepContext& context) {
  for (const auto& record : context.machines.all()) {
    tools.machines.disconnect(target_of(record).address);
    context.machines.remove_node(record.node);
  }
  context.secrets.remove_all();
  return Done{};
}

}  // namespace ashlar::fleet
