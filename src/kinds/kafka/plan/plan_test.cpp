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

/// Where Kafka comes from is declared, or not.
Spec fetched(bool declared, const char* version = "4.1.0", const Json& stored = nullptr) {
  Json input = valid_spec();
  input["version"] = version;
  if (declared)
    input["package"] = {{"url", "https://me:word@archive.example/kafka.tgz?token=t"},
                        {"sha512", std::string(128, 'a')}};
  return accepted(input, stored);
}

TEST(KafkaPlan, WhatKafkaComesFromIsFetchedOnceBeforeItIsInstalledAnywhere) {
  const Plan plan = planned(fetched(true), nullptr);
  EXPECT_EQ(faults(plan), std::vector<std::string>{});
  EXPECT_THAT(keys_of(plan, "kafka.package"), ElementsAre("kafka.package"));
  const auto& step = step_named(plan, "kafka.package");
  EXPECT_EQ(step.title, "Fetch Kafka 4.1.0 from archive.example");
  EXPECT_TRUE(step.after.empty()) << "it goes on while machines are made";
  for (const auto& key : keys_of(plan, "kafka.install"))
    EXPECT_THAT(step_named(plan, key).after, ::testing::Contains("kafka.package"));
  EXPECT_TRUE(keys_of(planned(fetched(false), nullptr), "kafka.package").empty());
}

TEST(KafkaPlan, AnotherVersionIsFetchedAndInstalledEverywhereBeforeAnyoneStops) {
  const Spec before = fetched(true);
  const Plan plan = planned(fetched(true, "4.4.0", to_json(before)), observed_as(before));
  EXPECT_EQ(faults(plan), std::vector<std::string>{});
  EXPECT_EQ(step_named(plan, "kafka.package").title, "Fetch Kafka 4.4.0 from archive.example");
  EXPECT_EQ(keys_of(plan, "kafka.install").size(), 6u);
  EXPECT_THAT(step_named(plan, "kafka.withdraw/controller-2").after,
              ::testing::Contains("kafka.install/broker-3"));
}

TEST(KafkaPlan, AnotherPlaceThatTheSameVersionComesFromStopsNobody) {
  const Spec before = fetched(false);
  const Plan plan = planned(fetched(true, "4.1.0", to_json(before)), observed_as(before));
  EXPECT_TRUE(keys_of(plan, "kafka.withdraw").empty());
  EXPECT_TRUE(keys_of(plan, "kafka.package").empty());
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

/// The spec with its brokers listed, of which the second is held out, or not.
Json listed_spec(bool held) {
  Json input = valid_spec();
  Json nodes = Json::array();
  for (const char* id : {"broker-1", "broker-2", "broker-3"})
    nodes.push_back({{"id", id}, {"size", "s-2vcpu-4gb"}});
  nodes[1]["held"] = held;
  input["desiredState"]["roles"]["broker"] = {{"nodes", nodes}};
  return input;
}

TEST(KafkaPlan, ANodeThatIsHeldOutIsPassedByAndRestartedWhenItIsLetGo) {
  const Spec before = accepted(listed_spec(true));
  Json input = listed_spec(true);
  input["configuration"] = {{"num.io.threads", 16}};
  const Spec changed = accepted(input, to_json(before));
  const Plan passed_by = planned(changed, observed_as(before));
  EXPECT_EQ(keys_of(passed_by, "kafka.withdraw").size(), 5u);
  EXPECT_THAT(keys_of(passed_by, "kafka.withdraw"),
              ::testing::Not(::testing::Contains("kafka.withdraw/broker-2")));
  EXPECT_THAT(passed_by.notes, ::testing::Contains(HasSubstr("broker-2 is held out")));

  input = listed_spec(false);
  input["configuration"] = {{"num.io.threads", 16}};
  const Plan let_go = planned(accepted(input, to_json(changed)), observed_as(changed));
  EXPECT_THAT(keys_of(let_go, "kafka.withdraw"), ElementsAre("kafka.withdraw/broker-2"));
}

TEST(KafkaPlan, HoldingANodeRestartsNobody) {
  const Spec before = accepted(listed_spec(false));
  const Plan plan = planned(accepted(listed_spec(true), to_json(before)), observed_as(before));
  EXPECT_TRUE(keys_of(plan, "kafka.withdraw").empty());
}

TEST(KafkaPlan, WhatAllNodesHaveToShareIsRefusedWhileOneIsHeldOut) {
  const Spec before = accepted(listed_spec(true));
  const auto refused = [&](const char* field, Json value) -> std::string {
    Json input = listed_spec(true);
    input[Json::json_pointer(field)] = std::move(value);
    try {
      planned(accepted(input, to_json(before)), observed_as(before));
    } catch (const Error& error) {
      EXPECT_THAT(error.remedy(), HasSubstr("`held`"));
      return error.message();
    }
    return "it was planned";
  };
  EXPECT_THAT(refused("/version", "4.4.0"), HasSubstr("broker-2 of prod-kafka is held out"));
  EXPECT_THAT(refused("/enableTLS", false), HasSubstr("held out"));
  EXPECT_THAT(refused("/desiredState/roles/broker/nodes/1/size", "s-4vcpu-8gb"),
              HasSubstr("held out of changes, and would change"));
}

TEST(KafkaPlan, NewCertificatesPassAHeldNodeByAndSayUntilWhenItsOwnIsGood) {
  const Spec spec = accepted(listed_spec(true));
  Json observed = observed_as(spec);
  for (Json& node : observed["nodes"])
    node["certificate"] = {{"expiresAt", "2026-12-06T10:00:00.000Z"}};
  const Plan plan = planned(spec, observed, {{"action", "rotate"}, {"what", "certificates"}});
  EXPECT_EQ(faults(plan), std::vector<std::string>{});
  EXPECT_EQ(keys_of(plan, "kafka.certificate").size(), 5u);
  EXPECT_THAT(keys_of(plan, "kafka.certificate"),
              ::testing::Not(::testing::Contains("kafka.certificate/broker-2")));
  EXPECT_THAT(plan.notes, ::testing::Contains(HasSubstr(
                              "broker-2 is held out: it keeps its certificate, which ends on "
                              "2026-12-06")));
  EXPECT_THROW(planned(spec, observed, {{"action", "reissue"}}), Error);
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

Spec with_counts(const Spec& before, int controllers, int brokers) {
  Json input = valid_spec();
  input["desiredState"]["roles"]["controller"]["count"] = controllers;
  input["desiredState"]["roles"]["broker"]["count"] = brokers;
  return accepted(input, to_json(before));
}

/// The step comes only when the other is done, however many are between.
bool comes_after(const Plan& plan, const std::string& key, const std::string& other) {
  for (const auto& before : step_named(plan, key).after)
    if (before == other || comes_after(plan, before, other)) return true;
  return false;
}

TEST(KafkaPlan, NewBrokersGetTheirShareBeforeTheProof) {
  const Spec before = accepted(valid_spec());
  const Plan plan = planned(with_counts(before, 3, 5), observed_as(before));
  EXPECT_EQ(faults(plan), std::vector<std::string>{});
  const auto& moved = step_named(plan, "kafka.reassign");
  EXPECT_EQ(moved.args["homes"].size(), 5);
  EXPECT_EQ(moved.args["before"].size(), 3);
  EXPECT_TRUE(moved.args["balanced"]);
  EXPECT_TRUE(comes_after(plan, "kafka.reassign", "kafka.configure/broker-5"));
  EXPECT_TRUE(comes_after(plan, "prove", "kafka.reassign"));
  EXPECT_EQ(plan.address_changes.size(), 2);
}

TEST(KafkaPlan, BrokersLeaveWhenNothingIsOnThemAndTheirMachinesGoLast) {
  const Spec three = accepted(valid_spec());
  const Spec five = with_counts(three, 3, 5);
  const Plan plan = planned(with_counts(five, 3, 3), observed_as(five));
  EXPECT_EQ(faults(plan), std::vector<std::string>{});
  EXPECT_FALSE(step_named(plan, "kafka.reassign").args["balanced"]);
  EXPECT_TRUE(comes_after(plan, "kafka.leave/broker-4", "kafka.reassign"));
  EXPECT_TRUE(comes_after(plan, "kafka.leave/broker-5", "kafka.leave/broker-4"));
  EXPECT_TRUE(comes_after(plan, "retire-machine/broker-4", "prove"));
  EXPECT_THAT(plan.summary, HasSubstr("remove 2 nodes"));
  ASSERT_EQ(plan.address_changes.size(), 2);
  EXPECT_EQ(plan.address_changes[0].fate, AddressFate::kGoes);
  EXPECT_FALSE(plan.dangers.empty());
  EXPECT_TRUE(keys_of(plan, "kafka.withdraw").empty());
}

TEST(KafkaPlan, ControllersComeAndGoByVotesAndTheOthersAreTold) {
  const Spec three = accepted(valid_spec());
  const Spec five = with_counts(three, 5, 3);
  const Plan more = planned(five, observed_as(three));
  EXPECT_EQ(faults(more), std::vector<std::string>{});
  EXPECT_TRUE(comes_after(more, "kafka.quorum", "kafka.configure/controller-5"));
  EXPECT_TRUE(comes_after(more, "kafka.restore/broker-1", "kafka.quorum"));
  EXPECT_TRUE(keys_of(more, "kafka.withdraw").empty());
  EXPECT_TRUE(keys_of(more, "kafka.reassign").empty());

  const Plan fewer = planned(with_counts(five, 3, 3), observed_as(five));
  EXPECT_EQ(faults(fewer), std::vector<std::string>{});
  EXPECT_TRUE(comes_after(fewer, "kafka.leave/controller-4", "kafka.quorum"));
  EXPECT_TRUE(comes_after(fewer, "retire-machine/controller-5", "kafka.leave/controller-5"));
}

TEST(KafkaPlan, AHeldNodeIsToldOfNewControllersAndNotRestarted) {
  const Spec before = accepted(listed_spec(true));
  Json input = listed_spec(true);
  input["desiredState"]["roles"]["controller"]["count"] = 5;
  const Plan plan = planned(accepted(input, to_json(before)), observed_as(before));
  EXPECT_THAT(keys_of(plan, "kafka.restore"), ::testing::Contains("kafka.restore/broker-2"));
  EXPECT_TRUE(keys_of(plan, "kafka.withdraw").empty());
  EXPECT_THAT(plan.notes, ::testing::Contains(HasSubstr("broker-2 is held out: it is told where")));
}

TEST(KafkaPlan, BrokersBecomeControllersOneAtATimeBeforeOthersLoseTheirVotes) {
  Json input = valid_spec();
  input["type"] = "kafka-cluster";
  input["desiredState"]["roles"] = {{"controller", {{"count", 3}}}, {"broker", role_json(5)}};
  const Spec three = accepted(input);
  input["desiredState"]["roles"]["controller"]["count"] = 5;
  const Spec five = accepted(input, to_json(three));
  const Plan more = planned(five, observed_as(three));
  EXPECT_EQ(faults(more), std::vector<std::string>{});
  EXPECT_THAT(keys_of(more, "kafka.withdraw"),
              ElementsAre("kafka.withdraw/broker-4", "kafka.withdraw/broker-5"));
  EXPECT_TRUE(comes_after(more, "kafka.quorum", "kafka.resume/broker-5"));

  const Plan fewer = planned(three, observed_as(five));
  EXPECT_EQ(faults(fewer), std::vector<std::string>{});
  EXPECT_TRUE(comes_after(fewer, "kafka.withdraw/broker-4", "kafka.quorum"));
}

TEST(KafkaPlan, MachinesAreReplacedOneAtATimeWhereTheSpecSaysSo) {
  const Spec before = accepted(valid_spec());
  Json input = valid_spec();
  input["strategy"] = "replace";
  input["desiredState"]["roles"]["broker"]["size"] = "s-4vcpu-8gb";
  const Plan plan = planned(accepted(input, to_json(before)), observed_as(before));
  EXPECT_EQ(faults(plan), std::vector<std::string>{});
  EXPECT_TRUE(comes_after(plan, "create-machine/broker-1", "kafka.vacate/broker-1"));
  EXPECT_TRUE(comes_after(plan, "kafka.vacate/broker-2", "kafka.resume/broker-1"));
  EXPECT_EQ(plan.address_changes.size(), 3);
  EXPECT_LT(plan.monthly_usd_before(), plan.monthly_usd_after());

  Json with_single = observed_as(before);
  with_single["topics"].push_back({{"name", "scratch"},
                                   {"partitions", 1},
                                   {"replicationFactor", 1},
                                   {"configuration", Json::object()}});
  try {
    planned(accepted(input, to_json(before)), with_single);
    FAIL() << "records would be lost";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("topics have one replica: scratch"));
  }
}

TEST(KafkaPlan, MachinesAreReplacedWhereOneChangeSaysSo) {
  const Spec before = accepted(valid_spec());
  Json input = valid_spec();
  input["desiredState"]["roles"]["broker"]["size"] = "s-4vcpu-8gb";
  const Plan plan = planned(accepted(input, to_json(before)), observed_as(before),
                            {{"action", "upgrade"}, {"strategy", "replace"}});
  EXPECT_THAT(keys_of(plan, "fleet.resize"), ElementsAre());
  EXPECT_EQ(keys_of(plan, "kafka.vacate").size(), 3U);
}

TEST(KafkaPlan, WhoWasConfiguredBeforeAControllerMovedIsTold) {
  Json combined = valid_spec();
  combined["type"] = "kafka-cluster";
  combined["desiredState"]["roles"] = {{"broker", role_json(3)}};
  const Spec before = accepted(combined);
  combined["strategy"] = "replace";
  combined["desiredState"]["roles"]["broker"]["size"] = "s-4vcpu-8gb";
  const Plan plan = planned(accepted(combined, to_json(before)), observed_as(before));
  EXPECT_EQ(faults(plan), std::vector<std::string>{});
  const auto last = keys_of(plan, "kafka.vacate").back();
  EXPECT_EQ(keys_of(plan, "kafka.restore").size(), 2U);
  for (const auto& told : keys_of(plan, "kafka.restore")) {
    EXPECT_FALSE(last.ends_with(step_named(plan, told).node)) << "it came last, and knows all";
    EXPECT_TRUE(comes_after(plan, told, last));
  }
}

TEST(KafkaPlan, AnotherNumberOfReplicasMovesThemWithoutARestart) {
  const Spec before = accepted(valid_spec());
  Json input = valid_spec();
  input["topics"] = *parse_json(R"([{"name": "orders", "partitions": 6, "replicationFactor": 2}])");
  const Plan plan = planned(accepted(input, to_json(before)), observed_as(before));
  EXPECT_THAT(keys_of(plan, "kafka.reassign"), ElementsAre("kafka.reassign"));
  EXPECT_TRUE(keys_of(plan, "kafka.withdraw").empty());
  EXPECT_THAT(plan.summary, HasSubstr("change the replicas of 1 topic"));
}

TEST(KafkaPlan, TLSForClientsRollsThroughAndSaysWhatClientsMustDo) {
  const Spec before = accepted(valid_spec());
  Json input = valid_spec();
  input["enableTLS"] = false;
  const Plan plan = planned(accepted(input, to_json(before)), observed_as(before));
  EXPECT_EQ(keys_of(plan, "kafka.withdraw").size(), 6);
  EXPECT_THAT(plan.dangers, ElementsAre(::testing::Field(&Danger::kind, DangerKind::kEncryption)));
  EXPECT_EQ(plan.required_actions.size(), 1);
}

TEST(KafkaPlan, BrokersDoNotLeaveWhereTheirReplicasHaveNoPlace) {
  const Spec three = accepted(valid_spec());
  const Spec five = with_counts(three, 3, 5);
  const auto refusal = [&](const Json& observed) {
    try {
      planned(with_counts(five, 3, 3), observed);
    } catch (const Error& error) {
      return error.message();
    }
    return std::string("it was planned");
  };
  Json wide = observed_as(five);
  wide["topics"].push_back({{"name", "wide"},
                            {"partitions", 1},
                            {"replicationFactor", 4},
                            {"configuration", Json::object()}});
  EXPECT_THAT(refusal(wide),
              HasSubstr("more replicas than the 3 brokers that would be left: wide"));
  Json full = observed_as(five);
  for (auto& node : full["nodes"]) {
    node["logBytes"] = 40'000'000'000;
    node["diskFreeBytes"] = 10'000'000'000;
  }
  EXPECT_THAT(refusal(full), HasSubstr("80.0 GB"));
}

TEST(KafkaPlan, ANodeThatIsBeingLetGoIsNotTakenForTheOneThatIsDeclaredAnew) {
  const Spec three = accepted(valid_spec());
  const Spec five = with_counts(three, 3, 5);
  // Stored with three while the five are there still: what a change that failed leaves behind.
  const Spec again = with_counts(with_counts(five, 3, 3), 3, 5);
  try {
    planned(again, observed_as(five));
    FAIL() << "broker-4 would get another number";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("broker-4 of prod-kafka is being let go"));
  }
}

Json without_machine(Json observed, const std::string& lost) {
  for (auto& node : observed["nodes"])
    if (node["name"] == lost) node["state"] = "missing";
  return observed;
}

TEST(KafkaPlan, ALostMachineIsMadeAnewByAnUpdateAndByHealingThatMayReplace) {
  Json input = valid_spec();
  const Spec safe = accepted(input);
  const Json lost = without_machine(observed_as(safe), "controller-2");
  const Plan update = planned(safe, lost);
  EXPECT_EQ(faults(update), std::vector<std::string>{});
  EXPECT_TRUE(comes_after(update, "kafka.quorum", "kafka.configure/controller-2"));
  EXPECT_TRUE(comes_after(update, "kafka.restore/broker-1", "kafka.quorum"));
  EXPECT_TRUE(planned(safe, lost, {{"action", "heal"}}).empty());
  input["heal"] = "replace";
  const Spec replacing = accepted(input);
  const Plan healed =
      planned(replacing, without_machine(observed_as(replacing), "broker-2"), {{"action", "heal"}});
  EXPECT_THAT(keys_of(healed, "kafka.resume"), ElementsAre("kafka.resume/broker-2"));
  EXPECT_TRUE(keys_of(healed, "kafka.quorum").empty());
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
    ::testing::Values(Refused{"/topics", R"([{"name": "orders", "partitions": 3}])",
                              "Kafka can only add some"},
                      Refused{"/region", R"("ams3")", "the region"},
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
  EXPECT_THAT(step_named(plan, "kafka.resume/broker-1").after,
              ElementsAre("kafka.configure/broker-1"));
  EXPECT_TRUE(keys_of(plan, "kafka.prove").empty()) << "it would wait for what breaks meanwhile";
}

TEST(KafkaPlan, CertificatesRollThroughAndPasswordsTellWhoMustChange) {
  const Spec spec = accepted(valid_spec());
  const Plan certificates =
      planned(spec, observed_as(spec), {{"action", "rotate"}, {"what", "certificates"}});
  EXPECT_THAT(step_named(certificates, "kafka.withdraw/controller-2").after,
              ElementsAre("kafka.certificate/controller-2"));
  EXPECT_EQ(keys_of(certificates, "kafka.resume").size(), 6u);
  const Plan passwords =
      planned(spec, observed_as(spec), {{"action", "rotate"}, {"what", "passwords"}});
  EXPECT_THAT(keys_of(passwords, "kafka.passwords"), ElementsAre("kafka.passwords"));
  EXPECT_TRUE(keys_of(passwords, "kafka.withdraw").empty());
  ASSERT_EQ(passwords.required_actions.size(), 1u);
  EXPECT_THAT(passwords.required_actions.front().who, HasSubstr("client"));
}

TEST(KafkaPlan, AnAuthorityIsExchangedInThreeRounds) {
  const Spec spec = accepted(valid_spec());
  const Plan plan =
      planned(spec, observed_as(spec), {{"action", "reissue"}, {"overlapSeconds", 600}});
  EXPECT_EQ(faults(plan), std::vector<std::string>{});
  EXPECT_EQ(keys_of(plan, "kafka.withdraw").size(), 18);
  EXPECT_TRUE(comes_after(plan, "kafka.authority.use", "kafka.resume/broker-3/trust"));
  EXPECT_TRUE(comes_after(plan, "kafka.withdraw/controller-2/use", "kafka.authority.use"));
  EXPECT_TRUE(comes_after(plan, "kafka.authority.drop", "kafka.resume/broker-3/use"));
  EXPECT_THAT(plan.required_actions.at(0).until, HasSubstr("600 s"));
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
