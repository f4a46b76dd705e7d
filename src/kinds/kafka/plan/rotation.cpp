#include "kinds/kafka/plan/rotation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/field_reader.hpp"
#include "kinds/cluster/plan/machines.hpp"
#include "kinds/kafka/plan/planned.hpp"
#include "kinds/kafka/plan/rolling.hpp"

namespace ashlar::kafka {
namespace {

using cluster::add;
using cluster::Keys;

Plan begun(const Spec& spec, const Catalog& catalog, std::string summary) {
  Plan plan;
  plan.kind = "kafka";
  plan.resource_name = spec.name;
  plan.action = "rotate";
  plan.summary = std::move(summary);
  cluster::describe_cost(plan, spec.name, spec.node_count(), monthly_usd(spec, catalog));
  return plan;
}

/// Kafka keeps one password a user, so that there is no time in which both are good.
Plan plan_passwords(const Spec& spec, const Catalog& catalog, const Json& once) {
  std::vector<std::string> users;
  for (const auto& user : spec.users) users.push_back(user.name);
  if (once.contains("users")) users = once["users"].get<std::vector<std::string>>();
  Plan plan = begun(spec, catalog,
                    fmt::format("Give {} of {} a new password",
                                cluster::count_of(users.size(), "user"), spec.name));
  const std::string made = add(plan, planned::passwords(users), {});
  add(plan, planned::prove(), {made});
  for (const auto& user : users)
    plan.required_actions.push_back(
        {fmt::format("clients that log in as {}", user), "change to the new password",
         "at once: Kafka keeps one password a user; connections that are open go on"});
  plan.notes.emplace_back(
      "for a change without a gap, declare a second user with the same permissions, move the "
      "clients "
      "to it, and take the first one away");
  return plan;
}

Plan plan_certificates(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                       const Json& observed) {
  const Topology topology = topology_of(spec);
  for (const auto& node : topology.nodes)
    if (!facts.of(node.name).working)
      throw Error(ErrorCode::kConflict,
                  fmt::format("{} of {} does not work: nothing is changed before it does",
                              node.name, spec.name),
                  fmt::format("ashlar heal kafka {}, or look at ashlar drift", spec.name));
  refuse_unsparing(spec);
  Plan plan = begun(spec, catalog,
                    fmt::format("Give {} of {} new certificates, one after the other",
                                cluster::count_of(topology.nodes.size(), "node"), spec.name));
  Keys after;
  for (const NodePart* node : in_rolling_order(topology, observed)) {
    after = {add(plan, planned::certificate(*node), after)};
    after = {add(plan, planned::withdraw(*node), after)};
    const Size* size = catalog.find_size(node->size);
    const int heap = heap_megabytes(spec, node->role(), size ? size->memory_bytes : 0);
    after = {add(plan, planned::configure(*node, heap), after)};
    after = {add(plan, planned::resume(*node), after)};
  }
  add(plan, planned::prove(), after);
  describe_rolling(plan, spec);
  return plan;
}

}  // namespace

Plan plan_rotation(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                   const Json& observed, const Json& once) {
  return once.at("what") == "passwords" ? plan_passwords(spec, catalog, once)
                                        : plan_certificates(spec, facts, catalog, observed);
}

}  // namespace ashlar::kafka
