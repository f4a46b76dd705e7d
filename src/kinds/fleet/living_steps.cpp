// Machines of a resource that lives on: one leaves for good, or is switched off and on.

#include <fmt/format.h>

#include "kinds/fleet/once.hpp"
#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {
namespace {

using engine::Done;
using engine::Wait;

constexpr Millis kGonePause{500};
constexpr Millis kBootPause{500};

StepOutcome wait_until_reached(const Tools& tools, const Machine& machine) {
  try {
    const machine::Batch batch{.operations = {machine::facts()}};
    tools.machines.run(target_of(machine), batch, kReachTimeout).or_throw(machine.name);
    return Done{{{"state", "on"}}};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kUnavailable && error.code() != ErrorCode::kTimeout &&
        error.code() != ErrorCode::kForbidden && error.code() != ErrorCode::kMachine)
      throw;
    return Wait{
        .pause = kBootPause,
        .because = fmt::format("waiting for {} to answer SSH: {}", machine.name, error.message())};
  }
}

Machine recorded(StepContext& context, const char* what) {
  if (auto record = context.machines.find_node(context.step.planned.node))
    return *std::move(record);
  throw Error(ErrorCode::kNotFound,
              fmt::format("{} has no machine to {}", context.step.planned.node, what),
              "apply the spec again: the plan will make the machine");
}

/// Its services are stopped already; the rest of the system ends in order.
void switch_off(const Tools& tools, const Machine& record) {
  tools.machines.disconnect(target_of(record).address);
  tools.cloud.power(record.provider_id, cloud::PowerAction::kShutdown);
  tools.cloud.power(record.provider_id, cloud::PowerAction::kOff);
}

StepOutcome switch_to(const Tools& tools, StepContext& context, bool on) {
  const Machine record = recorded(context, "switch");
  if (!on) {
    try {
      switch_off(tools, record);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kNotFound) throw;  // gone: nothing of it runs
    }
    return Done{{{"state", "off"}}};
  }
  tools.cloud.power(record.provider_id, cloud::PowerAction::kOn);
  return wait_until_reached(tools, record);
}

StepOutcome give_size(const Tools& tools, StepContext& context, const std::string& size) {
  Machine record = recorded(context, "resize");
  // Somebody may have switched it on since.
  switch_off(tools, record);
  tools.cloud.resize(record.provider_id, size);
  record.size = size;
  context.machines.put(record);
  return Done{{{"size", size}}};
}

}  // namespace

/// The record goes last: until then a repeated attempt knows which machine it is about.
StepOutcome retire_machine(const Tools& tools, StepContext& context) {
  const auto record = context.machines.find_node(context.step.planned.node);
  if (!record) return Done{{{"destroyed", nullptr}}};
  tools.machines.disconnect(target_of(*record).address);
  const bool asked = context.step.state_data.is_object() &&
                     context.step.state_data.value("asked", "") == record->provider_id;
  if (const auto machine = tools.cloud.find_machine(record->provider_id)) {
    if (!asked) {
      destroy(tools, *machine);
      context.remember({{"asked", record->provider_id}});
    }
    return Wait{.pause = kGonePause,
                .because = fmt::format("waiting until the provider has destroyed {}", record->name),
                .progress = !asked};
  }
  if (!asked && may_be_hidden(tools, context, *record))
    return Wait{.pause = kLookAgain,
                .because = fmt::format("waiting until the provider shows {} ({}), to destroy it",
                                       record->name, record->provider_id)};
  context.machines.remove_node(record->node);
  return Done{{{"destroyed", record->provider_id}}};
}

StepOutcome set_power(const Tools& tools, StepContext& context) {
  return switch_to(tools, context, context.step.planned.args.at("state") == "on");
}

StepOutcome undo_power(const Tools& tools, StepContext& context) {
  try {
    return switch_to(tools, context, context.step.planned.args.at("state") != "on");
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kNotFound) throw;
    return Done{};  // gone: there is nothing left to switch back
  }
}

StepOutcome resize_machine(const Tools& tools, StepContext& context) {
  try {
    return give_size(tools, context, context.step.planned.args.at("to"));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kProvider) throw;
    throw Error(error.code(), error.message(),
                "retry later, or cancel and ask for the change with strategy replace");
  }
}

StepOutcome undo_resize(const Tools& tools, StepContext& context) {
  try {
    return give_size(tools, context, context.step.planned.args.at("from"));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kNotFound) throw;
    return Done{};  // gone: there is nothing to give back
  }
}

}  // namespace ashlar::fleet
