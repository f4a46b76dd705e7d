#pragma once
// The functions behind the step types; see steps.cpp for the list.

#include <algorithm>

#include "engine/step.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::fleet {

using engine::StepContext;
using engine::StepOutcome;

StepOutcome register_ssh_key(const Tools&, StepContext&);
StepOutcome make_vpc(const Tools&, StepContext&);
StepOutcome delete_vpc(const Tools&, StepContext&);
StepOutcome set_firewall(const Tools&, StepContext&);
StepOutcome delete_firewall(const Tools&, StepContext&);
StepOutcome undo_vpc(const Tools&, StepContext&);
StepOutcome undo_firewall(const Tools&, StepContext&);

StepOutcome create_machine(const Tools&, StepContext&);
StepOutcome reach_machine(const Tools&, StepContext&);
StepOutcome undo_machine(const Tools&, StepContext&);

StepOutcome destroy_machine(const Tools&, StepContext&);
StepOutcome wait_until_gone(const Tools&, StepContext&);
StepOutcome forget(const Tools&, StepContext&);

StepOutcome count_all(const Tools&, StepContext&);
StepOutcome destroy_unrecorded(const Tools&, StepContext&);

StepOutcome retire_machine(const Tools&, StepContext&);
StepOutcome set_power(const Tools&, StepContext&);
StepOutcome undo_power(const Tools&, StepContext&);
StepOutcome resize_machine(const Tools&, StepContext&);
StepOutcome undo_resize(const Tools&, StepContext&);

/// Lists may be this old; all steps that poll the same resource share one request.
inline constexpr Millis kListAge{700};
/// How often to ask after waiting for `waited`: quickly at first, so that a fast provider costs no
/// idle time; every two seconds in the end, far from the slow ones' request limits.
inline Millis patience(Millis waited) {
  return std::clamp(waited / 8, Millis{200}, Millis{2'000});
}

inline bool has_tag(const cloud::CloudMachine& machine, const std::string& tag) {
  return std::ranges::find(machine.tags, tag) != machine.tags.end();
}
/// Of this machine, at the provider: of its name, under the resource's tag.
std::vector<cloud::CloudMachine> find_by_name(const Tools&, StepContext&, Millis list_age);
/// Made so lately that the provider may not show it yet: that it is not found proves nothing.
inline bool may_be_hidden(const Tools& tools, const StepContext& context, const Machine& record) {
  return context.clock.now() < record.created_at + tools.shows_within;
}
/// Begins to destroy it and drops the tags that only it carried.
void destroy(const Tools&, const cloud::CloudMachine& machine);

/// For a first connection, which also copies ashlar-node.
inline constexpr Millis kReachTimeout{20'000};

}  // namespace ashlar::fleet
