#include "kinds/kafka/plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/cluster/plan/machines.hpp"
#include "kinds/fleet/census.hpp"
#include "kinds/kafka/plan/change.hpp"
#include "kinds/kafka/plan/deployment.hpp"
#include "kinds/kafka/plan/power.hpp"
#include "kinds/kafka/plan/reassignment.hpp"
#include "kinds/kafka/plan/repairs.hpp"
#include "kinds/kafka/plan/rotation.hpp"
#include "kinds/kafka/spec/topology.hpp"
#include "model/spec_difference.hpp"

namespace ashlar::kafka {
namespace {

Plan nothing(const Spec& spec, const char* because) {
  Plan plan;
  plan.kind = "kafka";
  plan.resource_name = spec.name;
  plan.action = "update";
  plan.summary = fmt::format("{} {}", spec.name, because);
  return plan;
}

bool has_lost_machines(const Spec& spec, const ObservedFacts& facts) {
  return std::ranges::any_of(topology_of(spec).nodes,
                             [&](const NodePart& node) { return facts.of(node.name).lost(); });
}

std::set<std::string> nodes_in(const Json& once) {
  return once.contains("nodes") ? once["nodes"].get<std::set<std::string>>()
                                : std::set<std::string>{};
}

/// An update of a spec that did not change makes lost machines anew.
Plan plan_lost_machines(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog) {
  Plan plan = plan_repairs(spec, facts, catalog, {.nodes = {}, .lost_machines = true});
  plan.action = "update";
  return plan;
}

Plan plan_as_asked(const Spec& spec, const ObservedFacts& facts, const engine::PlanInput& input) {
  const Json& once = input.once;
  const std::string action = once.is_object() ? once.at("action") : "update";
  if (action == "heal")
    return plan_repairs(spec, facts, input.catalog,
                        {.nodes = nodes_in(once), .lost_machines = spec.heal == Heal::kReplace});
  if (!facts.proved) return plan_deployment(spec, facts, input.catalog);
  if (spec.stopped != facts.off || action == "start")
    return spec.stopped ? plan_stop(spec, input.catalog) : plan_start(spec, input.catalog);
  if (spec.stopped) return nothing(spec, "is stopped");
  if (action == "rotate") return plan_rotation(spec, facts, input.catalog, input.observed, once);
  if (action == "update" && spec.type != Type::kSingle && has_lost_machines(spec, facts) &&
      spec_difference(facts.applied, input.spec).empty())
    return plan_lost_machines(spec, facts, input.catalog);
  if (action == "reissue") return plan_reissue(spec, facts, input.catalog, input.observed, once);
  if (action == "reassign") return plan_balancing(spec, facts, input.catalog);
  Spec wanted = spec;
  wanted.strategy = cluster::strategy_of(once, spec.strategy);
  return plan_change(wanted, facts, input, action);
}

}  // namespace

double monthly_usd(const Spec& spec, const Catalog& catalog) {
  std::vector<std::string> sizes;
  for (const auto& node : topology_of(spec).nodes) sizes.push_back(node.size);
  return cluster::monthly_usd(catalog, sizes);
}

fleet::Request fleet_request(const Spec& spec) {
  fleet::Request request;
  request.resource_name = spec.name;
  request.region = spec.region;
  request.vpc_id = spec.vpc_id;
  request.image = spec.image;
  for (const auto& node : topology_of(spec).nodes)
    request.nodes.push_back({node.name, std::string(to_string(node.role())), node.size});
  request.openings.push_back({"tcp", kClientPort, spec.client_ranges});
  // For the cluster's own machines alone.
  request.openings.push_back({"tcp", kInternalPort, {}});
  request.openings.push_back({"tcp", kControllerPort, {}});
  return request;
}

fleet::Request fleet_request(const Spec& spec, const std::set<std::string>& nodes) {
  fleet::Request request = fleet_request(spec);
  std::erase_if(request.nodes, [&](const fleet::Node& node) { return !nodes.contains(node.name); });
  return request;
}

Plan plan(const Spec& spec, const engine::PlanInput& input) {
  Plan plan = plan_as_asked(spec, facts_of(input.observed), input);
  const bool limited = input.once.is_object() && input.once.contains("nodes");
  const bool clears = plan.action == "deploy" || plan.action == "update" || plan.action == "heal";
  if (!spec.stopped && !limited && clears)
    fleet::plan_clearing(plan, input.observed, fleet::Clearing::kLostRaces);
  return plan;
}

Plan plan_delete(const Spec& spec, const Json& observed, const Catalog& catalog) {
  return cluster::plan_delete("kafka", "Kafka cluster " + spec.name, fleet_request(spec), observed,
                              catalog);
}

}  // namespace ashlar::kafka
