#include "kinds/redis/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kinds/redis/advice.hpp"
#include "kinds/redis/observed.hpp"
#include "kinds/redis/topology.hpp"

namespace ashlar::redis {
namespace {

constexpr Millis kMinute{60'000};

/// Later versions turn differences into steps; this one knows none for a cluster that exists.
void refuse_changes(const Spec& spec, const Json& observed) {
  if (!observed.is_object() || !observed.contains("applied")) return;
  const auto changed = differences(observed.at("applied"), to_json(spec));
  if (changed.empty()) return;
  throw Error(ErrorCode::kConflict,
              fmt::format("Redis cluster {} exists, and this version cannot change {}", spec.name,
                          fmt::join(changed, "; ")),
              "apply the spec it was deployed with, deploy the changed one under another name, or "
              "delete the cluster first");
}

/// Builds the steps of one plan. A node that needs nothing gets no step, and steps wait only for
/// those of their dependencies that are planned.
class Planner {
 public:
  Planner(const Spec& spec, const Json& observed, const Catalog& catalog)
      : spec_(spec),
        topology_(topology_of(spec, &catalog)),
        facts_(facts_of(observed)),
        catalog_(catalog) {}

  Plan run() {
    describe();
    find_work();
    if (todo_.empty() && facts_.proved) return std::move(plan_);
    check_groups_can_be_restored();
    plan_machines();
    plan_credentials();
    for (const auto& node : topology_.nodes)
      if (todo_.contains(node.name)) plan_node(node);
    for (const auto& group : topology_.groups) plan_replication(group);
    plan_forgetting();
    plan_proof();
    plan_.notes = notes();
    plan_.disruptions = disruptions();
    return std::move(plan_);
  }

 private:
  void describe() {
    plan_.kind = "redis";
    plan_.resource_name = spec_.name;
    plan_.action = facts_.proved ? "update" : "deploy";
  }

  void find_work() {
    for (const auto& node : topology_.nodes) {
      const NodeFacts facts = facts_.of(node.name);
      if (facts.working) continue;
      todo_.insert(node.name);
      if (needs_machine(facts)) new_machines_.insert(node.name);
    }
    plan_.summary =
        !facts_.exists ? fmt::format("Deploy Redis cluster {}: {} {}", spec_.name, todo_.size(),
                                     todo_.size() == 1 ? "machine" : "machines")
        : todo_.empty()
            ? fmt::format("{} Redis cluster {}", facts_.proved ? "Keep" : "Prove", spec_.name)
            : fmt::format("Complete Redis cluster {}: {} of {} nodes", spec_.name, todo_.size(),
                          topology_.nodes.size());
  }

  /// Fleet replaces a machine that it is asked for. One that exists but does not answer may hold
  /// the only copy of acknowledged writes, unless the cluster was never proved.
  bool needs_machine(const NodeFacts& facts) const {
    return facts.missing || (!facts.reachable && !facts_.proved);
  }

  /// With sentinels at work, a group whose nodes are all gone has no data left to follow, and an
  /// empty master in its place would look like a success.
  void check_groups_can_be_restored() const {
    if (!facts_.sentinels_at_work) return;
    for (const auto& group : topology_.groups) {
      const auto members = group.members();
      const bool all_gone = std::ranges::all_of(
          members, [&](const std::string& name) { return new_machines_.contains(name); });
      if (all_gone)
        throw Error(ErrorCode::kConflict,
                    fmt::format("every data node of group {} of Redis cluster {} is gone, and its "
                                "data with them",
                                group.name, spec_.name),
                    "delete the cluster and deploy it again");
    }
  }

  void plan_machines() {
    fleet::Request request = fleet_request(spec_);
    std::erase_if(request.nodes,
                  [&](const fleet::Node& node) { return !new_machines_.contains(node.name); });
    fleet::plan_create(plan_, request, catalog_);
    describe_what_stays();
    for (auto& step : plan_.steps) step.phase = phase::kMachines;
  }

  /// Machines that stay are part of the price before and after, and their network is not made anew.
  void describe_what_stays() {
    double monthly_usd = 0;
    int kept = 0;
    for (const auto& node : topology_.nodes) {
      if (facts_.of(node.name).missing || new_machines_.contains(node.name)) continue;
      const Size* size = catalog_.find_size(node.size);
      monthly_usd += size ? size->price_monthly_usd : 0;
      ++kept;
    }
    if (kept == 0) return;
    std::erase_if(plan_.changes, [](const Change& change) { return change.what != "machine"; });
    plan_.changes.push_back({ChangeAction::kUpdate, "cluster", spec_.name,
                             fmt::format("{} {} kept", kept, kept == 1 ? "machine" : "machines"),
                             monthly_usd, monthly_usd});
  }

  PlannedStep& add(std::string key, std::string type, std::string title, const char* phase,
                   std::vector<std::string> after, Millis expected) {
    PlannedStep step;
    step.key = std::move(key);
    step.type = std::move(type);
    step.title = std::move(title);
    step.phase = phase;
    step.after = std::move(after);
    step.expected = expected;
    plan_.steps.push_back(std::move(step));
    return plan_.steps.back();
  }

  void plan_credentials() {
    add(kCredentialsKey, "redis.credentials",
        spec_.tls ? "Make the cluster's certificate authority and credentials"
                  : "Make the cluster's credentials",
        spec_.tls ? phase::kTls : phase::kInstall, {}, Millis{50});
  }

  void plan_node(const NodePart& node) {
    plan_install(node);
    if (node.holds_data())
      plan_data_node(node);
    else
      plan_sentinel(node);
    if (spec_.tls) plan_tls(node);
  }

  /// Steps that are planned, of those named.
  std::vector<std::string> when_new(const std::vector<std::string>& nodes) const {
    std::vector<std::string> keys;
    for (const auto& node : nodes)
      if (new_machines_.contains(node)) keys.push_back(fleet::ready_key(node));
    return keys;
  }

  void plan_install(const NodePart& node) {
    auto& step =
        add(install_key(node.name), "redis.install",
            fmt::format("Install {} on {}", node.holds_data() ? "Redis" : "Sentinel", node.name),
            phase::kInstall, when_new({node.name}), Millis{20'000});
    step.node = node.name;
    step.args = {{"package", node.holds_data() ? "redis-server" : "redis-sentinel"}};
    step.deadline = 10 * kMinute;
  }

  /// The node that `node` shall follow: the group's present master, which a failover may have
  /// moved; at first, the declared one. Empty: it is the master itself.
  std::string leader_for(const NodePart& node) const {
    const auto found = facts_.masters.find(node.group);
    const std::string master =
        found == facts_.masters.end() ? topology_.group(node.group).master : found->second;
    return master == node.name ? std::string() : master;
  }

  void plan_data_node(const NodePart& node) {
    const Group& group = topology_.group(node.group);
    const std::string leader = leader_for(node);
    std::vector<std::string> after{install_key(node.name), kCredentialsKey};
    // A replica retries until its master answers, so the master's address is all it waits for.
    if (!leader.empty())
      for (auto& key : when_new({leader})) after.push_back(std::move(key));
    auto& step = add(configure_key(node.name), "redis.configure",
                     leader.empty() ? fmt::format("Start master {} of {}", node.name, group.name)
                                    : fmt::format("Start {} as a replica of {}", node.name, leader),
                     phase::kReplication, std::move(after), Millis{1'500});
    step.node = node.name;
    step.args = {{"group", group.name},
                 {"follows", leader.empty() ? Json(nullptr) : Json(leader)},
                 {"maxMemoryBytes", group.max_memory_bytes}};
  }

  void plan_sentinel(const NodePart& node) {
    // Not before the masters answer: one that is met while it is absent would soon count as down.
    std::vector<std::string> after{install_key(node.name), kCredentialsKey};
    for (const auto& other : topology_.nodes)
      if (!other.holds_data() && other.name != node.name)
        for (auto& key : when_new({other.name})) after.push_back(std::move(key));
    Json masters = Json::object();
    for (const auto& group : topology_.groups) {
      const auto found = facts_.masters.find(group.name);
      masters[group.name] = found == facts_.masters.end() ? group.master : found->second;
      after.push_back(replication_key(group.name));
    }
    auto& step = add(configure_key(node.name), "redis.sentinel",
                     fmt::format("Start {} watching {} {}", node.name, topology_.groups.size(),
                                 topology_.groups.size() == 1 ? "group" : "groups"),
                     phase::kSentinels, std::move(after), Millis{1'500});
    step.node = node.name;
    step.args = {{"masters", std::move(masters)}, {"quorum", quorum_of(spec_)}};
  }

  void plan_tls(const NodePart& node) {
    add(tls_key(node.name), "redis.tls",
        fmt::format("Check the certificate that {} presents", node.name), phase::kTls,
        {configure_key(node.name)}, Millis{300})
        .node = node.name;
  }

  void plan_replication(const Group& group) {
    std::vector<std::string> after;
    for (const auto& member : group.members())
      if (todo_.contains(member)) after.push_back(configure_key(member));
    if (after.empty()) after.push_back(kCredentialsKey);
    auto& step =
        add(replication_key(group.name), "redis.replication",
            group.replicas.empty()
                ? fmt::format("Check the master of {}", group.name)
                : fmt::format("Check that {} {} of {} {}", group.replicas.size(),
                              group.replicas.size() == 1 ? "replica" : "replicas", group.name,
                              group.replicas.size() == 1 ? "follows" : "follow"),
            phase::kReplication, std::move(after), Millis{1'500});
    step.args = {{"group", group.name}};
    // A full synchronization of a large data set moves the deadline as it progresses.
    step.deadline = 5 * kMinute;
  }

  /// A sentinel never forgets by itself. After machines were replaced, each is told to, one at a
  /// time, so that the others keep the quorum meanwhile.
  void plan_forgetting() {
    if (!facts_.sentinels_at_work || new_machines_.empty()) return;
    std::vector<std::string> after;
    for (const auto& group : topology_.groups) after.push_back(replication_key(group.name));
    for (const auto& node : topology_.nodes)
      if (!node.holds_data() && todo_.contains(node.name))
        after.push_back(configure_key(node.name));
    for (const auto& node : topology_.nodes) {
      if (node.holds_data() || new_machines_.contains(node.name)) continue;
      add(forget_key(node.name), "redis.forget",
          fmt::format("Let {} forget machines that are gone", node.name), phase::kSentinels, after,
          Millis{15'000})
          .node = node.name;
      after = {forget_key(node.name)};
      last_forget_ = forget_key(node.name);
    }
  }

  void plan_proof() {
    std::vector<std::string> after;
    for (const auto& step : plan_.steps)
      if (step.type == "redis.replication" || step.type == "redis.sentinel" ||
          step.type == "redis.tls")
        after.push_back(step.key);
    if (!last_forget_.empty()) after.push_back(last_forget_);
    auto& step = add(kProveKey, "redis.prove",
                     spec_.sentinel ? "Prove writes, replication and the sentinels' agreement"
                                    : "Prove that Redis takes writes",
                     phase::kFinal, std::move(after), spec_.sentinel ? Millis{4'000} : Millis{500});
    step.deadline = 3 * kMinute;
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> notes = advice(spec_, topology_, catalog_);
    for (const auto& name : todo_)
      if (!new_machines_.contains(name) && !facts_.of(name).reachable)
        notes.push_back(
            fmt::format("the machine of {} exists but cannot be reached; it is waited "
                        "for, not replaced, since it may hold data",
                        name));
    return notes;
  }

  std::vector<std::string> disruptions() const {
    std::vector<std::string> result;
    for (const auto& group : topology_.groups) {
      if (!facts_.exists || !facts_.proved || spec_.sentinel) continue;
      if (todo_.contains(group.master))
        result.push_back(fmt::format("{} answers nobody until it runs again", spec_.name));
    }
    if (facts_.sentinels_at_work && !new_machines_.empty())
      result.push_back(
          "each sentinel in turn forgets its peers and learns them anew within seconds; "
          "the others keep the quorum");
    return result;
  }

  const Spec& spec_;
  const Topology topology_;
  const ObservedFacts facts_;
  const Catalog& catalog_;
  Plan plan_;
  std::set<std::string> todo_;          // nodes that do not work as wanted
  std::set<std::string> new_machines_;  // those of them that need a machine first
  std::string last_forget_;
};

}  // namespace

std::string install_key(const std::string& node) {
  return "redis.install/" + node;
}
std::string configure_key(const std::string& node) {
  return "redis.configure/" + node;
}
std::string replication_key(const std::string& group) {
  return "redis.replication/" + group;
}
std::string tls_key(const std::string& node) {
  return "redis.tls/" + node;
}
std::string forget_key(const std::string& sentinel) {
  return "redis.forget/" + sentinel;
}

std::string tag_of(const Spec& spec) {
  return "ashlar-redis-" + spec.name;
}

fleet::Request fleet_request(const Spec& spec) {
  fleet::Request request;
  request.resource_name = spec.name;
  request.tag = tag_of(spec);
  request.region = spec.region;
  request.vpc_id = spec.vpc_id;
  request.image = spec.image;
  for (const auto& node : topology_of(spec).nodes)
    request.nodes.push_back({node.name, std::string(to_string(node.role)), node.size});

  const auto reachable = [&](int port) {
    return cloud::FirewallRule{"tcp", std::to_string(port), spec.client_ranges, {request.tag}};
  };
  request.inbound.push_back(reachable(kRedisPort));
  if (spec.sentinel) request.inbound.push_back(reachable(kSentinelPort));
  return request;
}

Plan plan(const Spec& spec, const Json& observed, const Catalog& catalog, const Request& request) {
  if (!request.changed_secrets.empty() && observed.is_object())
    throw Error(ErrorCode::kConflict,
                fmt::format("the password given for {} is not the one in use", spec.name),
                "leave it out to keep the one in use");
  refuse_changes(spec, observed);
  return Planner(spec, observed, catalog).run();
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
