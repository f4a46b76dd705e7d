// Clearing away machines that no record names: those that lost the race of a repeated creation, and
// under `heal: replace` what somebody else made with the resource's tag.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/fleet/census.hpp"
#include "kinds/fleet/names.hpp"
#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {
namespace {

using cloud::CloudMachine;
using engine::Done;
using engine::Wait;

constexpr Millis kPause{500};

bool is_recorded(StepContext& context, const std::string& provider_id) {
  return std::ranges::any_of(context.machines.all(), [&](const Machine& record) {
    return record.provider_id == provider_id;
  });
}

/// Which of the machines that carry the resource's tag lost a race, by the history up to now.
std::vector<CloudMachine> losers(const Tools& tools, StepContext& context) {
  const auto tagged = tools.cloud.find_machines_by_tag(tag_of(context.resource));
  const auto records = context.machines.all();
  std::vector<CloudMachine> found;
  for (const auto& one :
       count_machines({context.resource, records, {}, tagged, {}, context.find_step}))
    if (one.origin == Origin::kLostRace) found.push_back(one.machine);
  return found;
}

}  // namespace

/// The plan may be older than what is there: whatever is recorded by now, or does not carry the
/// resource's tag any more, is left alone.
StepOutcome destroy_unrecorded(const Tools& tools, StepContext& context) {
  const std::string id = context.step.planned.args.at("provider_id");
  const std::string name = context.step.planned.args.at("name");
  const auto machine = tools.cloud.find_machine(id);
  if (!machine) return Done{{{"destroyed", id}}};
  const bool asked = context.step.state_data.value("asked", false);
  if (!asked && (is_recorded(context, id) || !has_tag(*machine, tag_of(context.resource)))) {
    context.log(
        fmt::format("{} ({}) stays: it has a record, or not this resource's tag", name, id));
    return Done{{{"destroyed", nullptr}}};
  }
  if (!asked) {
    destroy(tools, *machine);
    context.remember({{"asked", true}});
  }
  return Wait{.pause = kPause,
              .because = fmt::format("waiting until the provider has destroyed {} ({})", name, id),
              .progress = !asked};
}

StepOutcome count_all(const Tools& tools, StepContext& context) {
  Json asked = context.step.state_data.value("destroyed", Json::array());
  bool progress = false;
  for (const auto& machine : losers(tools, context)) {
    if (std::ranges::find(asked, Json(machine.id)) != asked.end()) continue;
    destroy(tools, machine);
    asked.push_back(machine.id);
    context.remember({{"destroyed", asked}});
    context.log(fmt::format("destroyed {} {} ({}): it was made twice and never joined",
                            tools.cloud.name(), machine.id, machine.name));
    progress = true;
  }
  for (const Json& id : asked)
    if (tools.cloud.find_machine(id))
      return Wait{.pause = kPause,
                  .because = fmt::format("waiting until the provider has destroyed machine {}",
                                         id.get_ref<const std::string&>()),
                  .progress = progress};
  return Done{{{"destroyed", std::move(asked)}}};
}

}  // namespace ashlar::fleet
