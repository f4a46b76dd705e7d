// A look at a cluster: what it costs, and what is made of the answers.

#include "kinds/kafka/observe/observe.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "kinds/fleet/testing/doubles.hpp"
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

  ClusterView look() {
    answers_["cluster"] = {{"metadataVersion", "4.1-IV0"}, {"brokers", brokers_}};
    answers_["quorum"] = {
        {"leader", voters_.front().at("id")}, {"voters", voters_}, {"observers", Json::array()}};
    answers_["topics"] = {{"brokers", counts_}};
    answers_["log_dirs"] = {{"brokers", Json::array()}};
    answers_["scram_users"] = {{"users", Json::array()}};
    answers_["acls"] = {{"acls", Json::array()}};
    const fleet::Tools tools{cloud_, machines_, "ssh-ed25519 AAAA test"};
    return observe_cluster({tools, resource_, secrets_, records_});
  }

  CountedMachines machines_;
  ListingCloud cloud_;
  MemorySecrets secrets_;
  MemoryRecords records_;
  Resource resource_;
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
