// Plans: what has to happen, in which order, and what is refused before anything stops.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/golden.hpp"
#include "kinds/kafka/plan/plan.hpp"
#include "kinds/kafka/plan/topics.hpp"
#include "kinds/kafka/testing/specs.hpp"

namespace ashlar::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Plan planned(const Spec& spec, const Json& observed, const Json& once = nullptr) {
  const Json json = to_json(spec);
  const Catalog catalog = test_catalog();
  return plan(spec, engine::PlanInput{json, observed, catalog, once, {}});
}

std::vector<std::string> keys_of(const Plan& plan, const std::string& type) {
  std::vector<std::string> keys;
  for (const auto& step : plan.steps)
    if (step.type == type) keys.push_back(step.key);
  return keys;
}

const PlannedStep& step_named(const Plan& plan, const std::string& key) {
  for (const auto& step : plan.steps)
    if (step.key == key) return step;
  throw std::runtime_error("no step " + key);
}

TEST(KafkaPlan, OfADeploymentIsAsReviewed) {
  const Plan plan = planned(accepted(valid_spec()), nullptr);
  EXPECT_EQ(faults(plan), std::vector<std::string>{});
  expect_golden("kinds/kafka/golden/prod.json", to_json(plan).dump(2) + "\n");
}

TEST(KafkaPlan, NothingIsToBeDoneWhereAllIsAsDeclared) {
  const Spec spec = accepted(valid_spec());
  const Plan plan = planned(spec, observed_as(spec));
  EXPECT_TRUE(plan.empty());
  EXPECT_THAT(plan.summary, HasSubstr("Nothing"));
}

TEST(KafkaPlan, ControllersAreKnownBeforeAnyNodeIsConfigured) {
  const Plan plan = planned(accepted(valid_spec()), nullptr);
  const auto& after = step_named(plan, "kafka.configure/broker-1").after;
  for (const char* controller : {"controller-1", "controller-2", "controller-3"})
    EXPECT_THAT(after, ::testing::Contains(fleet::ready_key(controller)));
}

TEST(KafkaPlan, TopicsAndUsersChangeWithoutARestart) {
  const Spec before = accepted(valid_spec());
  Json input = valid_spec();
  input["topics"] = Json::array({{{"name", "orders"}, {"partitions", 12}}, {{"name", "bills"}}});
  const Plan plan = planned(accepted(input, to_json(before)), observed_as(before));
  EXPECT_THAT(keys_of(plan, "kafka.topics"), ElementsAre("kafka.topics"));
  EXPECT_THAT(plan.summary, HasSubstr("create 1 topic, enlarge 1 topic"));
  EXPECT_TRUE(keys_of(plan, "kafka.withdraw").empty());
}

TEST(KafkaPlan, AConfigurationRestartsOneNodeAfterTheOtherTheActiveControllerLastOfItsKind) {
  const Spec before = accepted(valid_spec());
  Json input = valid_spec();
  input["configuration"] = {{"num.io.threads", 16}};
  const Plan plan = planned(accepted(input, to_json(before)), observed_as(before));
  EXPECT_THAT(keys_of(plan, "kafka.withdraw"),
              ElementsAre("kafka.withdraw/controller-2", "kafka.withdraw/controller-3",
                          "kafka.withdraw/controller-1", "kafka.withdraw/broker-1",
                          "kafka.withdraw/broker-2", "kafka.withdraw/broker-3"));
  EXPECT_THAT(step_named(plan, "kafka.withdraw/broker-2").after,
              ElementsAre("kafka.resume/broker-1"));
}

TEST(KafkaPlan, SizesChangeInPlaceBehindTheGates) {
  const Spec before = accepted(valid_spec());
  Json input = valid_spec();
  input["desiredState"]["roles"]["broker"]["size"] = "s-4vcpu-8gb";
  const Plan plan = planned(accepted(input, to_json(before)), observed_as(before));
  EXPECT_THAT(keys_of(plan, "fleet.resize"),
              ElementsAre("resize/broker-1", "resize/broker-2", "resize/broker-3"));
  EXPECT_THAT(step_named(plan, "power-off/broker-1").after, ElementsAre("kafka.withdraw/broker-1"));
  EXPECT_EQ(step_named(plan, "kafka.configure/broker-1").args.at("heapMegabytes"), 4'096);
  EXPECT_DOUBLE_EQ(plan.monthly_usd_after() - plan.monthly_usd_before(), 3 * 24);
}

TEST(KafkaPlan, AnotherVersionIsEverywhereBeforeAnyoneStopsAndThenThereIsNoWayBack) {
  const Spec before = accepted(valid_spec());
  Json input = valid_spec();
  input["version"] = "4.4.0";
  const Plan plan = planned(accepted(input, to_json(before)), observed_as(before));
  const auto& first = step_named(plan, "kafka.withdraw/controller-2").after;
  EXPECT_EQ(first.size(), 6u);
  EXPECT_THAT(plan.notes, ::testing::Contains(HasSubstr("there is no way back to 4.1.0")));
  EXPECT_THAT(step_named(plan, "kafka.features").after, ElementsAre("kafka.resume/broker-3"));
}

TEST(KafkaPlan, NewBrokersJoinWithoutARestartOfTheOthers) {
  const Spec before = accepted(valid_spec());
  Json input = valid_spec();
  input["desiredState"]["roles"]["broker"]["count"] = 5;
  const Plan plan = planned(accepted(input, to_json(before)), observed_as(before));
  EXPECT_THAT(keys_of(plan, "kafka.configure"),
              ElementsAre("kafka.configure/broker-4", "kafka.configure/broker-5"));
  EXPECT_TRUE(keys_of(plan, "kafka.withdraw").empty());
}

struct Refused {
  const char* pointer;
  const char* value;
  const char* message;
};

class RefusedChange : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedChange, IsToldBeforeAnythingStops) {
  const Spec before = accepted(valid_spec());
  Json input = valid_spec();
  input[Json::json_pointer(GetParam().pointer)] = *parse_json(GetParam().value);
  try {
    planned(accepted(input, to_json(before)), observed_as(before));
    FAIL() << "it was planned";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConflict);
    EXPECT_THAT(error.message(), HasSubstr(GetParam().message));
    EXPECT_FALSE(error.remedy().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kafka, RefusedChange,
    ::testing::Values(
        Refused{"/topics", R"([{"name": "orders", "partitions": 3}])", "Kafka can only add some"},
        Refused{"/topics", R"([{"name": "orders", "partitions": 6, "replicationFactor": 2}])",
                "replication factor"},
        Refused{"/region", R"("ams3")", "the region"},
        Refused{"/enableTLS", "false", "whether clients use TLS"},
        Refused{"/dataDirectory", R"("/mnt/kafka")", "the data directory"}));

TEST(KafkaPlan, AGateThatCanNeverPassIsToldBeforeAnythingStops) {
  Json input = valid_spec();
  input["topics"].push_back({{"name", "tight"},
                             {"replicationFactor", 2},
                             {"configuration", {{"min.insync.replicas", 2}}}});
  const Spec before = accepted(input);
  input["configuration"] = {{"num.io.threads", 16}};
  try {
    planned(accepted(input, to_json(before)), observed_as(before));
    FAIL() << "it was planned";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("tight"));
    EXPECT_THAT(error.remedy(), HasSubstr("min.insync.replicas"));
  }
}

TEST(KafkaPlan, WhatIsNotDeclaredIsDeletedOnlyWhenTheSpecPrunesAndByName) {
  const Spec spec = accepted(valid_spec());
  Json observed = observed_as(spec);
  observed["topics"].push_back({{"name", "forgotten"},
                                {"partitions", 1},
                                {"replicationFactor", 1},
                                {"configuration", Json::object()}});
  EXPECT_TRUE(planned(spec, observed).empty());
  Spec pruning = spec;
  pruning.prune = true;
  const Plan plan = planned(pruning, observed);
  ASSERT_EQ(plan.dangers.size(), 1u);
  EXPECT_THAT(plan.dangers.front().message, HasSubstr("forgotten"));
}

TEST(KafkaPlan, ABrokerThatWasStoppedIsStartedAgainByHealing) {
  const Spec spec = accepted(valid_spec());
  Json observed = observed_as(spec);
  observed["nodes"][3]["state"] = "error";
  const Plan plan = planned(spec, observed, {{"action", "heal"}});
  EXPECT_THAT(keys_of(plan, "kafka.configure"), ElementsAre("kafka.configure/broker-1"));
  EXPECT_THAT(step_named(plan, "prove").after_ended, ElementsAre("kafka.resume/broker-1"));
}

TEST(KafkaPlan, BrokersStopBeforeControllers) {
  Spec spec = accepted(valid_spec());
  const Json observed = observed_as(spec);
  spec.stopped = true;
  const Plan plan = planned(spec, observed);
  EXPECT_EQ(step_named(plan, "kafka.stop/controller-1").after.size(), 3u);
}

TEST(KafkaTopics, TheDifferenceOfTenThousandIsFoundInNoTime) {
  Spec spec = accepted(valid_spec());
  ObservedFacts facts;
  for (int i = 0; i < 10'000; ++i) {
    const std::string name = "topic-" + std::to_string(i);
    spec.topics.push_back({name, 3, 3, {{"retention.ms", "1000"}}});
    if (i % 100 != 0) facts.topics[name] = {3, 3, {{"retention.ms", i % 2 ? "1000" : "2000"}}};
  }
  const TopicDifference difference = topic_difference(spec, facts);
  EXPECT_EQ(difference.created.size(), 101u);  // and the declared one of the valid spec
  EXPECT_EQ(difference.reconfigured.size(), 4'900u);
}

TEST(KafkaTopics, ThrottlesOfAnOperatorAreLeftAlone) {
  const auto change = configuration_change(
      {{"retention.ms", "1"}},
      {{"leader.replication.throttled.replicas", "*"}, {"segment.bytes", "1048576"}});
  EXPECT_THAT(change.removed, ElementsAre("segment.bytes"));
}

}  // namespace
}  // namespace ashlar::kafka
