#include "kinds/kafka/plan/repairs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/field_reader.hpp"
#include "kinds/cluster/plan/machines.hpp"
#include "kinds/kafka/plan/installing.hpp"
#include "kinds/kafka/plan/planned.hpp"
#include "kinds/kafka/plan/topics.hpp"
#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::kafka {
namespace {

using cluster::add;
using cluster::Keys;

/// Each step proves what it mended. A proof of the whole cluster would wait for whatever broke
/// meanwhile, and keep that from being mended.
class Repairs {
 public:
  Repairs(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
          const Repairable& repairable)
      : spec_(spec),
        facts_(facts),
        catalog_(catalog),
        repairable_(repairable),
        topology_(topology_of(spec)) {}

  Plan run() {
    plan_.kind = "kafka";
    plan_.resource_name = spec_.name;
    plan_.action = "heal";
    for (const auto& node : topology_.nodes)
      if (repairable_.nodes.empty() || repairable_.nodes.contains(node.name)) plan_node(node);
    plan_new_machines();
    if (repairable_.nodes.empty()) plan_whole();
    plan_.summary = mended_ == 0 ? fmt::format("Nothing of {} needs mending", spec_.name)
                                 : fmt::format("Mend {} of Kafka cluster {}",
                                               cluster::count_of(mended_, "fault"), spec_.name);
    cluster::describe_cost(plan_, spec_.name, spec_.node_count(), monthly_usd(spec_, catalog_));
    return std::move(plan_);
  }

 private:
  void plan_node(const NodePart& node) {
    const auto facts = facts_.of(node.name);
    if (facts.lost()) return plan_lost(node);
    if (!facts.reachable && !facts.off) return;
    Keys after;
    if (facts.off) after = fleet::plan_power(plan_, fleet_request(spec_, {node.name}), true, {});
    if (!facts.working) {
      after = {add(plan_, planned::configure(node, heap_megabytes(spec_, node, catalog_)), after)};
      return mend(add(plan_, planned::resume(node), after));
    }
    const bool changed =
        facts_.drifted("managed-file", node.name) || facts_.drifted("unit", node.name);
    if (changed) mend(add(plan_, planned::restore(node), {}));
  }

  /// Without its machine a node's records are lost, and copied from the others' replicas.
  void plan_lost(const NodePart& node) {
    if (repairable_.lost_machines && spec_.type != Type::kSingle) lost_.push_back(&node);
  }

  void plan_new_machines() {
    if (lost_.empty()) return;
    std::set<std::string> names;
    for (const NodePart* node : lost_) names.insert(node->name);
    fleet::plan_create(plan_, fleet_request(spec_, names), catalog_);
    add(plan_, planned::credentials(), {});
    Keys joined;
    for (const NodePart* node : lost_) {
      Keys after{add_install(plan_, spec_, *node, {fleet::ready_key(node->name)})};
      after.emplace_back(kCredentialsKey);
      cluster::extend(after, cluster::when_ready(names, topology_.controllers()));
      joined.push_back(add(plan_, planned::configure(*node, heap_megabytes(spec_, *node, catalog_)),
                           std::move(after)));
    }
    const bool controllers =
        std::ranges::any_of(lost_, [](const NodePart* node) { return node->controller; });
    if (controllers) {
      joined = {add(plan_, planned::quorum(topology_), joined)};
      tell_others(names, joined);
    }
    for (const NodePart* node : lost_) mend(add(plan_, planned::resume(*node), joined));
    describe_loss();
  }

  void tell_others(const std::set<std::string>& lost, const Keys& after) {
    for (const auto& node : topology_.nodes) {
      const bool is_told = std::ranges::any_of(plan_.steps, [&](const PlannedStep& step) {
        return step.type == "kafka.restore" && step.node == node.name;
      });
      if (!lost.contains(node.name) && !is_told && facts_.of(node.name).working)
        ended_.push_back(add(plan_, planned::tell(node), after));
    }
  }

  void describe_loss() {
    std::vector<std::string> single;
    for (const auto& [name, topic] : facts_.topics)
      if (topic.replication_factor == 1) single.push_back(name);
    const bool brokers =
        std::ranges::any_of(lost_, [](const NodePart* node) { return node->broker; });
    if (brokers && !single.empty())
      plan_.dangers.push_back(
          {DangerKind::kData,
           fmt::format("records that only the lost machine had are lost: topics with one replica "
                       "are {}",
                       list_for_people(single, 5))});
    plan_.notes.emplace_back("what the lost machine held is copied from the other brokers");
  }

  void plan_whole() {
    // New machines come behind a firewall that is set before.
    if (facts_.drifted("firewall", "") && lost_.empty()) {
      fleet::plan_firewall(plan_, fleet_request(spec_));
      mend(fleet::kFirewallKey);
    }
    if (facts_.drifted("users", "")) mend(add(plan_, planned::users(spec_.users.size()), ended_));
    const TopicDifference topics = topic_difference(spec_, facts_);
    if (facts_.topics_known && !topics.nothing_to_do(spec_.prune))
      mend(add(plan_, planned::topics(title_of(topics, spec_.prune), topics.created), ended_));
  }

  void mend(std::string key) {
    ended_.push_back(std::move(key));
    ++mended_;
  }

  const Spec& spec_;
  const ObservedFacts& facts_;
  const Catalog& catalog_;
  const Repairable& repairable_;
  const Topology topology_;
  Plan plan_;
  std::vector<const NodePart*> lost_;
  Keys ended_;
  size_t mended_ = 0;
};

}  // namespace

Plan plan_repairs(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                  const Repairable& repairable) {
  return Repairs(spec, facts, catalog, repairable).run();
}

}  // namespace ashlar::kafka
