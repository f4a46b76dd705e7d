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

/// Every node that is not held out restarted, one after the other. `round` tells the steps of
/// several rounds apart; `renewed`: each gets another certificate first.
Keys roll_all(Plan& plan, const Spec& spec, const Catalog& catalog, const Json& observed,
              Keys after, const std::string& round, bool renewed) {
  const auto add_one = [&](PlannedStep step) {
    step.key += round;
    after = {add(plan, std::move(step), after)};
  };
  const Topology topology = topology_of(spec);
  for (const NodePart* node : in_rolling_order(topology, observed)) {
    if (node->held) continue;
    if (renewed) add_one(planned::certificate(*node));
    add_one(planned::withdraw(*node));
    add_one(planned::configure(*node, heap_megabytes(spec, *node, catalog)));
    add_one(planned::resume(*node));
  }
  return after;
}

/// Old certificates and new ones are of one authority, so that nodes with either trust each other.
void describe_held(Plan& plan, const Topology& topology, const Json& observed) {
  const Json nodes = observed.is_object() ? observed.value("nodes", Json::array()) : Json::array();
  for (const auto& node : topology.nodes) {
    if (!node.held) continue;
    const auto seen = std::ranges::find_if(
        nodes, [&](const Json& one) { return one.value("name", "") == node.name; });
    const Json certificate =
        seen == nodes.end() ? Json::object() : seen->value("certificate", Json::object());
    const Json ends = certificate.value("expiresAt", Json());
    plan.notes.push_back(fmt::format(
        "{} is held out: it keeps its certificate{}, and gets a new one by a rotation after "
        "`held` is taken away",
        node.name,
        ends.is_string() ? ", which ends on " + ends.get<std::string>().substr(0, 10) : ""));
  }
}

Plan plan_certificates(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                       const Json& observed) {
  const Topology topology = topology_of(spec);
  const auto renewed = static_cast<size_t>(
      std::ranges::count_if(topology.nodes, [](const NodePart& node) { return !node.held; }));
  if (renewed == 0) refuse_held(spec, "a rotation restarts");
  refuse_broken(spec, facts);
  refuse_unsparing(spec);
  Plan plan = begun(spec, catalog,
                    fmt::format("Give {} of {} new certificates, one after the other",
                                cluster::count_of(renewed, "node"), spec.name));
  add(plan, planned::prove(), roll_all(plan, spec, catalog, observed, {}, "", true));
  describe_held(plan, topology, observed);
  describe_rolling(plan, spec);
  return plan;
}

}  // namespace

Plan plan_rotation(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                   const Json& observed, const Json& once) {
  return once.at("what") == "passwords" ? plan_passwords(spec, catalog, once)
                                        : plan_certificates(spec, facts, catalog, observed);
}

Plan plan_reissue(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                  const Json& observed, const Json& once) {
  refuse_held(spec, "another authority is for");
  refuse_broken(spec, facts);
  refuse_unsparing(spec);
  const int overlap = once.value("overlapSeconds", spec.password_overlap_seconds);
  Plan plan =
      begun(spec, catalog,
            fmt::format("Give {} another certificate authority, in three rounds", spec.name));
  plan.action = "reissue";
  Keys after{add(plan, planned::authority("begin"), {})};
  after = roll_all(plan, spec, catalog, observed, after, "/trust", false);
  after = {add(plan, planned::authority("use", overlap), after)};
  after = roll_all(plan, spec, catalog, observed, after, "/use", false);
  after = {add(plan, planned::authority("drop"), after)};
  after = roll_all(plan, spec, catalog, observed, after, "/drop", false);
  add(plan, planned::prove(), after);
  if (spec.tls)
    plan.required_actions.push_back(
        {"every client", "trust the other authority, too: read caCertificate again, which has both",
         fmt::format("{} s after the first round; `overlapSeconds` gives more time", overlap)});
  describe_rolling(plan, spec);
  return plan;
}

}  // namespace ashlar::kafka
