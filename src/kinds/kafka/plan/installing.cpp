#include "kinds/kafka/plan/installing.hpp"

#include <algorithm>

#include "kinds/kafka/plan/planned.hpp"

namespace ashlar::kafka {

std::string add_install(Plan& plan, const Spec& spec, const NodePart& node, cluster::Keys after) {
  if (spec.package) {
    // It needs nothing, so that it goes on while machines are made.
    if (std::ranges::find(plan.steps, kPackageKey, &PlannedStep::key) == plan.steps.end())
      cluster::add(plan, planned::package(spec), {});
    cluster::extend(after, {kPackageKey});
  }
  return cluster::add(plan, planned::install(node), std::move(after));
}

}  // namespace ashlar::kafka
