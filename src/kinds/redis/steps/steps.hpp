#pragma once
// The step types of the kind. Each may be killed anywhere and run again: work on machines is
// declarative, secrets are made once, and what was found is read anew on each attempt.

#include <memory>
#include <vector>

#include "engine/step.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::redis {

std::vector<engine::StepType> step_types(std::shared_ptr<const fleet::Tools> tools);

}  // namespace ashlar::redis
