#pragma once
// What a machine needs from outside, for steps of any kind: fetched once by the control plane,
// copied to each machine. Both go on in pieces while the step waits, so that no worker is held, and
// what came counts as progress.

#include <optional>
#include <string>

#include "kinds/fleet/fleet.hpp"

namespace ashlar::fleet {

/// Nothing once the control plane has the file; until then, that the step is to look again. Throws
/// as mirror::Mirror::fetch(), and Error(kInvalidInput) where this control plane fetches nothing.
std::optional<engine::Wait> fetch_package(const Tools& tools, engine::StepContext& context,
                                          const mirror::Source& source);

/// Nothing once the machine has the file at `path`. Fetches it first, should the control plane not
/// have it. Throws as fetch_package() and machine::Machines::copy().
std::optional<engine::Wait> copy_package(const Tools& tools, engine::StepContext& context,
                                         const Machine& machine, const mirror::Source& source,
                                         const std::string& path);

}  // namespace ashlar::fleet
