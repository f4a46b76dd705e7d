// What a change of the spec needs: machines made, nodes restarted one at a time behind their gates,
// users and topics. Nothing that works is stopped while something else is missing.

#include "kinds/kafka/plan/change.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/field_reader.hpp"
#include "kinds/cluster/plan/machines.hpp"
#include "kinds/kafka/plan/change_texts.hpp"
#include "kinds/kafka/plan/installing.hpp"
#include "kinds/kafka/plan/membership.hpp"
#include "kinds/kafka/plan/planned.hpp"
#include "kinds/kafka/plan/reassignment.hpp"
#include "kinds/kafka/plan/rolling.hpp"
#include "kinds/kafka/plan/topics.hpp"
#include "kinds/kafka/spec/topology.hpp"
#include "model/spec_difference.hpp"

namespace ashlar::kafka {
namespace {

using cluster::add;
using cluster::Keys;

[[noreturn]] void refuse(const Spec& spec, const std::string& what, const std::string& instead) {
  throw Error(ErrorCode::kConflict, fmt::format("{} of {} cannot change", what, spec.name),
              instead);
}

/// A node that was about to leave, and is declared again, would be another one under its name: a
/// number is never given twice.
void refuse_former_nodes(const Spec& spec, const Spec& applied) {
  const Topology before = topology_of(applied);
  for (const auto& node : topology_of(spec).nodes) {
    const NodePart* former = before.find_node(node.name);
    if (former != nullptr && former->number != node.number)
      throw Error(ErrorCode::kConflict,
                  fmt::format("{} of {} is being let go and cannot be declared anew meanwhile",
                              node.name, spec.name),
                  "retry or cancel the change that lets it go, or give the new node another id");
  }
}

/// What a cluster keeps for its life, or what only leaving it lets go.
void refuse_impossible(const Spec& spec, const Spec& applied, const ObservedFacts& facts) {
  const char* anew = "deploy another cluster and move the records there";
  if (spec.type != applied.type) refuse(spec, "the type", anew);
  if (spec.region != applied.region) refuse(spec, "the region", anew);
  if (spec.vpc_id != applied.vpc_id) refuse(spec, "the VPC", anew);
  if (spec.data_directory != applied.data_directory) refuse(spec, "the data directory", anew);
  if (spec.image != applied.image)
    refuse(spec, "the image", "it counts for machines that are made from now on, not for these");
  refuse_former_nodes(spec, applied);
  const TopicDifference topics = topic_difference(spec, facts);
  if (!topics.shrunk.empty())
    throw Error(ErrorCode::kConflict,
                fmt::format("{} would have fewer partitions than now: Kafka can only add some",
                            list_for_people(topics.shrunk, 5)),
                "declare at least as many as there are, or make another topic");
}

/// Spec fields whose change needs no step of its own: they count from the next occasion on.
bool is_restated_only(const std::string& path) {
  for (const char* field : {"heal", "strategy", "passwordOverlapSeconds", "certificateDays",
                            "prune", "highestNodeNumber", "clientRanges", "topics", "users",
                            "power", "reassignmentBytesPerSecond", "package"})
    if (path == field || path.starts_with(std::string(field) + "[") ||
        path.starts_with(std::string(field) + "."))
      return true;
  return false;
}

class Change {
 public:
  Change(const Spec& spec, const ObservedFacts& facts, const engine::PlanInput& input)
      : spec_(spec),
        applied_(spec_from_json(facts.applied)),
        facts_(facts),
        input_(input),
        topology_(topology_of(spec)),
        before_(topology_of(applied_)),
        changes_(spec_difference(facts.applied, input.spec)),
        members_(membership_of(spec, applied_, facts, input.catalog, is_in_every_file())),
        topics_(topic_difference(spec, facts)) {}

  Plan run(const std::string& action) {
    refuse_impossible(spec_, applied_, facts_);
    refuse_what_is_in_the_way();
    plan_.kind = "kafka";
    plan_.resource_name = spec_.name;
    plan_.action = action;
    plan_new_machines();
    plan_joining();
    plan_new_version();
    plan_rolling();
    plan_new_controllers_told();
    plan_reassignment();
    plan_leaving();
    plan_firewall();
    plan_access();
    plan_proof();
    describe_change(plan_, {spec_, applied_, facts_, members_, topics_, input_});
    return std::move(plan_);
  }

 private:
  /// Files differ on every node, so that every node has to read them.
  bool is_in_every_file() const {
    return std::ranges::any_of(changes_, [](const SpecChange& change) {
      return !change.path.starts_with("desiredState") && !is_restated_only(change.path);
    });
  }

  void refuse_what_is_in_the_way() {
    refuse_broken(spec_, facts_, members_.joining);
    refuse_to_touch_the_held();
    if (members_.others_rolled()) refuse_unsparing(spec_);
    if (any_broker(members_.replaced)) refuse_to_lose_records(spec_, facts_);
    refuse_homeless_replicas(spec_, facts_, members_, input_.observed);
  }

  /// What is more than a restart it cannot miss, or would have to be undone for it.
  void refuse_to_touch_the_held() {
    if (spec_.version != applied_.version) refuse_held(spec_, "another version is for");
    if (spec_.tls != applied_.tls) refuse_held(spec_, "another protocol is for");
    for (const auto& node : topology_.nodes)
      if (node.held &&
          (members_.resized.contains(node.name) || members_.replaced.contains(node.name) ||
           members_.promoted.contains(node.name) || members_.demoted.contains(node.name)))
        throw Error(
            ErrorCode::kConflict,
            fmt::format("{} of {} is held out of changes, and would change", node.name, spec_.name),
            "take `held` away from the node, or leave it as it is");
  }

  void plan_new_machines() {
    std::set<std::string> made = members_.joining;
    made.insert(members_.replaced.begin(), members_.replaced.end());
    if (made.empty()) return;
    fleet::plan_create(plan_, fleet_request(spec_, made), input_.catalog);
    std::erase_if(plan_.changes,
                  [](const ashlar::Change& change) { return change.what != "machine"; });
    add(plan_, planned::credentials(), {});
  }

  void plan_joining() {
    if (members_.joining.empty()) return;
    bool controllers = false;
    for (const auto& node : topology_.nodes) {
      if (!members_.joining.contains(node.name)) continue;
      know_controllers_.insert(node.name);
      controllers |= node.controller;
      Keys after{add_install(plan_, spec_, node, {fleet::ready_key(node.name)})};
      after.emplace_back(kCredentialsKey);
      // Nodes are told where the controllers are, so these must have their addresses first.
      cluster::extend(after, cluster::when_ready(members_.joining, topology_.controllers()));
      joined_.push_back(add(plan_, planned::join(node, heap_megabytes(spec_, node, input_.catalog)),
                            std::move(after)));
    }
    if (controllers) plan_votes();
    joined_ = {add(plan_, planned::brokers(topology_), joined_)};
  }

  void plan_votes() {
    if (std::ranges::find(plan_.steps, kQuorumKey, &PlannedStep::key) != plan_.steps.end()) return;
    joined_ = {add(plan_, planned::quorum(topology_), joined_)};
  }

  /// Everywhere before anyone stops: what cannot be had is known then.
  void plan_new_version() {
    if (spec_.version == applied_.version) return;
    Keys installed = joined_;
    for (const auto& node : topology_.nodes)
      if (!members_.joining.contains(node.name) && !members_.replaced.contains(node.name))
        installed.push_back(add_install(plan_, spec_, node, joined_));
    joined_ = installed;
  }

  /// Who gets a vote is changed before those who lose theirs.
  void plan_rolling() {
    auto order = in_rolling_order(topology_, input_.observed);
    std::erase_if(order, [&](const NodePart* node) { return !members_.is_rolled(node->name); });
    std::ranges::stable_partition(
        order, [&](const NodePart* node) { return members_.promoted.contains(node->name); });
    for (const NodePart* node : order) {
      if (!members_.promoted.contains(node->name)) plan_changed_votes();
      roll(*node);
    }
    plan_changed_votes();
    if (spec_.version != applied_.version)
      joined_ = {add(plan_, planned::features(spec_.version), joined_)};
  }

  void plan_changed_votes() {
    if (before_.controllers() != topology_.controllers()) plan_votes();
  }

  void roll(const NodePart& node) {
    const bool replaced = members_.replaced.contains(node.name);
    // Who was configured before does not know where this one is then.
    if (replaced && node.controller) know_controllers_.clear();
    know_controllers_.insert(node.name);
    joined_ = {add(plan_, replaced ? planned::vacate(node) : planned::withdraw(node), joined_)};
    if (replaced) {
      make_after(fleet::create_key(node.name), joined_);
      joined_ = {add_install(plan_, spec_, node, {fleet::ready_key(node.name)})};
    } else if (members_.resized.contains(node.name)) {
      joined_ = fleet::plan_resize(plan_, fleet_request(spec_, {node.name}),
                                   {{node.name, facts_.of(node.name).size}}, joined_);
      describe_resize(plan_, spec_, node, facts_.of(node.name).size, input_.catalog);
    }
    joined_ = {
        add(plan_, planned::configure(node, heap_megabytes(spec_, node, input_.catalog)), joined_)};
    joined_ = {add(plan_, planned::resume(node), joined_)};
  }

  /// A machine is replaced when its turn has come.
  void make_after(const std::string& key, const Keys& before) {
    const auto step = std::ranges::find(plan_.steps, key, &PlannedStep::key);
    if (step != plan_.steps.end()) cluster::extend(step->after, before);
  }

  /// Who is restarted later than they changed has read it then.
  void plan_new_controllers_told() {
    if (!members_.controllers_move(before_, topology_)) return;
    Keys told;
    for (const auto& node : topology_.nodes)
      if (!know_controllers_.contains(node.name))
        told.push_back(add(plan_, planned::tell(node), joined_));
    if (!told.empty()) joined_ = told;
  }

  void plan_reassignment() {
    const bool balanced = any_broker(members_.joining);
    const bool emptied = any_broker(members_.leaving);
    const bool replicated = !topics_.replicated.empty() || spec_.defaults.replication_factor !=
                                                               applied_.defaults.replication_factor;
    if (!balanced && !emptied && !replicated) return;
    const char* title = emptied    ? "Move the replicas off the brokers that leave"
                        : balanced ? "Move replicas until each broker has its share"
                                   : "Give topics the declared number of replicas";
    joined_ = {add(plan_, planned::reassign(title, topology_, before_, balanced), joined_)};
    if (balanced || emptied) describe_moves(plan_, spec_, members_, input_.observed);
  }

  bool any_broker(const std::set<std::string>& names) const {
    return std::ranges::any_of(names, [&](const std::string& name) {
      const NodePart* node = topology_.find_node(name);
      if (node == nullptr) node = before_.find_node(name);
      return node->broker;
    });
  }

  /// One after the other, and machines only when all have left.
  void plan_leaving() {
    if (members_.leaving.empty()) return;
    for (const auto& node : before_.nodes)
      if (members_.leaving.contains(node.name))
        joined_ = {add(plan_, planned::leave(node), joined_)};
  }

  void plan_firewall() {
    if (spec_.client_ranges == applied_.client_ranges) return;
    fleet::plan_firewall(plan_, fleet_request(spec_));
    changed_.emplace_back(fleet::kFirewallKey);
  }

  void plan_access() {
    const Keys after = joined_;
    if (spec_.users != applied_.users || !input_.changed_secrets.empty() ||
        facts_.drifted("users", "")) {
      Keys made{after};
      made.push_back(add_credentials());
      changed_.push_back(add(plan_, planned::users(spec_.users.size()), std::move(made)));
    }
    if (topics_.nothing_to_do(spec_.prune)) return;
    changed_.push_back(
        add(plan_, planned::topics(title_of(topics_, spec_.prune), topics_.created), after));
  }

  std::string add_credentials() {
    const auto present = std::ranges::find(plan_.steps, kCredentialsKey, &PlannedStep::key);
    return present == plan_.steps.end() ? add(plan_, planned::credentials(), {})
                                        : std::string(kCredentialsKey);
  }

  void plan_proof() {
    if (plan_.steps.empty() && changes_.empty()) return;
    Keys after = joined_;
    cluster::extend(after, changed_);
    if (!members_.joining.empty() || !members_.replaced.empty())
      after.emplace_back(fleet::kCountKey);
    const std::string proved = add(plan_, planned::prove(), std::move(after));
    if (members_.leaving.empty()) return;
    fleet::plan_retire(plan_, fleet_request(applied_, members_.leaving), {proved});
  }

  const Spec& spec_;
  const Spec applied_;
  const ObservedFacts& facts_;
  const engine::PlanInput& input_;
  const Topology topology_;
  const Topology before_;
  const std::vector<SpecChange> changes_;
  const Membership members_;
  const TopicDifference topics_;
  Plan plan_;
  std::set<std::string> know_controllers_;  // nodes that will have read where they all are
  Keys joined_;                             // what must be done before users, topics and the proof
  Keys changed_;                            // what the proof waits for besides
};

}  // namespace

Plan plan_change(const Spec& spec, const ObservedFacts& facts, const engine::PlanInput& input,
                 const std::string& action) {
  return Change(spec, facts, input).run(action);
}

}  // namespace ashlar::kafka
