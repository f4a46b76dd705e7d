// What is known of Kafka, and has cost others records or an evening, is true of the model: else the
// simulation would prove nothing.

#include <gtest/gtest.h>

#include "tests/sim/kafka/kafka_cluster.hpp"
#include "tests/sim/kafka/kafka_life.hpp"
#include "tests/sim/memory_store.hpp"

namespace ashlar::sim {
namespace {

class KafkaFacts : public testing::Test {
 protected:
  void deploy(const KafkaWish& wish) {
    ASSERT_TRUE(cluster_.apply(wish.to_json()));
    ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
    cluster_.start_clients();
    world_.rest(Millis{10'000});
  }
  KafkaModel& kafka() { return *world_.cluster_of_name("sim"); }
  KafkaMachine& machine(const std::string& name) { return world_.machine(name); }
  const ProducerModel& producer() { return *world_.producers().front(); }
  /// At any node that runs, but not that of this number.
  Json ask(const Json& operation, int without = 0) {
    for (const auto& [address, process] : world_.kafka_net.running)
      if (process->number != without) return kafka().answer(operation, *process);
    throw std::logic_error("nothing runs");
  }
  const PartitionModel& partition(int number = 0) {
    return kafka().topics().at("orders").partitions.at(static_cast<size_t>(number));
  }
  void turn_off(const std::string& name) { machine(name).lose_power(); }
  void expect_nothing_lost() {
    world_.rest(Millis{15'000});
    cluster_.expect_data();
    cluster_.expect_served();
  }

  MemoryStore store_{VirtualTime().now()};
  KafkaWorld world_{store_, {.seed = 3, .boot = Millis{2'000}}};
  KafkaCluster cluster_{world_, "sim"};
};

TEST_F(KafkaFacts, WithTwoOfThreeReplicasAwayNothingIsTakenAndNothingLost) {
  deploy({});
  turn_off("sim-broker-1");
  turn_off("sim-broker-2");
  world_.rest(Millis{20'000});
  const Time confirmed = producer().last_confirmed();
  world_.rest(Millis{30'000});
  EXPECT_EQ(producer().last_confirmed(), confirmed) << "it was taken with one replica in sync";
  machine("sim-broker-1").boot();
  machine("sim-broker-2").boot();
  world_.rest(Millis{30'000});
  expect_nothing_lost();
}

TEST_F(KafkaFacts, TheLastReplicaInSyncIsTheOnlyOneThatMayLead) {
  deploy({.type = "kafka-cluster"});
  const int last = 3;
  turn_off("sim-broker-1");
  world_.rest(Millis{15'000});
  EXPECT_EQ(partition().in_sync.size(), 2U);
  turn_off("sim-broker-2");
  world_.rest(Millis{5'000});
  machine("sim-broker-1").boot();  // a majority of controllers again
  world_.rest(Millis{30'000});
  EXPECT_TRUE(partition().in_sync.contains(last));
  EXPECT_TRUE(partition().leader.has_value());
  machine("sim-broker-2").boot();
  world_.rest(Millis{30'000});
  expect_nothing_lost();
}

TEST_F(KafkaFacts, AMoveDoesNotEndWhileAReplicaThatStaysIsAway) {
  deploy({.brokers = 4});
  const auto here = partition().replicas;
  const int comes = 1 + 2 + 3 + 4 + 4 * 3 - here[0] - here[1] - here[2];  // brokers are 4 to 7
  const std::vector<int> target{here[0], here[1], comes};
  turn_off("sim-broker-" + std::to_string(here[1] - 3));
  world_.rest(Millis{15'000});
  const Json move{{"topic", "orders"}, {"partition", 0}, {"replicas", target}};
  ASSERT_TRUE(ask({{"op", "reassign"}, {"partitions", Json::array({move})}}).at("ok"));
  world_.rest(Millis{60'000});
  EXPECT_TRUE(partition().moves()) << "broker " << here[1] << " is away";
  machine("sim-broker-" + std::to_string(here[1] - 3)).boot();
  world_.rest(Millis{30'000});
  EXPECT_FALSE(partition().moves());
  EXPECT_EQ(partition().replicas, target);
  expect_nothing_lost();
}

TEST_F(KafkaFacts, ABrokerThatIsForgottenWhileItRunsDoesNotComeBackByItself) {
  deploy({});
  ASSERT_TRUE(ask({{"op", "unregister_broker"}, {"id", 6}}, 6).at("ok"));
  world_.rest(Millis{60'000});
  EXPECT_FALSE(kafka().serves(*machine("sim-broker-3").process()));
  machine("sim-broker-3").kill_process();
  world_.rest(Millis{30'000});
  EXPECT_TRUE(kafka().serves(*machine("sim-broker-3").process()));
}

TEST_F(KafkaFacts, ANumberVotesOnceWhateverItsFolder) {
  deploy({.type = "kafka-cluster"});
  const Json answer = ask({{"op", "add_voter"}, {"id", 2}, {"directoryId", "another"}});
  EXPECT_EQ(answer.at("type"), "DuplicateVoterException");
}

TEST_F(KafkaFacts, WithoutAMajorityOfControllersNothingIsAgreedOn) {
  deploy({});
  turn_off("sim-controller-1");
  turn_off("sim-controller-2");
  world_.rest(Millis{5'000});
  EXPECT_EQ(ask({{"op", "quorum"}}).at("type"), "TimeoutException");
  EXPECT_EQ(ask({{"op", "delete_topics"}, {"names", {"orders"}}}).at("type"), "TimeoutException");
  const Time confirmed = producer().last_confirmed();
  world_.rest(Millis{5'000});
  EXPECT_GT(producer().last_confirmed(), confirmed) << "brokers go on with what they lead";
  machine("sim-controller-1").boot();
  world_.rest(Millis{20'000});
  EXPECT_TRUE(ask({{"op", "quorum"}}).at("ok"));
  expect_nothing_lost();
}

TEST_F(KafkaFacts, AnOlderKafkaCannotReadMetadataThatWasRaised) {
  deploy({.type = "kafka-single", .brokers = 1});
  ASSERT_TRUE(cluster_.act("update", {{"version", "4.4.0"}}));
  ASSERT_EQ(cluster_.run({}), OperationState::kSucceeded);
  EXPECT_EQ(ask({{"op", "update_features"}, {"release", "4.1"}}).at("type"), "InvalidRequest");
  KafkaProcess older = *machine("sim-broker-1").process();
  older.version = "4.1.0";
  EXPECT_THROW(kafka().starts(older), std::runtime_error);
}

TEST_F(KafkaFacts, NodesOfAnotherAuthorityAreLetInNowhere) {
  deploy({});
  const KafkaProcess& one = *machine("sim-broker-1").process();
  KafkaProcess stranger = *machine("sim-broker-2").process();
  EXPECT_TRUE(world_.kafka_net.connects(one, stranger));
  stranger.credentials.authorities.clear();
  EXPECT_FALSE(world_.kafka_net.connects(one, stranger));
}

TEST(KafkaFactsOfLives, ASeedAlwaysGivesTheSameLife) {
  const auto live = [](unsigned seed) {
    MemoryStore store(VirtualTime().now());
    return live_kafka_life(store, seed, false);
  };
  for (const unsigned seed : {3U, 17U, 40U}) EXPECT_EQ(live(seed), live(seed)) << seed;
}

}  // namespace
}  // namespace ashlar::sim
