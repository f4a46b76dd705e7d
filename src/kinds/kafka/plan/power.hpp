#pragma once

#include "kinds/kafka/plan/plan.hpp"

namespace ashlar::kafka {

/// Brokers stop before the controllers that they hand over to; then all machines are switched off.
Plan plan_stop(const Spec& spec, const Catalog& catalog);
Plan plan_start(const Spec& spec, const Catalog& catalog);

}  // namespace ashlar::kafka
