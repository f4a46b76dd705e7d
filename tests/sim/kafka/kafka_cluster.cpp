#include "tests/sim/kafka/kafka_cluster.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::sim {
namespace {

constexpr const char* kUser = "shop";
constexpr const char* kTopic = "orders";

}  // namespace

Json KafkaWish::to_json() const {
  const auto role = [&](int count) { return Json{{"count", count}, {"size", size}}; };
  Json roles{{"broker", role(brokers)}};
  if (type == "kafka-prod") roles["controller"] = role(controllers);
  return {
      {"kind", "kafka"},
      {"name", name},
      {"type", type},
      {"region", "nyc1"},
      {"enableTLS", tls},
      {"version", version},
      {"desiredState", {{"roles", roles}}},
      {"topics", Json::array({{{"name", kTopic}, {"partitions", partitions}}})},
      {"users", Json::array({{{"name", kUser},
                              {"acls", Json::array({{{"topic", kTopic},
                                                     {"operations", {"write", "describe"}}}})}}})},
      {"clientRanges", {"10.0.0.0/8"}},
      {"heal", heal}};
}

Json KafkaWish::roles(const Json& fields) const {
  Json roles{{"broker", fields}};
  if (type == "kafka-prod") roles["controller"] = fields;
  return roles;
}

std::set<std::string> KafkaCluster::nodes_of(const Json& spec) const {
  std::set<std::string> names;
  for (const auto& node : kafka::topology_of(kafka::spec_from_json(spec)).nodes)
    names.insert(node.name);
  return names;
}

void KafkaCluster::start_clients() {
  if (world_.producers().empty()) world_.add_producer(name(), kUser, kTopic).start();
}

void KafkaCluster::expect_data() {
  for (const auto& producer : world_.producers())
    for (const auto& [partition, records] : producer->confirmed())
      expect_kept(*producer, partition);
}

void KafkaCluster::expect_kept(const ProducerModel& producer, int partition) {
  const auto there = world_.cluster_of_name(name())->records_of({producer.topic(), partition});
  const std::string where = fmt::format("{}-{}", producer.topic(), partition);
  require(there.has_value(), where + " is led by nobody");
  require(std::ranges::is_sorted(*there, std::less_equal{}),
          where + " has records twice, or in another order");
  const auto& confirmed = producer.confirmed().at(partition);
  std::vector<Record> lost;
  std::ranges::set_difference(confirmed, *there, std::back_inserter(lost));
  // What a disk had not yet is gone with the power where nobody else had it.
  const bool alone = resource().spec.value("type", "") == "kafka-single";
  if (alone && world_.cluster_of_name(name())->lost_records()) {
    if (!lost.empty()) ++excused_["lost-with-its-only-broker"];
    return;
  }
  require(lost.empty(), fmt::format("{} lost {} of {} confirmed records, {} the first", where,
                                    lost.size(), confirmed.size(), lost.empty() ? 0 : lost[0]));
}

void KafkaCluster::expect_served() {
  for (const auto& producer : world_.producers())
    require(world_.time.now() - producer->last_confirmed() < Millis{5'000},
            producer->name() + " is not served");
}

void KafkaCluster::expect_tidy() {
  const auto left = world_.cluster_of_name(name())->throttles();
  require(left.empty(), fmt::format("throttles were left behind: {}", fmt::join(left, ", ")));
}

}  // namespace ashlar::sim
