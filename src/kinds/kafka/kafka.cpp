#include "kinds/kafka/kafka.hpp"

#include <fmt/format.h>

#include <memory>

#include "kinds/cluster/observe/care.hpp"
#include "kinds/cluster/plan/care.hpp"
#include "kinds/fleet/census.hpp"
#include "kinds/fleet/firewall.hpp"
#include "kinds/kafka/observe/observe.hpp"
#include "kinds/kafka/observe/status.hpp"
#include "kinds/kafka/plan/plan.hpp"
#include "kinds/kafka/server/credentials.hpp"
#include "kinds/kafka/spec/accept.hpp"
#include "kinds/kafka/spec/description.hpp"
#include "kinds/kafka/steps/steps.hpp"

namespace ashlar::kafka {
namespace {

Json observe(const fleet::Tools& tools, engine::ObserveContext& context) {
  const ClusterView view =
      observe_cluster({tools, context.resource, context.secrets, context.machines});
  // Only a deployment proves; an observation keeps what was proved.
  Json status =
      status_of(view, kept_in(context.resource.status), context.resource.id, context.clock.now());
  const fleet::Request wanted = fleet_request(view.spec);
  fleet::add_census(status, tools, context, wanted.nodes);
  if (status.at("proof").is_object() && !view.spec.stopped)
    fleet::add_firewall_drift(status, tools, context.resource, wanted);
  return status;
}

std::vector<engine::StepType> all_steps(const std::shared_ptr<const fleet::Tools>& tools) {
  auto steps = fleet::steps(*tools);
  for (auto& step : step_types(tools)) steps.push_back(std::move(step));
  return steps;
}

}  // namespace

engine::Kind make_kind(const fleet::Tools& given) {
  const auto tools = std::make_shared<const fleet::Tools>(given);
  engine::Kind kind = description();
  kind.parse = accept;
  kind.check = [tools](const Json& spec, const Json& stored) {
    return cluster::vpc_faults(*tools, spec, stored);
  };
  kind.observe = [tools](engine::ObserveContext& context) { return observe(*tools, context); };
  kind.plan = [](const engine::PlanInput& input) {
    return plan(spec_from_json(input.spec), input);
  };
  kind.plan_delete = [](const Json& spec, const Json& observed, const Catalog& catalog) {
    return plan_delete(spec_from_json(spec), observed, catalog);
  };
  kind.steps = all_steps(tools);
  kind.actions = actions();
  kind.wants = [](const Json& spec, const Json& status, Time now) {
    return cluster::wants(spec, status, now, {});
  };
  kind.nodes_touched = [](const Json& spec, const PlannedStep& step) {
    return cluster::nodes_touched(spec, step);
  };
  kind.glance = [tools](engine::ObserveContext& context) {
    return glance({*tools, context.resource, context.secrets, context.machines});
  };
  kind.monthly_usd = [](const Json& spec, const Json& observed, const Catalog& catalog) {
    const auto found = fleet::monthly_usd_found(observed);
    return found ? *found : monthly_usd(spec_from_json(spec), catalog);
  };
  kind.readings = readings_of;
  kind.catalog = [tools] { return tools->cloud.catalog(); };
  kind.credentials = credentials;
  return kind;
}

}  // namespace ashlar::kafka
