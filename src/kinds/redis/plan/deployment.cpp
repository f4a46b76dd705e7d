// The plan that brings a cluster up for the first time, or completes one that was never proved.

#include "kinds/redis/plan/deployment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kinds/cluster/plan/machines.hpp"
#include "kinds/redis/plan/plan.hpp"
#include "kinds/redis/plan/plan_parts.hpp"
#include "kinds/redis/spec/advice.hpp"

namespace ashlar::redis {
namespace {

/// A node that needs nothing gets no step, and steps wait only for those of their dependencies that
/// are planned.
class Deployment {
 public:
  Deployment(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog)
      : spec_(spec), facts_(facts), catalog_(catalog), topology_(topology_of(spec, &catalog)) {}

  Plan run() {
    find_work();
    describe();
    check_groups_can_be_restored();
    plan_machines();
    add(plan_, planned::credentials(spec_), {});
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
  void find_work() {
    std::vector<std::string> names;
    for (const auto& node : topology_.nodes) names.push_back(node.name);
    auto work = cluster::work_to_do(facts_, names);
    todo_ = std::move(work.nodes);
    new_machines_ = std::move(work.new_machines);
  }

  void describe() {
    plan_.kind = "redis";
    plan_.resource_name = spec_.name;
    plan_.action = "deploy";
    plan_.summary = !facts_.exists
                        ? fmt::format("Deploy Redis cluster {}: {} {}", spec_.name, todo_.size(),
                                      todo_.size() == 1 ? "machine" : "machines")
                    : todo_.empty() ? fmt::format("Prove Redis cluster {}", spec_.name)
                                    : fmt::format("Complete Redis cluster {}: {} of {} nodes",
                                                  spec_.name, todo_.size(), topology_.nodes.size());
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
    std::vector<std::string> kept;
    for (const auto& node : topology_.nodes)
      if (!facts_.of(node.name).missing && !new_machines_.contains(node.name))
        kept.push_back(node.size);
    cluster::plan_machines(plan_, fleet_request(spec_, new_machines_), kept, catalog_,
                           phase::kMachines);
  }

  /// A step of which the proof waits for the end.
  std::string add_proved(PlannedStep step, Keys after, Keys after_ended = {}) {
    return proved_.emplace_back(
        add(plan_, std::move(step), std::move(after), std::move(after_ended)));
  }

  void plan_node(const NodePart& node) {
    add(plan_, planned::install(node.name, node.holds_data()), when_new({node.name}));
    if (node.holds_data())
      plan_data_node(node);
    else
      plan_sentinel(node);
    if (spec_.tls) add_proved(planned::tls(node.name), {configure_key(node.name)});
  }

  std::vector<std::string> when_new(const std::vector<std::string>& nodes) const {
    return cluster::when_ready(new_machines_, nodes);
  }

  void plan_data_node(const NodePart& node) {
    const Group& group = topology_.group(node.group);
    const std::string master = leader_of(facts_, group);
    const bool leads = master == node.name;
    Keys after{install_key(node.name), kCredentialsKey};
    // A replica retries until its master answers, so the master's address is all it waits for.
    if (!leads)
      for (auto& key : when_new({master})) after.push_back(std::move(key));
    add_proved(planned::configure(node.name, group, leads ? std::string() : master),
               std::move(after));
  }

  void plan_sentinel(const NodePart& node) {
    // Not before the masters answer: one that is met while it is absent would soon count as down.
    Keys after{install_key(node.name), kCredentialsKey};
    // A machine that cannot be had must not keep the others from working.
    Keys after_ended;
    for (const auto& other : topology_.nodes)
      if (!other.holds_data() && other.name != node.name)
        for (auto& key : when_new({other.name})) after_ended.push_back(std::move(key));
    Json masters = Json::object();
    for (const auto& group : topology_.groups) {
      masters[group.name] = leader_of(facts_, group);
      after.push_back(replication_key(group.name));
    }
    add_proved(planned::sentinel(node.name, masters, quorum_of(spec_)), std::move(after),
               std::move(after_ended));
  }

  void plan_replication(const Group& group) {
    Keys after{kCredentialsKey};
    Keys after_ended;
    const std::string master = leader_of(facts_, group);
    for (const auto& member : group.members())
      if (todo_.contains(member))
        (member == master ? after : after_ended).push_back(configure_key(member));
    add_proved(planned::replication(group), std::move(after), std::move(after_ended));
  }

  /// A sentinel never forgets by itself. After machines were replaced, each is told to, one at a
  /// time, so that the others keep the quorum meanwhile.
  void plan_forgetting() {
    if (!facts_.sentinels_at_work || new_machines_.empty()) return;
    Keys after;
    for (const auto& group : topology_.groups) after.push_back(replication_key(group.name));
    for (const auto& node : topology_.nodes)
      if (!node.holds_data() && todo_.contains(node.name))
        after.push_back(configure_key(node.name));
    for (const auto& node : topology_.nodes) {
      if (node.holds_data() || new_machines_.contains(node.name)) continue;
      after = {add_proved(planned::forget(node.name), std::move(after))};
    }
  }

  void plan_proof() {
    proved_.emplace_back(fleet::kCountKey);
    add(plan_, planned::prove(spec_), planned_among(plan_, proved_));
  }

  std::vector<std::string> notes() const { return advice(spec_, topology_, catalog_); }

  std::vector<std::string> disruptions() const {
    if (!facts_.sentinels_at_work || new_machines_.empty()) return {};
    return {
        "each sentinel in turn forgets its peers and learns them anew within seconds; "
        "the others keep the quorum"};
  }

  const Spec& spec_;
  const ObservedFacts& facts_;
  const Catalog& catalog_;
  const Topology topology_;
  Plan plan_;
  Keys proved_;
  std::set<std::string> todo_;          // nodes that do not work as wanted
  std::set<std::string> new_machines_;  // those of them that need a machine first
};

}  // namespace

Plan plan_deployment(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog) {
  return Deployment(spec, facts, catalog).run();
}

}  // namespace ashlar::redis
