// Destroying machines, and waiting until the provider has none of them left.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/fleet/names.hpp"
#include "kinds/fleet/once.hpp"
#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {
namespace {

using cloud::CloudMachine;
using engine::Done;
using engine::Wait;

constexpr Millis kPollPause{500};
constexpr const char* kAsked = "asked";
/// After this long a machine that is still there is asked to go once more.
constexpr Millis kAskWhetherGone{60'000};

/// What was asked to go, and when, kept between attempts so that it is not asked at every poll.
class Asked {
 public:
  explicit Asked(StepContext& context) : context_(context) {
    const auto& state = context.step.state_data;
    if (state.is_object()) state_ = state;
    if (!state_.contains(kAsked)) state_[kAsked] = Json::object();
  }

  /// Counts what the steps before this one have asked to go.
  void know_earlier_steps() {
    for (const auto& key : context_.step.planned.after)
      for (const Json& id : context_.output_of(key).value(kAsked, Json::array()))
        state_[kAsked][id.get<std::string>()] = to_rfc3339(context_.clock.now());
  }

  /// Destroys those that were not asked lately; true when there were any.
  bool destroy_all(const Tools& tools, const std::vector<CloudMachine>& machines) {
    bool any = false;
    for (const auto& machine : machines) {
      if (asked_lately(machine.id)) continue;
      destroy(tools, machine);
      state_[kAsked][machine.id] = to_rfc3339(context_.clock.now());
      any = true;
    }
    if (any) context_.remember(state_);
    return any;
  }

  bool knows(const std::string& id) const { return state_.at(kAsked).contains(id); }
  Json ids() const {
    Json ids = Json::array();
    for (const auto& [id, at] : state_.at(kAsked).items()) ids.push_back(id);
    return ids;
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

 private:
  bool asked_lately(const std::string& id) const {
    const auto& asked = state_.at(kAsked);
    if (!asked.contains(id)) return false;
    const auto at = from_rfc3339(asked.at(id).get_ref<const std::string&>());
    return at && context_.clock.now() - *at < kAskWhetherGone;
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

Wait wait_until_shown(const Tools& tools, const Machine& record) {
  // The provider may know what it does not show.
  tools.cloud.begin_destroy(record.provider_id);
  return Wait{.pause = kLookAgain,
              .because = fmt::format("waiting until the provider shows {} ({}), to destroy it",
                                     record.name, record.provider_id)};
}

/// The machine of the record is in no list. It goes all the same, with its record.
StepOutcome undo_recorded(const Tools& tools, StepContext& context, Asked& asked,
                          const Machine& record) {
  const bool seen = asked.knows(record.provider_id);
  if (const auto machine = tools.cloud.find_machine(record.provider_id)) {
    asked.destroy_all(tools, {*machine});
    return Wait{.pause = kPollPause,
                .because = fmt::format("waiting until {} is gone", record.name)};
  }
  if (!seen && may_be_hidden(tools, context, record)) return wait_until_shown(tools, record);
  tools.machines.disconnect(target_of(record).address);
  context.machines.remove_node(record.node);
  return Done{};
}

}  // namespace

/// For a delete. Only asks; machines_gone waits for all of them at once.
StepOutcome destroy_machine(const Tools& tools, StepContext& context) {
  const auto listed = find_by_name(tools, context, kListAge);
  Asked asked(context);
  asked.destroy_all(tools, listed);
  const auto record = context.machines.find_node(context.step.planned.node);
  if (record && !asked.knows(record->provider_id)) {
    if (const auto machine = tools.cloud.find_machine(record->provider_id))
      asked.destroy_all(tools, {*machine});
    else if (may_be_hidden(tools, context, *record))
      return wait_until_shown(tools, *record);
    tools.machines.disconnect(target_of(*record).address);
  }
  return Done{{{kAsked, asked.ids()}}};
}

/// Undoes both the creation and the reaching of a machine, whichever got how far: whatever carries
/// its name under the resource's tag goes, also one whose create never got its answer.
StepOutcome undo_machine(const Tools& tools, StepContext& context) {
  Asked asked(context);
  const std::string name = context.step.planned.args.at("machine");
  const auto machines = find_by_name(tools, context, kPollPause);
  if (machines.empty()) {
    if (const auto record = context.machines.find_node(context.step.planned.node))
      return undo_recorded(tools, context, asked, *record);
    // Neither record nor machine: a request that was under way may still take effect.
    if (context.step.outputs.empty())
      if (auto wait = wait_for_lost(tools, context, PendingCreate(context), "the machine " + name))
        return *std::move(wait);
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
  if (context.step.state_data.empty()) asked.know_earlier_steps();
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
