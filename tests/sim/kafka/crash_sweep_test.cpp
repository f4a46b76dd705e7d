// Every operation of Kafka, with the control plane killed after each transaction.

#include <gtest/gtest.h>

#include "tests/sim/crash_sweep.hpp"
#include "tests/sim/kafka/kafka_cluster.hpp"

namespace ashlar::sim {
namespace {

Scene kafka_scene(store::Store& store, const WorldOptions& options) {
  auto world = std::make_unique<KafkaWorld>(store, options);
  auto cluster = std::make_unique<KafkaCluster>(*world, "sim");
  return {std::move(world), std::move(cluster)};
}

/// Controllers apart.
Json prod() {
  return KafkaWish{}.to_json();
}
/// Controllers among the brokers: the same life with half the machines.
Json together() {
  return KafkaWish{.type = "kafka-cluster"}.to_json();
}
Json one_node() {
  return KafkaWish{.type = "kafka-single", .brokers = 1}.to_json();
}

bool deploy_prod(ClusterLife& cluster) {
  return cluster.apply(prod());
}

Json count_of(const char* role, int count) {
  return {{"desiredState", {{"roles", {{role, {{"count", count}}}}}}}};
}
Json brokers_of_size(const char* size, const char* strategy = "in-place") {
  return {{"roles", {{"broker", {{"size", size}}}}}, {"strategy", strategy}};
}
Json topics() {
  return {{"topics", Json::array({{{"name", "orders"}, {"partitions", 6}},
                                  {{"name", "customers"},
                                   {"partitions", 2},
                                   {"configuration", {{"cleanup.policy", "compact"}}}}})}};
}
Json users() {
  const Json shop{{"name", "shop"},
                  {"acls", Json::array({{{"topic", "orders"}, {"operations", {"write"}}}})}};
  const Json billing{{"name", "billing"},
                     {"acls", Json::array({{{"topic", "orders"}, {"operations", {"read"}}}})}};
  return {{"users", Json::array({shop, billing})}};
}

/// Somebody moves all replicas to the first three brokers, so that there is something to spread.
void crowd_brokers(ClusterLife& cluster) {
  acted("update", count_of("broker", 4))(cluster);
  KafkaWorld& world = static_cast<KafkaCluster&>(cluster).world();
  Json moves = Json::array();
  for (int partition = 0; partition < 4; ++partition)
    moves.push_back({{"topic", "orders"}, {"partition", partition}, {"replicas", {1, 2, 3}}});
  const Json answer = world.cluster_of_name(cluster.name())
                          ->answer({{"op", "reassign"}, {"partitions", moves}},
                                   *world.kafka_net.running.begin()->second);
  require(answer.at("ok"), dump(answer));
  world.rest(Millis{10'000});
}

const std::vector<Sweep>& kafka_sweeps() {
  static const Json longer_kept{{"configuration", {{"log.segment.bytes", "1048576"}}}};
  static const Json more_brokers = count_of("broker", 4);
  static const Json five_controllers = count_of("controller", 5);
  static const std::vector<Sweep> all{
      {"Deploy", {}, nullptr, deploy_prod},
      {"AddABroker", prod(), nullptr, act("update", more_brokers)},
      {"AddABrokerWithoutAnswers", together(), nullptr, act("update", more_brokers), 0, true},
      {"CancelledAddABroker", together(), nullptr, act("update", more_brokers), 18},
      {"RemoveABroker", together(), acted("update", more_brokers),
       act("update", count_of("broker", 3))},
      {"AddControllers", prod(), nullptr, act("update", five_controllers)},
      {"CancelledAddControllers", prod(), nullptr, act("update", five_controllers), 25},
      {"RemoveControllers", prod(), acted("update", five_controllers),
       act("update", count_of("controller", 3))},
      {"Upgrade", together(), nullptr, act("upgrade", brokers_of_size(kLarge))},
      {"CancelledUpgrade", together(), nullptr, act("upgrade", brokers_of_size(kLarge)), 30},
      {"Downgrade", together(), acted("upgrade", brokers_of_size(kLarge)),
       act("downgrade", brokers_of_size(kSmall))},
      {"Replacement", together(), nullptr, act("upgrade", brokers_of_size(kLarge, "replace"))},
      {"Stop", together(), nullptr, act("stop")},
      {"Start", together(), acted("stop"), act("start")},
      {"RotatePasswords", together(), nullptr, act("rotate", {{"what", "passwords"}})},
      {"RotateCertificates", together(), nullptr, act("rotate", {{"what", "certificates"}})},
      {"ExchangeTheAuthority", together(), nullptr, act("reissue", {{"overlapSeconds", 0}})},
      {"HealABroker", prod(), lost("sim-broker-2"), act("heal")},
      {"HealAController", prod(), lost("sim-controller-2"), act("heal")},
      {"Settings", together(), nullptr, act("update", longer_kept)},
      {"CancelledSettings", together(), nullptr, act("update", longer_kept), 12},
      {"Topics", one_node(), nullptr, act("update", topics())},
      {"Users", one_node(), nullptr, act("update", users())},
      {"Version", together(), nullptr, act("update", {{"version", "4.4.0"}})},
      {"CancelledVersion", together(), nullptr, act("update", {{"version", "4.4.0"}}), 15},
      {"Spread", together(), crowd_brokers, act("reassign")},
      {"Delete", prod(), nullptr, remove_it}};
  return all;
}

class KafkaCrashSweep : public testing::TestWithParam<Sweep> {};

TEST_P(KafkaCrashSweep, EveryDeathEndsInTheSameState) {
  expect_every_death_ends_alike(GetParam(), kafka_scene);
}

INSTANTIATE_TEST_SUITE_P(Operations, KafkaCrashSweep, testing::ValuesIn(kafka_sweeps()),
                         [](const auto& sweep) { return std::string(sweep.param.name); });

}  // namespace
}  // namespace ashlar::sim
