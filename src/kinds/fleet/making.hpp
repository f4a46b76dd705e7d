#pragma once
// A node's machine, made once however often the step is repeated.

#include <expected>
#include <string>

#include "kinds/fleet/once.hpp"

namespace ashlar::fleet {

/// For the step's node: the machine that carries `tag`, made if there is none; its record is
/// stored. Or the step waits for one whose making was never answered.
std::expected<Machine, engine::Wait> make_machine(const Tools& tools, StepContext& context,
                                                  PendingCreate pending, const std::string& tag);

}  // namespace ashlar::fleet
