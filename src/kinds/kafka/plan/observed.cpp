#include "kinds/kafka/plan/plan.hpp"

namespace ashlar::kafka {

namespace {

NodeFacts node_facts(const Json& node) {
  NodeFacts facts{cluster::node_facts(node)};
  facts.missed = node.value("missed", Json()) == true;
  return facts;
}

}  // namespace

ObservedFacts facts_of(const Json& observed) {
  ObservedFacts facts;
  if (!observed.is_object() || observed.empty()) return facts;
  facts.read_common(observed, node_facts);
  const Json topics = observed.value("topics", Json());
  facts.topics_known = topics.is_array();
  if (!facts.topics_known) return facts;
  for (const Json& topic : topics)
    facts.topics[topic.at("name")] = {topic.at("partitions"), topic.at("replicationFactor"),
                                      topic.at("configuration").get<Configuration>()};
  return facts;
}

}  // namespace ashlar::kafka
