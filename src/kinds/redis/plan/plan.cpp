#include "kinds/redis/plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kinds/cluster/plan/machines.hpp"
#include "kinds/fleet/census.hpp"
#include "kinds/redis/plan/change.hpp"
#include "kinds/redis/plan/deployment.hpp"
#include "kinds/redis/plan/healing_plan.hpp"
#include "kinds/redis/plan/occasions.hpp"
#include "kinds/redis/plan/repairs_plan.hpp"
#include "kinds/redis/spec/topology.hpp"

namespace ashlar::redis {
namespace {

Licence licence_to_change(const Spec& spec, const Json& once) {
  return {.resize_in_place = cluster::strategy_of(once, spec.strategy) == Strategy::kInPlace};
}

bool speaks_otherwise(const Spec& spec, const ObservedFacts& facts) {
  return facts.applied.is_object() && facts.applied.at("enableTLS") != spec.tls;
}

}  // namespace

double monthly_usd(const Spec& spec, const Catalog& catalog) {
  double total = 0;
  for (const auto& [role, nodes] : spec.roles)
    for (const NodeSpec& node : nodes) total += catalog.monthly_usd_of(node.size);
  return total;
}

fleet::Request fleet_request(const Spec& spec, const std::set<std::string>& nodes) {
  fleet::Request request = fleet_request(spec);
  std::erase_if(request.nodes, [&](const fleet::Node& node) { return !nodes.contains(node.name); });
  return request;
}

fleet::Request fleet_request(const Spec& spec) {
  fleet::Request request;
  request.resource_name = spec.name;
  request.region = spec.region;
  request.vpc_id = spec.vpc_id;
  request.image = spec.image;
  for (const auto& node : topology_of(spec).nodes)
    request.nodes.push_back({node.name, std::string(to_string(node.role)), node.size});

  request.openings.push_back({"tcp", kRedisPort, spec.client_ranges});
  if (spec.sentinel) request.openings.push_back({"tcp", kSentinelPort, spec.client_ranges});
  return request;
}

namespace {

Plan plan_as_asked(const Spec& spec, const Json& observed, const Catalog& catalog,
                   const Request& request) {
  const ObservedFacts facts = facts_of(observed);
  const std::string action = request.once.is_object() ? request.once.at("action") : "update";
  if (action == "heal" && request.once.contains("nodes"))
    return plan_repairs(spec, facts, catalog, request.once["nodes"].get<std::set<std::string>>());
  if (!facts.proved) return plan_deployment(spec, facts, catalog);
  if (speaks_otherwise(spec, facts)) return plan_transport(spec, facts, catalog);
  if (spec.stopped != facts.off || action == "start")
    return spec.stopped ? plan_stop(spec, facts, catalog) : plan_start(spec, facts, catalog);
  if (spec.stopped) return plan_nothing(spec, "is stopped");
  if (action == "switchover") return plan_switchover(spec, facts, request.once);
  if (action == "rotate" || !request.changed_secrets.empty())
    return plan_rotation(spec, facts, request);
  if (action == "heal") return plan_healing(spec, facts, observed, catalog);
  return plan_change(spec, facts, catalog, licence_to_change(spec, request.once), action);
}

/// What somebody else made goes only by the policy that says so. What was made twice goes with any
/// change of machines: it is of no use to anybody.
fleet::Clearing clearing_with(const Plan& plan, const Spec& spec) {
  if (plan.action == "heal" && spec.heal == Heal::kReplace) return fleet::Clearing::kForeign;
  if (plan.action == "heal" && spec.heal == Heal::kNone) return fleet::Clearing::kNothing;
  const bool changes = plan.action == "heal" || plan.action == "deploy" || plan.action == "update";
  return changes ? fleet::Clearing::kLostRaces : fleet::Clearing::kNothing;
}

}  // namespace

Plan plan(const Spec& spec, const Json& observed, const Catalog& catalog, const Request& request) {
  Plan plan = plan_as_asked(spec, observed, catalog, request);
  const bool limited = request.once.is_object() && request.once.contains("nodes");
  if (!spec.stopped && !limited) fleet::plan_clearing(plan, observed, clearing_with(plan, spec));
  return plan;
}

Plan plan_delete(const Spec& spec, const Json& observed, const Catalog& catalog) {
  return cluster::plan_delete("redis", "Redis cluster " + spec.name, fleet_request(spec), observed,
                              catalog);
}

}  // namespace ashlar::redis
