#include "kinds/kafka/plan/deployment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/cluster/plan/machines.hpp"
#include "kinds/kafka/plan/installing.hpp"
#include "kinds/kafka/plan/planned.hpp"
#include "kinds/kafka/plan/topics.hpp"
#include "kinds/kafka/spec/advice.hpp"

namespace ashlar::kafka {
namespace {

using cluster::add;
using cluster::Keys;

class Deployment {
 public:
  Deployment(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog)
      : spec_(spec), facts_(facts), catalog_(catalog), topology_(topology_of(spec)) {}

  Plan run() {
    for (const auto& node : topology_.nodes) names_.push_back(node.name);
    work_ = cluster::work_to_do(facts_, names_);
    describe();
    plan_machines();
    add(plan_, planned::credentials(), {});
    for (const auto& node : topology_.nodes)
      if (work_.nodes.contains(node.name)) plan_node(node);
    plan_service();
    plan_.notes = advice(spec_);
    return std::move(plan_);
  }

 private:
  void describe() {
    const auto todo = work_.nodes.size();
    plan_.kind = "kafka";
    plan_.resource_name = spec_.name;
    plan_.action = "deploy";
    plan_.summary = !facts_.exists ? fmt::format("Deploy Kafka cluster {}: {}", spec_.name,
                                                 cluster::count_of(todo, "machine"))
                    : todo == 0    ? fmt::format("Prove Kafka cluster {}", spec_.name)
                                   : fmt::format("Complete Kafka cluster {}: {} of {} nodes",
                                                 spec_.name, todo, topology_.nodes.size());
  }

  void plan_machines() {
    std::vector<std::string> kept;
    for (const auto& node : topology_.nodes)
      if (!facts_.of(node.name).missing && !work_.new_machines.contains(node.name))
        kept.push_back(node.size);
    cluster::plan_machines(plan_, fleet_request(spec_, work_.new_machines), kept, catalog_,
                           phase::kMachines);
  }

  /// Nodes are told where the controllers are, so these must have their addresses first.
  void plan_node(const NodePart& node) {
    const std::string installed =
        add_install(plan_, spec_, node, cluster::when_ready(work_.new_machines, {node.name}));
    Keys after{installed, kCredentialsKey};
    cluster::extend(after, cluster::when_ready(work_.new_machines, topology_.controllers()));
    const int heap = heap_megabytes(spec_, node, catalog_);
    configured_.push_back(add(plan_, planned::configure(node, heap), std::move(after)));
  }

  void plan_service() {
    Keys after = configured_;
    after.emplace_back(kCredentialsKey);
    const std::string quorum = add(plan_, planned::quorum(topology_), after);
    const std::string brokers = add(plan_, planned::brokers(topology_), {quorum});
    const std::string users = add(plan_, planned::users(spec_.users.size()), {brokers});
    const TopicDifference topics = topic_difference(spec_, facts_);
    const std::string made =
        add(plan_, planned::topics(title_of(topics, spec_.prune), topics.created), {brokers});
    Keys proved{users, made};
    proved.emplace_back(fleet::kCountKey);
    add(plan_, planned::prove(), cluster::planned_among(plan_, proved));
  }

  const Spec& spec_;
  const ObservedFacts& facts_;
  const Catalog& catalog_;
  const Topology topology_;
  Plan plan_;
  std::vector<std::string> names_;
  cluster::WorkToDo work_;
  Keys configured_;
};

}  // namespace

Plan plan_deployment(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog) {
  return Deployment(spec, facts, catalog).run();
}

}  // namespace ashlar::kafka
