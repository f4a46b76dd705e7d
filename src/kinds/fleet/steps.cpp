#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {
namespace {

using Function = StepOutcome (*)(const Tools&, StepContext&);

/// Waiting for the provider's request limit is no failure, and must not use up a step's retries.
engine::StepFn bind(const Tools& tools, Function function) {
  return [tools, function](StepContext& context) -> StepOutcome {
    try {
      return function(tools, context);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kTooManyRequests) throw;
      return engine::Wait{.pause = Millis{5'000}, .because = error.message()};
    }
  };
}

}  // namespace

std::vector<engine::StepType> steps(const Tools& tools) {
  const auto type = [&](const char* name, Function run, Function undo = nullptr) {
    engine::StepType step{.name = name, .run = bind(tools, run)};
    if (undo) step.undo = bind(tools, undo);
    return step;
  };
  auto retiring = type("fleet.retire", retire_machine);
  retiring.irreversible = true;
  auto clearing = type("fleet.destroy_unrecorded", destroy_unrecorded);
  clearing.irreversible = true;
  return {
      type("fleet.ssh_key", register_ssh_key),  // shared by all resources, so never undone
      type("fleet.vpc", make_vpc, undo_vpc),
      type("fleet.firewall", set_firewall, undo_firewall),
      type("fleet.create_machine", create_machine, undo_machine),
      type("fleet.machine_ready", reach_machine, undo_machine),
      type("fleet.destroy_machine", destroy_machine),
      type("fleet.machines_gone", wait_until_gone),
      type("fleet.delete_firewall", delete_firewall),
      type("fleet.delete_vpc", delete_vpc),
      type("fleet.forget", forget),
      type("fleet.count", count_all),
      retiring,
      clearing,
      type("fleet.power", set_power, undo_power),
      type("fleet.resize", resize_machine, undo_resize),
  };
}

}  // namespace ashlar::fleet
