#include "kinds/kafka/plan/power.hpp"

#include <fmt/format.h>

#include "kinds/cluster/plan/machines.hpp"
#include "kinds/kafka/plan/planned.hpp"

namespace ashlar::kafka {
namespace {

using cluster::add;
using cluster::Keys;

Plan begun(const Spec& spec, const Catalog& catalog, const char* action, const char* verb) {
  Plan plan;
  plan.kind = "kafka";
  plan.resource_name = spec.name;
  plan.action = action;
  plan.summary = fmt::format("{} Kafka cluster {}: {}", verb, spec.name,
                             cluster::count_of(spec.node_count(), "machine"));
  cluster::describe_cost(plan, spec.name, spec.node_count(), monthly_usd(spec, catalog));
  return plan;
}

}  // namespace

Plan plan_stop(const Spec& spec, const Catalog& catalog) {
  Plan plan = begun(spec, catalog, "stop", "Stop");
  const Topology topology = topology_of(spec);
  Keys stopped;
  for (const auto& node : topology.nodes)
    if (!node.controller) stopped.push_back(add(plan, planned::stop(node), {}));
  const Keys brokers = stopped;
  for (const auto& node : topology.nodes)
    if (node.controller) stopped.push_back(add(plan, planned::stop(node), brokers));
  fleet::plan_power(plan, fleet_request(spec), false, stopped);
  plan.disruptions.push_back(fmt::format("{} answers nobody until it is started again", spec.name));
  plan.notes.emplace_back("DigitalOcean bills machines that are switched off like running ones");
  return plan;
}

Plan plan_start(const Spec& spec, const Catalog& catalog) {
  Plan plan = begun(spec, catalog, "start", "Start");
  const Topology topology = topology_of(spec);
  const Keys on = fleet::plan_power(plan, fleet_request(spec), true, {});
  Keys started;
  for (const auto& node : topology.nodes) started.push_back(add(plan, planned::start(node), on));
  const std::string quorum = add(plan, planned::quorum(topology), started);
  const std::string brokers = add(plan, planned::brokers(topology), {quorum});
  add(plan, planned::prove(), {brokers});
  return plan;
}

}  // namespace ashlar::kafka
