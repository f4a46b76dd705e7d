// The plan that switches TLS on or off, on all nodes at once.

#include <fmt/format.h>

#include "kinds/redis/plan/occasions.hpp"
#include "kinds/redis/plan/plan_parts.hpp"

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
  const auto found = spec_difference(before, after);
  if (found.empty()) return;
  throw Error(
      ErrorCode::kConflict,
      fmt::format("TLS of {} changes, and so does {}", spec.name,
                  fmt::format("{} {}", found.front().path, before_and_after(found.front()))),
      "change TLS by itself first, and the rest afterwards");
}

void refuse_while_it_is_off(const Spec& spec, const ObservedFacts& facts) {
  if (!spec.stopped && !facts.off) return;
  const bool stops = !facts.off;
  throw Error(ErrorCode::kConflict,
              fmt::format("TLS of {} cannot be switched {} while it {}", spec.name,
                          spec.tls ? "on" : "off", stops ? "is to be stopped" : "is stopped"),
              stops ? "change TLS first, and stop it afterwards"
                    : "start it with the former setting first, then change TLS");
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
  plan.disruptions.push_back(fmt::format(
      "all clients of {} are disconnected once while its nodes are switched", spec.name));
  if (spec.sentinel)
    plan.disruptions.push_back(fmt::format(
        "for some seconds no sentinel watches: a master that fails then is not "
        "replaced{}",
        spec.persistence == Persistence::kAof ? "" : ", and comes back with its last snapshot"));
  plan.required_actions.push_back(
      {fmt::format("clients of {}", spec.name),
       spec.tls ? "connect with TLS and trust the cluster's authority, which `credentials` shows "
                  "once the change has begun"
                : "connect without TLS",
       "from when they are disconnected"});
  if (!spec.tls)
    plan.dangers.push_back(
        {DangerKind::kEncryption,
         fmt::format("passwords and data of {} travel in the clear from then on", spec.name)});
}

class TransportChange {
 public:
  TransportChange(const Spec& spec, const ObservedFacts& facts)
      : spec_(spec),
        facts_(facts),
        topology_(topology_of(spec)),
        plan_(plan_for(spec, "update",
                       fmt::format("Switch TLS {} for Redis cluster {}: {} nodes",
                                   spec.tls ? "on" : "off", spec.name, spec.node_count()))) {}

  Plan run() {
    const Keys ready = prepare();
    const Keys settled = spec_.sentinel ? settle(ready) : ready;
    const Keys quiet = stop_sentinels(settled);
    const Keys led = switch_groups(quiet);
    const Keys watched = start_sentinels(led);
    Keys last = led;
    for (const auto& keys : {watched, check_certificates(led)})
      last.insert(last.end(), keys.begin(), keys.end());
    add(plan_, planned::prove(spec_), std::move(last));
    return std::move(plan_);
  }

 private:
  /// Certificates and what they need are there before anything is switched.
  Keys prepare() {
    Keys ready{add(plan_, planned::credentials(spec_), {})};
    if (!spec_.tls) return ready;
    for (const auto& node : topology_.nodes) {
      PlannedStep install = planned::install(node.name, node.holds_data());
      install.args["keepVersion"] = true;  // what runs is not replaced underneath it
      ready.push_back(add(plan_, std::move(install), {kCredentialsKey}));
    }
    return ready;
  }

  /// While no sentinel watches, nobody corrects a former master that has come back.
  Keys settle(const Keys& ready) {
    Keys settled = ready;
    for (const auto& group : topology_.groups) {
      PlannedStep step =
          step_of("redis.settled", "",
                  {fmt::format("Check that one leads {} and the others follow", group.name),
                   phase::kTls, Millis{200}},
                  {{"group", group.name}});
      step.key += "/" + group.name;
      settled.push_back(add(plan_, std::move(step), ready));
    }
    return settled;
  }

  /// A sentinel that speaks otherwise than the masters would hold them all to be down.
  Keys stop_sentinels(const Keys& ready) {
    Keys quiet = ready;
    for (const auto& node : topology_.nodes) {
      if (node.holds_data()) continue;
      PlannedStep stop =
          planned::leave(node.name, fmt::format("Stop {}", node.name), Role::kSentinel, {});
      stop.args["returns"] = true;
      quiet.push_back(add(plan_, std::move(stop), ready));
    }
    return quiet;
  }

  Keys switch_groups(const Keys& quiet) {
    Keys led;
    for (const auto& group : topology_.groups)
      led.push_back(add(plan_, planned::replication(group), switch_group(group, quiet)));
    return led;
  }

  /// A server with TLS hangs up at once on a replica that comes without, which then tries again
  /// each second. One without TLS waits a minute for the rest of what it takes for a command. So
  /// replicas with TLS must never meet a master without.
  Keys switch_group(const Group& group, const Keys& quiet) {
    Keys members = members_by_rank(group, facts_);
    const std::string master = members.front();
    members.erase(members.begin());
    if (spec_.tls) {
      const std::string first = switch_node(master, quiet);
      Keys switched = switch_nodes(members, {first});
      switched.push_back(first);
      return switched;
    }
    Keys switched = switch_nodes(members, quiet);
    switched.push_back(switch_node(master, switched.empty() ? quiet : switched));
    return switched;
  }

  Keys switch_nodes(const Keys& nodes, const Keys& after) {
    Keys switched;
    for (const auto& node : nodes) switched.push_back(switch_node(node, after));
    return switched;
  }

  std::string switch_node(const std::string& node, const Keys& after) {
    return add(plan_,
               step_of("redis.transport", node,
                       {fmt::format("Let {} speak {} TLS", node, spec_.tls ? "with" : "without"),
                        phase::kTls, Millis{1'000}}),
               after);
  }

  /// Anew, with whom the groups turn out to follow by then.
  Keys start_sentinels(const Keys& led) {
    Json masters = Json::object();
    for (const auto& group : topology_.groups) masters[group.name] = nullptr;
    Keys watched;
    for (const auto& node : topology_.nodes) {
      if (node.holds_data()) continue;
      PlannedStep start = planned::sentinel(node.name, masters, quorum_of(spec_));
      start.args["fresh"] = true;
      start.args["decidedBy"] = "redis.replication";
      watched.push_back(add(plan_, std::move(start), led));
    }
    return watched;
  }

  Keys check_certificates(const Keys& led) {
    Keys checked;
    if (!spec_.tls) return checked;
    for (const auto& node : topology_.nodes)
      checked.push_back(add(plan_, planned::tls(node.name),
                            node.holds_data() ? led : Keys{configure_key(node.name)}));
    return checked;
  }

  const Spec& spec_;
  const ObservedFacts& facts_;
  const Topology topology_;
  Plan plan_;
};

}  // namespace

Plan plan_transport(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog) {
  refuse_while_it_is_off(spec, facts);
  refuse_other_changes(spec, facts);
  refuse_what_is_unreachable(spec, facts);
  Plan plan = TransportChange(spec, facts).run();
  describe_cost(plan, spec, catalog);
  describe_transport(plan, spec);
  return plan;
}

}  // namespace ashlar::redis
