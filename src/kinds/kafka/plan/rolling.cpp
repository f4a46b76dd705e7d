#include "kinds/kafka/plan/rolling.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/field_reader.hpp"
#include "kinds/kafka/spec/advice.hpp"

namespace ashlar::kafka {

std::vector<const NodePart*> in_rolling_order(const Topology& topology, const Json& observed) {
  std::vector<const NodePart*> order;
  for (const auto& node : topology.nodes) order.push_back(&node);
  const Json active = observed.is_object() ? observed.value("activeController", Json()) : Json();
  std::ranges::stable_sort(order, {}, [&](const NodePart* node) {
    if (active.is_string() && active.get_ref<const std::string&>() == node->name) return 1;
    return node->controller ? 0 : 2;
  });
  return order;
}

void refuse_broken(const Spec& spec, const ObservedFacts& facts,
                   const std::set<std::string>& except) {
  for (const auto& node : topology_of(spec).nodes)
    if (!except.contains(node.name) && !facts.of(node.name).working)
      throw Error(ErrorCode::kConflict,
                  fmt::format("{} of {} does not work: nothing is changed before it does",
                              node.name, spec.name),
                  fmt::format("ashlar heal kafka {}, or look at ashlar drift", spec.name));
}

void refuse_held(const Spec& spec, const std::string& what) {
  for (const auto& node : topology_of(spec).nodes)
    if (node.held)
      throw Error(ErrorCode::kConflict,
                  fmt::format("{} of {} is held out of changes, and {} it, too", node.name,
                              spec.name, what),
                  "take `held` away from the node first");
}

void refuse_unsparing(const Spec& spec) {
  const auto unsparing = unsparing_topics(spec);
  if (spec.type == Type::kSingle || unsparing.empty()) return;
  throw Error(ErrorCode::kConflict,
              fmt::format("no broker of {} can stop without an interruption: {} no more replicas "
                          "than must be in sync: {}",
                          spec.name, unsparing.size() == 1 ? "one topic has" : "some topics have",
                          list_for_people(unsparing, 5)),
              "lower their min.insync.replicas, or give them more replicas, first");
}

void refuse_to_lose_records(const Spec& spec, const ObservedFacts& facts) {
  std::vector<std::string> lost;
  for (const auto& [name, topic] : facts.topics)
    if (topic.replication_factor == 1) lost.push_back(name);
  if (spec.type != Type::kSingle && lost.empty()) return;
  throw Error(ErrorCode::kConflict,
              fmt::format("no machine of {} can be replaced without losing records: {}", spec.name,
                          spec.type == Type::kSingle
                              ? std::string("its only node holds them")
                              : "topics have one replica: " + list_for_people(lost, 5)),
              spec.type == Type::kSingle
                  ? "deploy another cluster and move the records there"
                  : "declare these topics with a higher replicationFactor first");
}

void describe_rolling(Plan& plan, const Spec& spec) {
  if (spec.type == Type::kSingle)
    plan.disruptions.push_back(
        fmt::format("{} answers nobody while its node restarts: about half a minute", spec.name));
  else
    plan.notes.emplace_back(
        "each broker hands its partitions over before it stops; clients find the new leaders by "
        "themselves");
}

}  // namespace ashlar::kafka
