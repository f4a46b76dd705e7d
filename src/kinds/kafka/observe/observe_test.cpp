// A look at a cluster: what it costs, and what is made of the answers.

#include "kinds/kafka/observe/observe.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "kinds/fleet/testing/doubles.hpp"
#include "kinds/kafka/observe/drift.hpp"
#include "kinds/kafka/observe/status.hpp"
#include "kinds/kafka/observe/survey.hpp"
#include "kinds/kafka/testing/specs.hpp"

namespace ashlar::kafka {
namespace {

using fleet::testing::ListingCloud;
using fleet::testing::MemoryRecords;
using fleet::testing::MemorySecrets;
using fleet::testing::succeeded;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Counts what each machine is asked: one batch is one round trip.
class CountedMachines final : public fleet::testing::ScriptedMachines {
 public:
  machine::BatchResult run(const machine::Target& target, const machine::Batch& batch,
                           Millis timeout) override {
    {
      const std::lock_guard lock(counting_);
      ++trips[target.name];
    }
    return fleet::testing::ScriptedMachines::run(target, batch, timeout);
  }
  std::map<std::string, int> trips;

 private:
  std::mutex counting_;
};

/// A cluster whose machines answer, and whose brokers all serve unless a test says otherwise.
class Look : public ::testing::Test {
 protected:
  void make(int brokers) {
    Json input = valid_spec();
    input["desiredState"]["roles"]["broker"]["count"] = brokers;
    const Spec spec = accepted(input);
    resource_.id = "res_1";
    resource_.kind = "kafka";
    resource_.name = spec.name;
    resource_.spec = to_json(spec);
    int number = 0;
    for (const auto& node : topology_of(spec).nodes) add_machine(node, spec, ++number);
    machines_.answers["*"]["systemd_unit"] = [](const Json&) {
      return succeeded({{"active_state", "active"}}, false);
    };
    machines_.answers["*"]["command"] = [this](const Json& operation) {
      if (operation.at("argv").at(0) == "/bin/df")
        return succeeded({{"stdout", "1B-blocks Avail\n1000 600\n"}}, false);
      return answer_of_kafka(*parse_json(operation.at("input").get<std::string>()));
    };
  }

  void add_machine(const NodePart& node, const Spec& spec, int number) {
    Machine machine;
    machine.node = node.name;
    machine.name = spec.name + "-" + node.name;
    machine.provider_id = std::to_string(number);
    machine.private_address = fmt::format("10.10.{}.{}", number / 200, number % 200 + 1);
    fleet::testing::add_machine(records_, cloud_, machine);
    const Json one{{"id", node.number}, {"fenced", false}};
    if (node.broker) brokers_.push_back(one);
    if (node.controller)
      voters_.push_back({{"id", node.number}, {"directoryId", "d"}, {"behindMs", 0}});
  }

  machine::OperationResult answer_of_kafka(const Json& request) {
    Json results = Json::array();
    for (const Json& operation : request.at("operations")) {
      const Json answered = answers_.value(operation.at("op").get<std::string>(), Json::object());
      results.push_back({{"ok", true}, {"data", answered}});
    }
    return succeeded({{"stdout", dump({{"results", results}})}}, false);
  }

  Observer observer() {
    const fleet::Tools tools{cloud_, machines_, "ssh-ed25519 AAAA test"};
    tools_.emplace(tools);
    return {*tools_, resource_, secrets_, records_};
  }

  ClusterView look() {
    answers_["cluster"] = {{"metadataVersion", "4.1-IV0"}, {"brokers", brokers_}};
    answers_["quorum"] = {
        {"leader", voters_.front().at("id")}, {"voters", voters_}, {"observers", Json::array()}};
    answers_["topics"]["brokers"] = counts_;
    answers_["log_dirs"] = {{"brokers", Json::array()}};
    answers_["scram_users"] = {{"users", Json::array()}};
    answers_["acls"] = {{"acls", Json::array()}};
    return observe_cluster(observer());
  }

  /// As it was looked at last: every node at work.
  void remember_all_at_work() {
    Json nodes = Json::array();
    for (const auto& node : topology_of(spec_from_json(resource_.spec)).nodes)
      nodes.push_back({{"name", node.name}, {"reachable", true}, {"state", "active"}});
    resource_.status = {{"nodes", nodes}};
  }

  /// What the drift says of the node's machine: who mends it, and why.
  cluster::Drift unreachable(const std::string& node) {
    machines_.broken.emplace("prod-kafka-" + node, Error(ErrorCode::kTimeout, "no answer"));
    for (const auto& item : drift_of(look(), Time{}))
      if (item.node == node && item.what == "unreachable") return item;
    ADD_FAILURE() << node << " is not told";
    return {};
  }

  CountedMachines machines_;
  ListingCloud cloud_;
  MemorySecrets secrets_;
  MemoryRecords records_;
  Resource resource_;
  std::optional<fleet::Tools> tools_;
  Json brokers_ = Json::array(), voters_ = Json::array(), counts_ = Json::array();
  Json answers_ = Json::object();
};

TEST_F(Look, AtAHundredNodesIsOneRoundTripEachAndOneQuestionToKafka) {
  make(97);
  const ClusterView view = look();
  EXPECT_EQ(view.nodes.size(), 100u);
  EXPECT_TRUE(view.service.answered) << view.service.error;
  EXPECT_THAT(faults_of(view), ElementsAre());
  EXPECT_EQ(machines_.trips.size(), 100u);
  int asked_twice = 0;
  for (const auto& [name, trips] : machines_.trips) {
    EXPECT_LE(trips, 2) << name;
    asked_twice += trips == 2 ? 1 : 0;
  }
  EXPECT_EQ(asked_twice, 1) << "all of Kafka's questions go to one machine, in one";
}

TEST_F(Look, AGlanceAsksEachMachineOnceAndKafkaNothing) {
  make(3);
  remember_all_at_work();
  bool listens = true;
  machines_.answers["*"]["wait_for_port"] = [](const Json&) { return succeeded({}, false); };
  machines_.answers["prod-kafka-broker-2"]["wait_for_port"] = [&](const Json&) {
    return listens ? succeeded({}, false) : fleet::testing::failed("connection refused");
  };
  EXPECT_FALSE(glance(observer()).changed);
  EXPECT_EQ(machines_.trips.size(), 6u);
  for (const auto& [name, trips] : machines_.trips) EXPECT_EQ(trips, 1) << name;
  listens = false;
  const auto glanced = glance(observer());
  EXPECT_TRUE(glanced.changed);
  EXPECT_EQ(glanced.asked, 6);
}

/// A control plane that is cut off must not replace what works for everybody else.
TEST_F(Look, AMachineIsReplacedOnlyWhenKafkaDoesWithoutIt) {
  make(3);
  cluster::Drift drift = unreachable("broker-2");
  EXPECT_EQ(drift.heals, cluster::Heal::kNone);
  EXPECT_THAT(drift.message, HasSubstr("only Ashlar cannot reach it"));
  brokers_[1]["fenced"] = true;
  EXPECT_EQ(unreachable("broker-2").heals, cluster::Heal::kReplace);
  voters_[2]["behindMs"] = 60'000;
  EXPECT_EQ(unreachable("controller-3").heals, cluster::Heal::kReplace);
}

TEST_F(Look, NoMachineIsReplacedWhileKafkaDoesNotAnswer) {
  make(3);
  machines_.answers["*"]["command"] = [](const Json&) { return fleet::testing::failed("timeout"); };
  const cluster::Drift drift = unreachable("broker-2");
  EXPECT_EQ(drift.heals, cluster::Heal::kNone);
  EXPECT_THAT(drift.message, HasSubstr("Kafka does not answer either"));
}

TEST_F(Look, FindsWhatRunsAndDoesNotServe) {
  make(3);
  brokers_[1]["fenced"] = true;
  const ClusterView view = look();
  const NodeView* fenced = view.find_node("broker-2");
  ASSERT_NE(fenced, nullptr);
  EXPECT_EQ(fenced->state, "error");
  EXPECT_THAT(fenced->error, HasSubstr("not registered with the controllers"));
  EXPECT_EQ(view.find_node("broker-1")->state, "active");
}

TEST_F(Look, KnowsABrokerThatIsGoneAsLongAsReplicasNameIt) {
  make(3);
  const Json none{{"count", 0}, {"named", Json::array()}};
  counts_.push_back(
      {{"id", 9}, {"leaders", 0}, {"replicas", 4}, {"notInSync", 4}, {"needed", none}});
  const ClusterView view = look();
  const auto gone = view.service.brokers.find(9);
  ASSERT_NE(gone, view.service.brokers.end());
  EXPECT_FALSE(gone->second.registered);
  EXPECT_FALSE(gone->second.serves);
  EXPECT_EQ(gone->second.replicas, 4);
}

Json moving(const char* topic, int partition, Json replicas, Json adding, Json removing) {
  return {{"topic", topic},
          {"partition", partition},
          {"replicas", std::move(replicas)},
          {"adding", std::move(adding)},
          {"removing", std::move(removing)}};
}

TEST_F(Look, DoesNotCountReplicasThatAreOnTheirWayAsATopicsOwn) {
  make(3);
  const Json partition{{"partition", 0}, {"replicas", {4, 5, 6, 7}}};
  answers_["topics"] = {
      {"topics", Json::array({{{"name", "orders"}, {"partitions", Json::array({partition})}}})}};
  answers_["reassignments"]["reassignments"] =
      Json::array({moving("orders", 0, {4, 5, 6, 7}, {7}, {4}),
                   moving("__consumer_offsets", 3, {5, 6, 4}, {4}, Json::array())});
  const ClusterView view = look();
  ASSERT_TRUE(view.service.answered) << view.service.error;
  EXPECT_EQ(view.service.topics.at("orders").replication_factor, 3);
  const Json told = status_of(view, {}, "res_1", Time{}).at("reassignment");
  EXPECT_EQ(told.at("partitions"), 2);
  EXPECT_EQ(told.at("receiving"), (Json::array({{{"node", "broker-1"}, {"replicas", 1}},
                                                {{"node", "node 7"}, {"replicas", 1}}})));
  EXPECT_EQ(told.at("giving"), (Json::array({{{"node", "broker-1"}, {"replicas", 1}}})));
  EXPECT_TRUE(told.at("bytes").is_null());
}

TEST_F(Look, TellsOfNoReassignmentWhereNothingMoves) {
  make(3);
  EXPECT_TRUE(status_of(look(), {}, "res_1", Time{}).at("reassignment").is_null());
}

TEST_F(Look, WarnsOfACertificateThatNoRenewalReachesWhileItsNodeIsHeldOut) {
  make(3);
  ClusterView view = look();
  const Time now{Millis{1'800'000'000'000}};
  for (auto& node : view.nodes)
    if (node.part.broker) node.certificate_expires_at = now + Millis{9 * 86'400'000LL};
  for (auto& node : view.nodes) node.part.held = node.part.name == "broker-2";
  std::map<std::string, cluster::Drift> told;
  for (const auto& item : drift_of(view, now))
    if (item.what == "certificate-expiring") told[item.node] = item;
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told["broker-1"].heals, cluster::Heal::kSafe);
  EXPECT_EQ(told["broker-2"].heals, cluster::Heal::kNone);
  EXPECT_THAT(told["broker-2"].message,
              HasSubstr("broker-2 is held out of changes, and its certificate ends on 2027-01-24"));
}

TEST(Survey, WhatMovesAlreadyIsAsWhatIsToBegin) {
  const Partition partition{"orders", 2, {4, 5}, 100, {5, 6}, {4}, {6}, 30};
  const Partition still{"orders", 3, {4, 5}, 100, {4, 5}, {}, {}, 0};
  const auto moves = moves_under_way({partition, still});
  ASSERT_EQ(moves.size(), 1u);
  EXPECT_THAT(moves[0].before, ElementsAre(5, 6));
  EXPECT_THAT(moves[0].added(), ElementsAre(4));
  const Traffic twice = traffic_of({partition}, moves);
  EXPECT_EQ(twice.receiving, (std::map<int, int>{{4, 2}}));
  EXPECT_EQ(twice.giving, (std::map<int, int>{{6, 2}}));
}

TEST_F(Look, AsksTheNextMachineWhereOneDoesNotAnswerForKafka) {
  make(3);
  machines_.answers["prod-kafka-controller-1"]["command"] = [](const Json& operation) {
    if (operation.at("argv").at(0) == "/bin/df") return succeeded({{"stdout", ""}}, false);
    return fleet::testing::failed("no java");
  };
  const ClusterView view = look();
  EXPECT_TRUE(view.service.answered) << view.service.error;
}

}  // namespace
}  // namespace ashlar::kafka
