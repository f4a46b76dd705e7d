// The plan that switches TLS on or off, on all nodes at once.

#include <fmt/format.h>

#include "kinds/redis/occasions.hpp"
#include "kinds/redis/plan_parts.hpp"

namespace ashlar::redis {
namespace {

/// Fields that matter to no machine, or that the change itself is about.
constexpr const char* kIndifferent[] = {"enableTLS", "heal", "certificateDays",
                                        "passwordOverlapSeconds", "targetClusters"};

/// While half of the nodes speak otherwise, nothing else can be judged or changed.
void refuse_other_changes(const Spec& spec, const ObservedFacts& facts) {
  Json before = facts.applied;
  Json after = to_json(spec);
  for (const char* field : kIndifferent) {
    before.erase(field);
    after.erase(field);
  }
  const auto found = differences(before, after, "spec");
  if (found.empty()) return;
  throw Error(ErrorCode::kConflict,
              fmt::format("TLS of {} changes, and so does {}", spec.name, found.front()),
              "change TLS by itself first, and the rest afterwards");
}

void refuse_what_is_unreachable(const Spec& spec, const ObservedFacts& facts) {
  for (const auto& node : topology_of(spec).nodes)
    if (!facts.of(node.name).reachable)
      throw Error(ErrorCode::kConflict,
                  fmt::format("cannot switch TLS {} for {}: the machine of {} does not answer",
                              spec.tls ? "on" : "off", spec.name, node.name),
                  "repair it with the former setting first, or switch it on");
}

void describe_transport(Plan& plan, const Spec& spec) {
  plan.disruptions.push_back(
      fmt::format("all clients of {} are disconnected once, and must connect {} TLS from then on",
                  spec.name, spec.tls ? "with" : "without"));
  if (spec.sentinel)
    plan.disruptions.emplace_back(
        "for some seconds no sentinel watches: a master that fails then is not replaced");
  if (!spec.tls)
    plan.notes.emplace_back("passwords and data travel in the clear from then on");
  else
    plan.notes.emplace_back(
        "clients need the cluster's authority: `credentials` shows it once the change has begun");
}

/// A server with TLS hangs up at once on a replica that comes without, which then tries again each
/// second. One without TLS waits a minute for the rest of what it takes for a command. So replicas
/// with TLS must never meet a master without. `members`: the master first.
Keys switch_group(Plan& plan, const Spec& spec, const Keys& members, const Keys& after) {
  const auto switch_one = [&](const std::string& member, const Keys& waits_for) {
    return add(plan,
               step_of("redis.transport", member,
                       fmt::format("Let {} speak {} TLS", member, spec.tls ? "with" : "without"),
                       phase::kTls, Millis{1'000}),
               waits_for);
  };
  Keys switched;
  if (spec.tls) switched.push_back(switch_one(members.front(), after));
  const Keys replicas_after = spec.tls ? switched : after;
  for (size_t i = 1; i < members.size(); ++i)
    switched.push_back(switch_one(members[i], replicas_after));
  if (!spec.tls)
    switched.push_back(switch_one(members.front(), switched.empty() ? after : switched));
  return switched;
}

}  // namespace

Plan plan_transport(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog) {
  refuse_other_changes(spec, facts);
  refuse_what_is_unreachable(spec, facts);
  Plan plan = plan_for(spec, "update",
                       fmt::format("Switch TLS {} for Redis cluster {}: {} nodes",
                                   spec.tls ? "on" : "off", spec.name, spec.node_count()));
  const Topology topology = topology_of(spec);
  add(plan, planned::credentials(spec), {});
  Keys ready{kCredentialsKey};
  if (spec.tls)
    for (const auto& node : topology.nodes)
      ready.push_back(add(plan, planned::install(node.name, node.holds_data()), {kCredentialsKey}));
  // A sentinel that speaks otherwise than the masters would hold them all to be down.
  Keys quiet = ready;
  for (const auto& node : topology.nodes)
    if (!node.holds_data())
      quiet.push_back(add(
          plan, planned::leave(node.name, fmt::format("Stop {}", node.name), Role::kSentinel, {}),
          ready));
  Keys last;
  Keys led;
  Json masters = Json::object();
  for (const auto& group : topology.groups) {
    led.push_back(add(plan, planned::replication(group),
                      switch_group(plan, spec, members_by_rank(group, facts), quiet)));
    masters[group.name] = nullptr;  // known when it was looked at
  }
  last = led;
  for (const auto& node : topology.nodes) {
    if (!node.holds_data()) {
      PlannedStep start = planned::sentinel(node.name, masters, quorum_of(spec));
      start.args["fresh"] = true;
      start.args["decidedBy"] = "redis.replication";
      last.push_back(add(plan, std::move(start), led));
    }
    const Keys done = node.holds_data() ? led : Keys{configure_key(node.name)};
    if (spec.tls) last.push_back(add(plan, planned::tls(node.name), done));
  }
  add(plan, planned::prove(spec), std::move(last));
  describe_cost(plan, spec, catalog);
  describe_transport(plan, spec);
  return plan;
}

}  // namespace ashlar::redis
