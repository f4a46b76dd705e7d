#pragma once

#include <memory>
#include <vector>

#include "kinds/fleet/fleet.hpp"

namespace ashlar::kafka {

/// Step types `kafka.*`.
std::vector<engine::StepType> step_types(std::shared_ptr<const fleet::Tools> tools);

}  // namespace ashlar::kafka
