// What a change of the spec needs: machines made, nodes restarted one at a time behind their gates,
// users and topics. Nothing that works is stopped while something else is missing.

#include "kinds/kafka/plan/change.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/field_reader.hpp"
#include "kinds/cluster/plan/machines.hpp"
#include "kinds/kafka/plan/planned.hpp"
#include "kinds/kafka/plan/topics.hpp"
#include "kinds/kafka/spec/advice.hpp"
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

/// What a cluster keeps for its life, or what only leaving it lets go.
void refuse_impossible(const Spec& spec, const Spec& applied, const ObservedFacts& facts) {
  const char* anew = "deploy another cluster and move the records there";
  if (spec.type != applied.type) refuse(spec, "the type", anew);
  if (spec.region != applied.region) refuse(spec, "the region", anew);
  if (spec.vpc_id != applied.vpc_id) refuse(spec, "the VPC", anew);
  if (spec.data_directory != applied.data_directory) refuse(spec, "the data directory", anew);
  if (spec.tls != applied.tls)
    refuse(spec, "whether clients use TLS", "deploy another cluster and move the clients there");
  if (spec.image != applied.image)
    refuse(spec, "the image", "it counts for machines that are made from now on, not for these");
  const Topology before = topology_of(applied);
  const Topology now = topology_of(spec);
  if (before.controllers() != now.controllers())
    refuse(spec, "who the controllers are", "keep controller.count as it is");
  for (const auto& node : before.nodes)
    if (now.find_node(node.name) == nullptr)
      throw Error(
          ErrorCode::kConflict,
          fmt::format("{} of {} cannot be removed: it holds replicas", node.name, spec.name),
          "keep it, or delete the cluster");
  const TopicDifference topics = topic_difference(spec, facts);
  if (!topics.shrunk.empty())
    throw Error(ErrorCode::kConflict,
                fmt::format("{} would have fewer partitions than now: Kafka can only add some",
                            list_for_people(topics.shrunk, 5)),
                "declare at least as many as there are, or make another topic");
  if (!topics.replicated.empty())
    throw Error(ErrorCode::kConflict,
                fmt::format("the replication factor of {} cannot change",
                            list_for_people(topics.replicated, 5)),
                "declare the factor that it has, or make another topic");
}

/// Spec fields whose change needs no step of its own: they count from the next occasion on.
bool is_restated_only(const std::string& path) {
  for (const char* field :
       {"heal", "strategy", "passwordOverlapSeconds", "certificateDays", "prune",
        "highestNodeNumber", "clientRanges", "topics", "users", "power"})
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
        before_(topology_of(applied_)) {}

  Plan run(const std::string& action) {
    refuse_impossible(spec_, applied_, facts_);
    plan_.kind = "kafka";
    plan_.resource_name = spec_.name;
    plan_.action = action;
    find_changes();
    plan_new_nodes();
    plan_new_version();
    plan_rolling();
    plan_firewall();
    plan_access();
    plan_proof();
    describe();
    return std::move(plan_);
  }

 private:
  void find_changes() {
    const auto changes = spec_difference(facts_.applied, input_.spec);
    restated_ = !changes.empty();
    for (const auto& change : changes) {
      const bool of_nodes = change.path.starts_with("desiredState");
      if (!of_nodes && !is_restated_only(change.path)) rolled_for_.push_back(change.path);
    }
    for (const auto& node : topology_.nodes)
      if (before_.find_node(node.name) == nullptr) new_.insert(node.name);
    for (const auto& node : topology_.nodes) {
      if (new_.contains(node.name)) continue;
      const auto facts = facts_.of(node.name);
      if (!facts.size.empty() && facts.size != node.size) resized_.insert(node.name);
      if (before_.find_node(node.name)->zone != node.zone || heap_differs(node))
        restarted_.insert(node.name);
      if (!rolled_for_.empty()) restarted_.insert(node.name);
      if (!facts.working)
        throw Error(ErrorCode::kConflict,
                    fmt::format("{} of {} does not work: nothing is changed before it does",
                                node.name, spec_.name),
                    fmt::format("ashlar heal kafka {}, or look at ashlar drift", spec_.name));
    }
    if (restarted_.empty() && resized_.empty()) return;
    if (const auto unsparing = unsparing_topics(spec_);
        spec_.type != Type::kSingle && !unsparing.empty())
      throw Error(
          ErrorCode::kConflict,
          fmt::format("no broker of {} can stop without an interruption: {} no more replicas "
                      "than must be in sync: {}",
                      spec_.name, unsparing.size() == 1 ? "one topic has" : "some topics have",
                      list_for_people(unsparing, 5)),
          "lower their min.insync.replicas, or give them more replicas, first");
  }

  bool heap_differs(const NodePart& node) const {
    const auto of = [&](const Spec& spec) {
      const auto found = spec.heap_megabytes.find(node.role());
      return found == spec.heap_megabytes.end() ? 0 : found->second;
    };
    return of(spec_) != of(applied_);
  }

  int heap_of(const NodePart& node) const {
    const Size* size = input_.catalog.find_size(node.size);
    return heap_megabytes(spec_, node.role(), size ? size->memory_bytes : 0);
  }

  void plan_new_nodes() {
    if (new_.empty()) return;
    fleet::plan_create(plan_, fleet_request(spec_, new_), input_.catalog);
    std::erase_if(plan_.changes,
                  [](const ashlar::Change& change) { return change.what != "machine"; });
    const std::string credentials = add(plan_, planned::credentials(), {});
    for (const auto& node : topology_.nodes) {
      if (!new_.contains(node.name)) continue;
      const std::string installed =
          add(plan_, planned::install(node), {fleet::ready_key(node.name)});
      joined_.push_back(
          add(plan_, planned::configure(node, heap_of(node)), {installed, credentials}));
    }
    joined_ = {add(plan_, planned::brokers(topology_), joined_)};
  }

  /// Everywhere before anyone stops: what cannot be had is known then.
  void plan_new_version() {
    if (spec_.version == applied_.version) return;
    Keys installed = joined_;
    for (const auto& node : topology_.nodes)
      if (!new_.contains(node.name))
        installed.push_back(add(plan_, planned::install(node), joined_));
    joined_ = installed;
  }

  /// One node at a time: controllers before brokers, and whoever leads the controllers last of
  /// them.
  std::vector<const NodePart*> in_rolling_order() const {
    std::vector<const NodePart*> order;
    for (const auto& node : topology_.nodes)
      if (restarted_.contains(node.name) || resized_.contains(node.name)) order.push_back(&node);
    const std::string active = input_.observed.value("activeController", Json()).is_string()
                                   ? input_.observed["activeController"].get<std::string>()
                                   : std::string();
    const auto rank = [&](const NodePart* node) {
      if (node->name == active) return 1;
      return node->controller ? 0 : 2;
    };
    std::ranges::stable_sort(order, {}, rank);
    return order;
  }

  void plan_rolling() {
    Keys after = joined_;
    for (const NodePart* node : in_rolling_order()) {
      after = {add(plan_, planned::withdraw(*node), after)};
      if (resized_.contains(node->name)) {
        after = fleet::plan_resize(plan_, fleet_request(spec_, {node->name}),
                                   {{node->name, facts_.of(node->name).size}}, after);
        describe_resize(*node);
      }
      after = {add(plan_, planned::configure(*node, heap_of(*node)), after)};
      after = {add(plan_, planned::resume(*node), after)};
    }
    if (!in_rolling_order().empty()) joined_ = after;
    if (spec_.version != applied_.version)
      joined_ = {add(plan_, planned::features(spec_.version), joined_)};
  }

  void describe_resize(const NodePart& node) {
    const auto price = [&](const std::string& size) {
      return cluster::monthly_usd(input_.catalog, {size});
    };
    const std::string from = facts_.of(node.name).size;
    plan_.changes.push_back({ChangeAction::kUpdate, "machine",
                             fmt::format("{}-{}", spec_.name, node.name),
                             fmt::format("{} → {}, address and data stay", from, node.size),
                             price(from), price(node.size)});
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
    const TopicDifference topics = topic_difference(spec_, facts_);
    if (topics.nothing_to_do(spec_.prune)) return;
    changed_.push_back(
        add(plan_, planned::topics(title_of(topics, spec_.prune), topics.created), after));
    if (spec_.prune && !topics.undeclared.empty())
      plan_.dangers.push_back(danger_of(topics.undeclared));
  }

  std::string add_credentials() {
    const auto present = std::ranges::find(plan_.steps, kCredentialsKey, &PlannedStep::key);
    return present == plan_.steps.end() ? add(plan_, planned::credentials(), {})
                                        : std::string(kCredentialsKey);
  }

  static Danger danger_of(const std::vector<std::string>& topics) {
    return {DangerKind::kData,
            fmt::format(
                "{} deleted with all their records, since the spec does not declare them: {}",
                topics.size() == 1 ? "one topic is" : fmt::format("{} topics are", topics.size()),
                list_for_people(topics, 10))};
  }

  void plan_proof() {
    if (plan_.steps.empty() && !restated_) return;
    Keys after = joined_;
    cluster::extend(after, changed_);
    if (!new_.empty()) after.emplace_back(fleet::kCountKey);
    add(plan_, planned::prove(), std::move(after));
  }

  void describe() {
    std::vector<std::string> parts;
    if (!new_.empty())
      parts.push_back(fmt::format("add {}", cluster::count_of(new_.size(), "node")));
    if (spec_.version != applied_.version) parts.push_back("bring Kafka to " + spec_.version);
    if (!resized_.empty())
      parts.push_back(fmt::format("resize {}", cluster::count_of(resized_.size(), "machine")));
    if (!restarted_.empty())
      parts.push_back(
          fmt::format("restart {}, one at a time", cluster::count_of(restarted_.size(), "node")));
    const TopicDifference topics = topic_difference(spec_, facts_);
    if (!topics.nothing_to_do(spec_.prune)) {
      std::string title = title_of(topics, spec_.prune);
      title.front() = static_cast<char>(title.front() - 'A' + 'a');
      parts.push_back(std::move(title));
    }
    if (spec_.users != applied_.users) parts.emplace_back("change users");
    if (spec_.client_ranges != applied_.client_ranges) parts.emplace_back("change the firewall");
    plan_.summary = plan_.steps.empty() ? fmt::format("Nothing of {} needs to change", spec_.name)
                    : parts.empty()
                        ? fmt::format("Note the new spec of {}, and prove it", spec_.name)
                        : fmt::format("Update {}: {}", spec_.name, fmt::join(parts, ", "));
    if (plan_.steps.empty()) return;
    if (plan_.changes.empty())
      cluster::describe_cost(plan_, spec_.name, spec_.node_count(),
                             monthly_usd(spec_, input_.catalog));
    describe_disruptions();
  }

  void describe_disruptions() {
    const size_t rolled = in_rolling_order().size();
    if (rolled == 0) return;
    if (spec_.type == Type::kSingle)
      plan_.disruptions.push_back(fmt::format(
          "{} answers nobody while its node restarts: about half a minute", spec_.name));
    else
      plan_.notes.push_back(
          "each broker hands its partitions over before it stops; clients find the new leaders by "
          "themselves");
    if (spec_.version != applied_.version)
      plan_.notes.push_back(
          fmt::format("the last step raises the metadata version to {}: from then on there is no "
                      "way back to {}",
                      spec_.version, applied_.version));
    if (!new_.empty())
      plan_.notes.push_back(
          "new brokers take new partitions; replicas that exist stay where they are");
  }

  const Spec& spec_;
  const Spec applied_;
  const ObservedFacts& facts_;
  const engine::PlanInput& input_;
  const Topology topology_;
  const Topology before_;
  Plan plan_;
  std::set<std::string> new_;
  std::set<std::string> resized_;
  std::set<std::string> restarted_;
  std::vector<std::string> rolled_for_;
  bool restated_ = false;
  Keys joined_;   // what must be done before users, topics and the proof
  Keys changed_;  // what the proof waits for besides
};

}  // namespace

Plan plan_change(const Spec& spec, const ObservedFacts& facts, const engine::PlanInput& input,
                 const std::string& action) {
  return Change(spec, facts, input).run(action);
}

}  // namespace ashlar::kafka
