#include "kinds/redis/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kinds/redis/change.hpp"
#include "kinds/redis/deployment.hpp"
#include "kinds/redis/occasions.hpp"
#include "kinds/redis/topology.hpp"

namespace ashlar::redis {
namespace {

/// What the policy lets Ashlar do by itself.
Licence licence_to_heal(Heal policy) {
  const bool replace = policy == Heal::kReplace;
  return {.new_machines = replace,
          .replace_unreachable = replace,
          .destroy = replace,
          .versions = false};
}

Plan plan_healing(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog) {
  Plan plan = plan_change(spec, facts, catalog, licence_to_heal(spec.heal), "heal");
  // Only a cluster that works otherwise can do without a sentinel for a moment.
  if (!plan.empty() || !facts.drift.contains("certificate-expiring")) return plan;
  return plan_rotation(spec, facts, {{{"action", "heal"}, {"what", "certificates"}}, {}});
}

bool speaks_otherwise(const Spec& spec, const ObservedFacts& facts) {
  return facts.applied.is_object() && facts.applied.at("enableTLS") != spec.tls;
}

}  // namespace

double monthly_usd(const Spec& spec, const Catalog& catalog) {
  double total = 0;
  for (const auto& [role, nodes] : spec.roles)
    for (const NodeSpec& node : nodes)
      if (const Size* size = catalog.find_size(node.size)) total += size->price_monthly_usd;
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

Plan plan(const Spec& spec, const Json& observed, const Catalog& catalog, const Request& request) {
  const ObservedFacts facts = facts_of(observed);
  const std::string action = request.once.is_object() ? request.once.at("action") : "update";
  if (!facts.proved) return plan_deployment(spec, facts, catalog);
  if (speaks_otherwise(spec, facts)) return plan_transport(spec, facts, catalog);
  if (spec.stopped != facts.off || action == "start")
    return spec.stopped ? plan_stop(spec, facts, catalog) : plan_start(spec, facts, catalog);
  if (spec.stopped) return plan_nothing(spec, "is stopped");
  if (action == "switchover") return plan_switchover(spec, facts, request.once);
  if (action == "rotate" || !request.changed_secrets.empty())
    return plan_rotation(spec, facts, request);
  if (action == "heal") return plan_healing(spec, facts, catalog);
  return plan_change(spec, facts, catalog, {}, action);
}

Plan plan_delete(const Spec& spec, const Json& observed, const Catalog& catalog) {
  Plan plan;
  plan.kind = "redis";
  plan.resource_name = spec.name;
  plan.action = "delete";
  plan.summary = fmt::format("Delete Redis cluster {}: {} {}", spec.name, spec.node_count(),
                             spec.node_count() == 1 ? "machine" : "machines");
  if (observed.is_object() && !observed.empty())
    plan.disruptions.push_back(
        fmt::format("Redis cluster {} stops for all its clients, and its data is lost", spec.name));
  fleet::plan_destroy(plan, fleet_request(spec), catalog, {});
  return plan;
}

}  // namespace ashlar::redis
