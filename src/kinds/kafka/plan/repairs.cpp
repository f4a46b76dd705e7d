#include "kinds/kafka/plan/repairs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/cluster/plan/machines.hpp"
#include "kinds/kafka/plan/planned.hpp"
#include "kinds/kafka/plan/topics.hpp"
#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::kafka {
namespace {

using cluster::add;
using cluster::Keys;

class Repairs {
 public:
  Repairs(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
          const std::set<std::string>& only)
      : spec_(spec), facts_(facts), catalog_(catalog), only_(only), topology_(topology_of(spec)) {}

  Plan run() {
    plan_.kind = "kafka";
    plan_.resource_name = spec_.name;
    plan_.action = "heal";
    for (const auto& node : topology_.nodes)
      if (only_.empty() || only_.contains(node.name)) plan_node(node);
    if (only_.empty()) plan_whole();
    prove();
    plan_.summary = mended_ == 0 ? fmt::format("Nothing of {} needs mending", spec_.name)
                                 : fmt::format("Mend {} of Kafka cluster {}",
                                               cluster::count_of(mended_, "fault"), spec_.name);
    cluster::describe_cost(plan_, spec_.name, spec_.node_count(), monthly_usd(spec_, catalog_));
    return std::move(plan_);
  }

 private:
  void plan_node(const NodePart& node) {
    const auto facts = facts_.of(node.name);
    if (facts.missing || (!facts.reachable && !facts.off)) return;  // a person decides
    Keys after;
    if (facts.off) after = fleet::plan_power(plan_, fleet_request(spec_, {node.name}), true, {});
    if (!facts.working) {
      const Size* size = catalog_.find_size(node.size);
      const int heap = heap_megabytes(spec_, node.role(), size ? size->memory_bytes : 0);
      after = {add(plan_, planned::configure(node, heap), after)};
      return mend(add(plan_, planned::resume(node), after));
    }
    const bool changed =
        facts_.drifted("managed-file", node.name) || facts_.drifted("unit", node.name);
    if (changed) mend(add(plan_, planned::restore(node), {}));
  }

  void plan_whole() {
    if (facts_.drifted("firewall", "")) {
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

  /// What cannot be mended must not keep the rest from being proved, as far as it goes.
  void prove() {
    if (mended_ > 0) add(plan_, planned::prove(), {}, ended_);
  }

  const Spec& spec_;
  const ObservedFacts& facts_;
  const Catalog& catalog_;
  const std::set<std::string>& only_;
  const Topology topology_;
  Plan plan_;
  Keys ended_;
  size_t mended_ = 0;
};

}  // namespace

Plan plan_repairs(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                  const std::set<std::string>& only) {
  return Repairs(spec, facts, catalog, only).run();
}

}  // namespace ashlar::kafka
