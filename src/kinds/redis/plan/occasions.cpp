#include "kinds/redis/plan/occasions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/plan/plan_parts.hpp"
#include "kinds/redis/spec/topology.hpp"

namespace ashlar::redis {
namespace {

void refuse_what_is_down(const Spec& spec, const ObservedFacts& facts, std::string_view what) {
  if (const std::string down = what_is_down(spec, facts); !down.empty())
    throw Error(ErrorCode::kConflict, fmt::format("{} {}: {}", what, spec.name, down),
                "repair it first: apply the spec again, or heal the cluster");
}

std::string machines_of(const Spec& spec) {
  return fmt::format("{} {}", spec.node_count(), spec.node_count() == 1 ? "machine" : "machines");
}

std::string master_of(const ObservedFacts& facts, const std::string& group) {
  if (auto leader = facts.leader_of(group)) return *std::move(leader);
  throw Error(ErrorCode::kConflict, fmt::format("nobody leads group {} at the moment", group),
              "wait for the sentinels to agree on a master, then try again");
}

/// A replica that works; the first by name in the spec.
std::string heir_of(const ObservedFacts& facts, const Group& group, const std::string& master) {
  for (const auto& member : group.members())
    if (member != master && facts.of(member).working) return member;
  throw Error(ErrorCode::kConflict, fmt::format("no replica of group {} works", group.name),
              "repair one first: apply the spec again, or heal the cluster");
}

void add_passwords(Plan& plan, const Topology& topology, bool given, int overlap_seconds,
                   Keys& last) {
  const std::string made =
      add(plan,
          step_of("redis.password.make", "",
                  {"Make the new passwords", phase::kRotation, Millis{50}}, {{"given", given}}),
          {kCredentialsKey});
  Keys added;
  for (const auto& node : topology.nodes)
    added.push_back(add(plan,
                        step_of("redis.password.add", node.name,
                                {fmt::format("Let {} take the new passwords, too", node.name),
                                 phase::kRotation, Millis{300}}),
                        {made}));
  const std::string used = add(
      plan,
      step_of("redis.password.use", "", {"Use the new passwords", phase::kRotation, Millis{1'000}}),
      added);
  const Millis overlap{overlap_seconds * 1'000LL};
  for (const auto& node : topology.nodes) {
    auto step = step_of("redis.password.drop", node.name,
                        {fmt::format("Let {} refuse the old passwords", node.name),
                         phase::kRotation, overlap + Millis{300}},
                        {{"overlapSeconds", overlap_seconds}});
    step.deadline += overlap;
    last.push_back(add(plan, std::move(step), {used}));
  }
}

/// What the request says of this rotation counts before what the spec says of all.
int overlap_of(const Spec& spec, const Request& request) {
  if (!request.once.is_object()) return spec.password_overlap_seconds;
  return request.once.value("overlapSeconds", spec.password_overlap_seconds);
}

/// A master that cannot be asked cannot save its data either, and switching it off would lose them.
void refuse_to_lose_data(const Spec& spec, const ObservedFacts& facts, const Group& group) {
  const std::string master = master_of(facts, group.name);
  const NodeFacts seen = facts.of(master);
  if (seen.working || seen.off) return;
  throw Error(ErrorCode::kConflict,
              fmt::format("cannot stop {}: {}, the master of {}, does not answer, so that its data "
                          "cannot be saved",
                          spec.name, master, group.name),
              "wait until it answers, or repair it: apply the spec again, or heal the cluster");
}

}  // namespace

std::string what_is_down(const Spec& spec, const ObservedFacts& facts) {
  if (!facts.proved) return "its deployment is not complete";
  for (const auto& node : topology_of(spec).nodes)
    if (!facts.of(node.name).working) return fmt::format("{} does not work", node.name);
  // The proof at the end would wait for what a rotation or a hand-over does not mend.
  const auto remembering = facts.drift.find("unknown-replica");
  if (remembering != facts.drift.end() && !remembering->second.empty())
    return fmt::format("{} remembers machines that are gone", *remembering->second.begin());
  return {};
}

Plan plan_nothing(const Spec& spec, const std::string& why) {
  return plan_for(spec, "update", fmt::format("Redis cluster {} {}", spec.name, why));
}

Plan plan_stop(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog) {
  Plan plan = plan_for(spec, "stop",
                       fmt::format("Stop Redis cluster {}: {}", spec.name, machines_of(spec)));
  const Topology topology = topology_of(spec);
  for (const auto& node : topology.nodes)
    if (facts.of(node.name).missing)
      throw Error(ErrorCode::kConflict,
                  fmt::format("cannot stop {}: {} has no machine", spec.name, node.name),
                  "repair it first: apply the spec again, or heal the cluster");
  for (const auto& group : topology.groups) refuse_to_lose_data(spec, facts, group);
  // Sentinels first: they would take a stopping master for a failing one.
  Keys quiet;
  for (const auto& node : topology.nodes)
    if (!node.holds_data() && facts.of(node.name).reachable)
      quiet.push_back(add(
          plan, planned::leave(node.name, fmt::format("Stop {}", node.name), Role::kSentinel, {}),
          {}));
  Keys saved = quiet;
  for (const auto& group : topology.groups) {
    // The master first: what its replicas save then is all that it ever took.
    Keys chain = quiet;
    for (const auto& member : members_by_rank(group, facts)) {
      if (!facts.of(member).reachable) continue;
      const std::string key = add(plan, planned::save(member, group.name), chain);
      if (chain == quiet) chain = {key};
      saved.push_back(key);
    }
  }
  fleet::plan_power(plan, fleet_request(spec), false, saved);
  describe_cost(plan, spec, catalog);
  plan.disruptions.push_back(fmt::format("{} answers nobody until it is started again", spec.name));
  plan.notes.push_back("DigitalOcean bills machines that are switched off like running ones");
  return plan;
}

Plan plan_start(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog) {
  Plan plan = plan_for(spec, "start",
                       fmt::format("Start Redis cluster {}: {}", spec.name, machines_of(spec)));
  const Topology topology = topology_of(spec);
  const bool all_work = std::ranges::all_of(
      topology.nodes, [&](const NodePart& node) { return facts.of(node.name).working; });
  if (all_work) return plan_nothing(spec, "runs already");
  for (const auto& node : topology.nodes)
    if (!node.holds_data() && facts.of(node.name).working)
      throw Error(ErrorCode::kConflict,
                  fmt::format("{} of {} runs, and would elect a master before the newest data is "
                              "known",
                              node.name, spec.name),
                  "apply the spec to repair what does not run, or stop the cluster first");
  fleet::plan_power(plan, fleet_request(spec), true, {});
  Keys led;
  Json masters = Json::object();
  for (const auto& group : topology.groups) {
    Keys after;
    for (const auto& member : group.members()) after.push_back(fleet::power_key(member));
    auto arbitrate =
        step_of("redis.arbitrate", "",
                {fmt::format("Let the node with the newest data lead {}", group.name),
                 phase::kReplication, Millis{5'000}},
                {{"group", group.name}, {"lastMaster", members_by_rank(group, facts)[0]}});
    arbitrate.key += "/" + group.name;
    const std::string decided = add(plan, std::move(arbitrate), std::move(after));
    led.push_back(add(plan, planned::replication(group), {decided}));
    masters[group.name] = nullptr;  // known when it was arbitrated
  }
  Keys before_proof = led;
  for (const auto& node : topology.nodes) {
    if (node.holds_data()) continue;
    Keys after = led;
    for (const auto& other : topology.nodes)
      if (!other.holds_data()) after.push_back(fleet::power_key(other.name));
    PlannedStep start = planned::sentinel(node.name, masters, quorum_of(spec));
    start.args["fresh"] = true;
    before_proof.push_back(add(plan, std::move(start), std::move(after)));
  }
  add(plan, planned::prove(spec), std::move(before_proof));
  describe_cost(plan, spec, catalog);
  return plan;
}

Plan plan_switchover(const Spec& spec, const ObservedFacts& facts, const Json& once) {
  const Topology topology = topology_of(spec);
  const Group& group = topology.group(once.at("group").get<std::string>());
  refuse_what_is_down(spec, facts, "cannot hand over a group of");
  const std::string from = master_of(facts, group.name);
  const std::string to =
      once.at("to").is_string() ? once.at("to").get<std::string>() : heir_of(facts, group, from);
  if (to == from)
    return plan_nothing(spec, fmt::format("has {} as master of {} already", to, group.name));
  Plan plan =
      plan_for(spec, "switchover", fmt::format("Hand {} over from {} to {}", group.name, from, to));
  const std::string handed = add(plan, planned::switchover(group.name, from, to), {});
  add(plan, planned::prove(spec), {handed});
  plan.disruptions.push_back(
      fmt::format("writes to {} pause for about a second; clients that ask the sentinels find the "
                  "new master",
                  group.name));
  return plan;
}

Plan plan_rotation(const Spec& spec, const ObservedFacts& facts, const Request& request) {
  const bool certificates =
      request.once.is_object() && request.once.value("what", "") == "certificates";
  if (certificates && !spec.tls)
    throw Error(ErrorCode::kConflict, fmt::format("{} has no certificates: TLS is off", spec.name),
                "switch TLS on first");
  refuse_what_is_down(spec, facts, "cannot rotate anything of");
  Plan plan = plan_for(spec, "rotate",
                       fmt::format("Rotate the {} of Redis cluster {}",
                                   certificates ? "certificates" : "passwords", spec.name));
  const Topology topology = topology_of(spec);
  add(plan, planned::credentials(spec), {});
  Keys last;
  if (certificates) {
    last = add_certificates(plan, spec, topology.nodes, {kCredentialsKey});
    plan.notes.emplace_back("the authority stays, so clients need no change");
  } else {
    const int overlap = overlap_of(spec, request);
    add_passwords(plan, topology, !request.changed_secrets.empty(), overlap, last);
    plan.required_actions.push_back(
        {fmt::format("clients of {}", spec.name), "change to the new password",
         overlap == 0 ? std::string("at once: the old one ends when the new one begins")
                      : fmt::format("{} s after the new one is in use; both are valid until then",
                                    overlap)});
  }
  add(plan, planned::prove(spec), std::move(last));
  return plan;
}

}  // namespace ashlar::redis
