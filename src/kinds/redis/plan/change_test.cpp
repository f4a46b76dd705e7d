// Plans of changes, by their order: what must never happen before what.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "kinds/redis/testing/golden.hpp"
#include "kinds/redis/testing/observed_cluster.hpp"
#include "kinds/redis/testing/planning.hpp"

namespace ashlar::redis {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::ThrowsMessage;

Json production() {
  return parsed(R"({
    "name": "prod", "deploymentType": "redis-sentinel-prod", "region": "nyc1",
    "desiredState": {"roles": {
      "master": {"count": 2, "size": "s-2vcpu-2gb"},
      "replica": {"count": 4, "size": "s-2vcpu-2gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
}

TEST(ChangeTest, NothingDiffersNothingIsPlanned) {
  const Json spec = production();
  EXPECT_TRUE(act("update", spec, intact_cluster(spec), "{}").empty());
  EXPECT_TRUE(act("heal", spec, intact_cluster(spec), "{}").empty());
}

TEST(ChangeTest, ASingleNodeThatWasGrownByHandIsMendedAndLeftAtItsSize) {
  Json spec = parsed(R"({
    "name": "cache", "type": "single", "region": "nyc1", "heal": "replace",
    "desiredState": {"roles": {"master": {"count": 1, "size": "s-1vcpu-1gb"}}}})");
  Json observed = intact_cluster(spec);
  Json& node = observed_node(observed, "master-1");
  node["machineSize"] = "s-4vcpu-8gb";  // with a larger disk, so that there is no way back
  node["state"] = "error";
  const Plan plan = act("heal", spec, observed, "{}");
  EXPECT_THAT(nodes_of(plan, "redis.configure"), ElementsAre("master-1"));
  EXPECT_THAT(nodes_of(plan, "fleet.create_machine"), IsEmpty());
  EXPECT_THAT([&] { act("update", spec, observed, "{}"); },
              ThrowsMessage<Error>(HasSubstr("single node")));
}

TEST(ChangeTest, ClientsAreToldBeforeTheirRightsAreNarrowed) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  observed["applied"].erase("clientRights");  // deployed before there was a choice
  const Plan plan = act("update", spec, observed, "{}");
  ASSERT_EQ(plan.required_actions.size(), 1U);
  EXPECT_EQ(plan.required_actions[0].what,
            "do without the commands of administration (CONFIG, ACL, SHUTDOWN) and FLUSHALL, "
            "FLUSHDB");
  EXPECT_THAT(nodes_of(plan, "redis.restore"), ElementsAre("master-1", "master-2", "replica-1",
                                                           "replica-2", "replica-3", "replica-4"));
  const Plan kept = act("update", spec, observed, R"({"clientRights": ["administration"]})");
  EXPECT_THAT(kept.required_actions, IsEmpty());
  EXPECT_THAT(nodes_of(kept, "redis.restore"), IsEmpty());
}

TEST(ChangeTest, NewReplicasJoinTheSmallestGroupsAndNobodyMoves) {
  const Json spec = production();
  const Plan plan = act("update", spec, intact_cluster(spec),
                        R"({"desiredState": {"roles": {"replica": {"count": 6}}}})");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_THAT(nodes_of(plan, "fleet.create_machine"), ElementsAre("replica-5", "replica-6"));
  EXPECT_EQ(step_of(plan, "redis.configure/replica-5").args.at("group"), "prod-m1");
  EXPECT_EQ(step_of(plan, "redis.configure/replica-6").args.at("follows"), "master-2");
  EXPECT_THAT(nodes_of(plan, "redis.leave"), IsEmpty());
  EXPECT_TRUE(waits_for(plan, kProveKey, "redis.synced/replica-6"));
}

TEST(ChangeTest, RemovedReplicasAreForgottenBeforeTheirMachinesGo) {
  const Json spec = parsed(R"({
    "name": "prod", "type": "sentinel", "region": "nyc1", "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-1vcpu-1gb"}, "replica": {"count": 4, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
  const Plan plan = act("update", spec, intact_cluster(spec),
                        R"({"desiredState": {"roles": {"replica": {"count": 2}}}})");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_THAT(nodes_of(plan, "redis.leave"), ElementsAre("replica-3", "replica-4"));
  EXPECT_TRUE(waits_for(plan, "redis.leave/replica-4", "redis.leave/replica-3"));
  EXPECT_TRUE(waits_for(plan, "redis.forget/sentinel-1", "redis.leave/replica-4"));
  EXPECT_TRUE(waits_for(plan, "redis.forget/sentinel-3", "redis.forget/sentinel-2"));
  EXPECT_TRUE(waits_for(plan, "retire-machine/replica-3", "redis.forget/sentinel-3"));
  EXPECT_TRUE(waits_for(plan, "retire-machine/replica-3", kProveKey));
  EXPECT_DOUBLE_EQ(plan.monthly_usd_before() - plan.monthly_usd_after(), 12);
}

/// The nodes of the steps of a type that wait for each other, in their order.
std::vector<std::string> order_of(const Plan& plan, const std::string& type) {
  std::vector<PlannedStep> steps;
  std::ranges::copy_if(plan.steps, std::back_inserter(steps),
                       [&](const PlannedStep& step) { return step.type == type; });
  std::ranges::stable_sort(steps, [&](const PlannedStep& one, const PlannedStep& other) {
    return waits_for(plan, other.key, one.key);
  });
  std::vector<std::string> nodes;
  for (const auto& step : steps) nodes.push_back(step.node);
  return nodes;
}

constexpr const char* kAllLarger = R"({"roles": {"master": {"size": "s-4vcpu-8gb"},
    "replica": {"size": "s-4vcpu-8gb"}, "sentinel": {"size": "s-2vcpu-2gb"}}})";

TEST(ChangeTest, AnUpgradeResizesOneMachineAfterTheOtherAndKeepsAllOfThem) {
  const Json spec = production();
  const Plan plan = act("upgrade", spec, intact_cluster(spec), kAllLarger);
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_EQ(plan.action, "upgrade");
  for (const char* type : {"fleet.create_machine", "fleet.retire", "redis.adopt", "redis.leave"})
    EXPECT_THAT(nodes_of(plan, type), IsEmpty()) << type;
  // Those that lead come after those that follow, and the sentinels last.
  EXPECT_THAT(order_of(plan, "fleet.resize"),
              ElementsAre("replica-1", "replica-2", "replica-3", "replica-4", "master-1",
                          "master-2", "sentinel-1", "sentinel-2", "sentinel-3"));
  EXPECT_EQ(order_of(plan, "fleet.resize"), order_of(plan, "redis.withdraw"));
  EXPECT_THAT(plan.disruptions, Contains(HasSubstr("one at a time")));
  EXPECT_THAT(plan.summary, HasSubstr("9 machines to resize"));
}

TEST(ChangeTest, AMachineIsOffOnlyWhileItsNodeIsOutOfServiceAndTheNextWaitsForItsGate) {
  const Json spec = production();
  const Plan plan = act("upgrade", spec, intact_cluster(spec), kAllLarger);
  EXPECT_TRUE(waits_for(plan, "power-off/replica-1", "redis.withdraw/replica-1"));
  EXPECT_TRUE(waits_for(plan, "resize/replica-1", "power-off/replica-1"));
  EXPECT_TRUE(waits_for(plan, "redis.resume/replica-1", "power/replica-1"));
  EXPECT_TRUE(waits_for(plan, "redis.synced/replica-1", "redis.resume/replica-1"));
  EXPECT_TRUE(waits_for(plan, "redis.withdraw/replica-2", "redis.synced/replica-1"));
  // A master's group is led by one that has been resized before its machine goes off.
  EXPECT_EQ(step_of(plan, "redis.switchover/prod-m1").args.at("to"), "replica-1");
  EXPECT_TRUE(waits_for(plan, "redis.switchover/prod-m1", "redis.synced/replica-4"));
  EXPECT_TRUE(waits_for(plan, "redis.withdraw/master-1", "redis.switchover/prod-m1"));
  EXPECT_TRUE(waits_for(plan, "redis.withdraw/sentinel-1", "redis.synced/master-2"));
  EXPECT_TRUE(waits_for(plan, "redis.withdraw/sentinel-2", "redis.agreed/sentinel-1"));
  // Larger limits only where everybody has the memory.
  EXPECT_TRUE(waits_for(plan, "redis.settings/replica-1", "redis.synced/master-2"));
}

TEST(ChangeTest, WithStrategyReplaceNewMachinesTakeOver) {
  const Json spec = production();
  Json arguments = *parse_json(kAllLarger);
  arguments["strategy"] = "replace";
  const Plan once = act("upgrade", spec, intact_cluster(spec), dump(arguments).c_str());
  EXPECT_EQ(nodes_of(once, "fleet.create_machine").size(), 9u);
  EXPECT_THAT(nodes_of(once, "fleet.resize"), IsEmpty());

  Json declared = spec;
  declared["strategy"] = "replace";
  const Plan always = act("upgrade", declared, intact_cluster(declared), kAllLarger);
  EXPECT_EQ(nodes_of(always, "fleet.create_machine").size(), 9u);
  arguments["strategy"] = "in-place";
  const Plan kept = act("upgrade", declared, intact_cluster(declared), dump(arguments).c_str());
  EXPECT_THAT(nodes_of(kept, "fleet.create_machine"), IsEmpty());

  arguments["strategy"] = "somehow";
  EXPECT_THROW(act("upgrade", spec, intact_cluster(spec), dump(arguments).c_str()), Error);
}

TEST(ChangeTest, ASpecOfAnEarlierVersionIsReadWithDefaults) {
  const Json spec = production();
  Json stored = spec;
  stored.erase("strategy");
  stored.erase("connection");
  EXPECT_EQ(to_json(spec_from_json(stored)), spec);
}

TEST(ChangeTest, AReplacementTakesReplicasFirstAndHandsMastersOverLast) {
  const Json spec = production();
  const Plan plan = act("upgrade", spec, intact_cluster(spec),
                        R"({"strategy": "replace", "roles": {"master": {"size": "s-4vcpu-8gb"},
                            "replica": {"size": "s-4vcpu-8gb"},
                            "sentinel": {"size": "s-2vcpu-2gb"}}})");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_EQ(plan.action, "upgrade");
  EXPECT_EQ(nodes_of(plan, "fleet.create_machine").size(), 9u);
  EXPECT_THAT(nodes_of(plan, "fleet.create_machine"), Contains("master-1~2"));
  EXPECT_EQ(step_of(plan, "redis.configure/replica-1~2").args.at("follows"), "master-1");
  // Everyone new has all data before anybody leaves.
  EXPECT_TRUE(waits_for(plan, "redis.adopt/replica-1", "redis.synced/master-1~2"));
  EXPECT_TRUE(waits_for(plan, "redis.switchover/prod-m1", "redis.leave/replica-1~2"));
  EXPECT_EQ(step_of(plan, "redis.switchover/prod-m1").args.at("to"), "master-1~2");
  EXPECT_TRUE(waits_for(plan, "redis.adopt/master-1", "redis.switchover/prod-m1"));
  // One group's trouble does not hold up another.
  EXPECT_FALSE(waits_for(plan, "redis.switchover/prod-m1", "redis.synced/master-2~2"));
  // Sentinels one at a time, after the masters.
  EXPECT_TRUE(waits_for(plan, "redis.leave/sentinel-1~2", "redis.leave/master-2~2"));
  EXPECT_TRUE(waits_for(plan, "redis.adopt/sentinel-2", "redis.agreed/sentinel-1"));
  for (const auto& record : {"master-1~2", "replica-4~2", "sentinel-3~2"})
    EXPECT_TRUE(waits_for(plan, std::string("retire-machine/") + record, kProveKey));
}

TEST(ChangeTest, ASentinelStaysUntilItsSuccessorIsInstalled) {
  const Json spec = production();
  const Plan plan =
      act("upgrade", spec, intact_cluster(spec),
          R"({"strategy": "replace", "roles": {"sentinel": {"size": "s-2vcpu-2gb"}}})");
  for (const std::string node : {"sentinel-1", "sentinel-2", "sentinel-3"}) {
    EXPECT_TRUE(waits_for(plan, "redis.adopt/" + node, install_key(node + "~2")));
    EXPECT_TRUE(waits_for(plan, "redis.leave/" + node + "~2", install_key(node + "~2")));
  }
}

TEST(ChangeTest, AfterAFailoverTheMachineThatLeadsIsResizedLast) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  lead(observed, "prod-m2", "replica-2");
  const Plan plan =
      act("upgrade", spec, observed, R"({"roles": {"replica": {"size": "s-4vcpu-8gb"}}})");
  EXPECT_THAT(order_of(plan, "fleet.resize"),
              ElementsAre("replica-1", "replica-3", "replica-4", "replica-2"));
  EXPECT_THAT(nodes_of(plan, "redis.switchover").size(), 1);
  EXPECT_EQ(step_of(plan, "redis.switchover/prod-m2").args.at("to"), "master-2");
}

TEST(ChangeTest, AfterAFailoverTheMachineThatLeadsIsReplacedLast) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  lead(observed, "prod-m2", "replica-2");
  const Plan plan = act("upgrade", spec, observed, R"({
      "strategy": "replace", "roles": {"replica": {"size": "s-4vcpu-8gb"}}})");
  EXPECT_EQ(step_of(plan, "redis.switchover/prod-m2").args.at("to"), "replica-2~2");
  EXPECT_EQ(step_of(plan, "redis.configure/replica-4~2").args.at("follows"), "replica-2");
  EXPECT_THAT(nodes_of(plan, "redis.switchover").size(), 1);
}

TEST(ChangeTest, ARemovedNodeThatLeadsHandsOverFirst) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  lead(observed, "prod-m2", "replica-4");
  const Plan plan =
      act("update", spec, observed, R"({"desiredState": {"roles": {"replica": {"count": 3}}}})");
  EXPECT_EQ(step_of(plan, "redis.switchover/prod-m2").args.at("to"), "master-2");
  EXPECT_TRUE(waits_for(plan, "redis.leave/replica-4", "redis.switchover/prod-m2"));
}

constexpr const char* kDataSmaller = R"({"roles": {"master": {"size": "s-1vcpu-1gb"},
    "replica": {"size": "s-1vcpu-1gb"}}})";

TEST(ChangeTest, ADiskThatWouldHaveToShrinkMakesAnotherMachineNecessary) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  const Plan plan = act("downgrade", spec, observed, kDataSmaller);
  EXPECT_EQ(nodes_of(plan, "fleet.create_machine").size(), 6u);
  EXPECT_TRUE(waits_for(plan, "redis.configure/replica-1~2", "redis.settings/master-1"));

  // Those that were smaller once have kept the smaller disk.
  for (auto& node : observed["nodes"]) node["machineDiskBytes"] = 25LL << 30;
  const Plan back = act("downgrade", spec, observed, kDataSmaller);
  EXPECT_THAT(faults(back), IsEmpty());
  EXPECT_THAT(nodes_of(back, "fleet.create_machine"), IsEmpty());
  EXPECT_EQ(nodes_of(back, "fleet.resize").size(), 6u);
  for (const std::string node : {"master-1", "replica-3"})
    for (const std::string first : {"replica-1", "master-2"})
      EXPECT_TRUE(waits_for(back, "redis.withdraw/" + first, "redis.settings/" + node));
}

TEST(ChangeTest, WhatCanBeResizedIsAndTheRestIsReplaced) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  observed_node(observed, "replica-1")["machineDiskBytes"] = 25LL << 30;
  const Plan plan =
      act("downgrade", spec, observed, R"({"roles": {"replica": {"size": "s-1vcpu-1gb"}}})");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_THAT(nodes_of(plan, "fleet.resize"), ElementsAre("replica-1"));
  EXPECT_EQ(nodes_of(plan, "fleet.create_machine").size(), 3u);
  EXPECT_TRUE(waits_for(plan, "redis.adopt/replica-3", "redis.synced/replica-1"));
}

TEST(ChangeTest, AnotherImageReplacesAlsoWhatCouldBeResized) {
  const Json spec = production();
  const Plan plan = act("update", spec, intact_cluster(spec), R"({
      "image": "4711", "desiredState": {"roles": {"replica": {"size": "s-4vcpu-8gb"}}}})");
  EXPECT_EQ(nodes_of(plan, "fleet.create_machine").size(), 9u);
  EXPECT_THAT(nodes_of(plan, "fleet.resize"), IsEmpty());
}

TEST(ChangeTest, WhatIsBrokenIsRepairedBeforeItsMachineIsResized) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  observed_node(observed, "replica-2")["state"] = "error";
  observed_node(observed, "sentinel-2")["state"] = "error";
  const Plan plan = act("upgrade", spec, observed, kAllLarger);
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_EQ(nodes_of(plan, "fleet.resize").size(), 9u);
  EXPECT_TRUE(waits_for(plan, "redis.withdraw/replica-1", "redis.synced/replica-2"));
  EXPECT_TRUE(waits_for(plan, "redis.withdraw/replica-2", "redis.configure/replica-2"));
  EXPECT_TRUE(waits_for(plan, "redis.withdraw/sentinel-1", "redis.agreed/sentinel-2"));
}

TEST(ChangeTest, AMachineThatIsOffGetsItsSizeBeforeItIsSwitchedOn) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  Json& node = observed_node(observed, "replica-2");
  node["state"] = "off";
  node["reachable"] = false;
  const Plan plan = act("upgrade", spec, observed, kAllLarger);
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_TRUE(waits_for(plan, "power/replica-2", "resize/replica-2"));
  EXPECT_TRUE(waits_for(plan, install_key("replica-2"), "power/replica-2"));
  EXPECT_THAT(nodes_of(plan, "redis.withdraw"), Not(Contains("replica-2")));
  EXPECT_TRUE(waits_for(plan, "redis.withdraw/replica-1", "redis.synced/replica-2"));
}

TEST(ChangeTest, WhatDoesNotAnswerIsNotSwitchedOffForItsSize) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  Json& node = observed_node(observed, "replica-2");
  node["state"] = "error";
  node["reachable"] = false;
  const Plan plan = act("upgrade", spec, observed, kAllLarger);
  EXPECT_THAT(nodes_of(plan, "fleet.resize"), Not(Contains("replica-2")));
  EXPECT_THAT(nodes_of(plan, "fleet.create_machine"), IsEmpty());
}

TEST(ChangeTest, ASingleNodeIsNotPromisedASmallerDiskWhetherItAnswersOrNot) {
  const Json spec = parsed(R"({
    "name": "one", "type": "single", "region": "nyc1", "clientRanges": ["0.0.0.0/0"],
    "desiredState": {"roles": {"master": {"count": 1, "size": "s-2vcpu-4gb"}}}})");
  for (const bool answers : {true, false}) {
    Json observed = intact_cluster(spec);
    if (!answers) {
      observed_node(observed, "master-1")["state"] = "error";
      observed_node(observed, "master-1")["reachable"] = false;
    }
    EXPECT_THAT(
        [&] {
          act("downgrade", spec, observed, R"({"roles": {"master": {"size": "s-1vcpu-1gb"}}})");
        },
        ThrowsMessage<Error>(HasSubstr("is a single node")))
        << answers;
  }
}

TEST(ChangeTest, AGroupOfTwoIsToldThatNobodyCanTakeOverMeanwhile) {
  const Json spec = parsed(R"({
    "name": "small", "type": "sentinel", "region": "nyc1", "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-1vcpu-1gb"}, "replica": {"count": 1, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
  const Plan plan = act("upgrade", spec, intact_cluster(spec), R"({
      "roles": {"replica": {"size": "s-2vcpu-2gb"}}})");
  EXPECT_THAT(plan.disruptions, Contains(HasSubstr("nobody can take over")));
}

TEST(ChangeTest, ADowngradeWhoseDataDoesNotFitIsRefused) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  observed_node(observed, "master-2")["usedMemoryBytes"] = 900LL << 20;
  try {
    act("downgrade", spec, observed,
        R"({"roles": {"master": {"size": "s-1vcpu-1gb"}, "replica": {"size": "s-1vcpu-1gb"}}})");
    FAIL() << "it was planned";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConflict);
    EXPECT_THAT(error.message(), HasSubstr("master-2 holds 900 MiB"));
  }
}

TEST(ChangeTest, ARemovedGroupIsUnwatchedBeforeItsNodesLeaveAndSaysThatItsDataGoes) {
  const Json spec = production();
  const Plan plan =
      act("update", spec, intact_cluster(spec),
          R"({"desiredState": {"roles": {"master": {"count": 1}, "replica": {"count": 2}}}})");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_THAT(plan.dangers,
              Contains(Field(&Danger::message, HasSubstr("prod-m2 and all its data are deleted"))));
  EXPECT_TRUE(waits_for(plan, "redis.leave/master-2", "redis.watch/sentinel-3"));
  EXPECT_THAT(nodes_of(plan, "redis.switchover"), IsEmpty());
}

TEST(ChangeTest, ALeftoverOfAnInterruptedChangeIsRetired) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  observed["surplus"].push_back({{"name", "replica-1~2"},
                                 {"role", "replica"},
                                 {"group", "prod-m1"},
                                 {"machine", "prod-replica-1"},
                                 {"state", "active"},
                                 {"reachable", true},
                                 {"isMaster", false}});
  const Plan plan = act("update", spec, observed, "{}");
  EXPECT_THAT(nodes_of(plan, "fleet.retire"), ElementsAre("replica-1~2"));
  EXPECT_THAT(nodes_of(plan, "fleet.create_machine"), IsEmpty());
}

TEST(ChangeTest, HealingMakesNoMachinesUnlessThePolicySaysSo) {
  Json spec = production();
  Json observed = intact_cluster(spec);
  observed_node(observed, "replica-1")["state"] = "missing";
  observed_node(observed, "replica-2")["state"] = "error";
  const Plan safe = act("heal", spec, observed, "{}");
  EXPECT_THAT(nodes_of(safe, "fleet.create_machine"), IsEmpty());
  EXPECT_THAT(nodes_of(safe, "redis.configure"), ElementsAre("replica-2"));
  spec["heal"] = "replace";
  observed["applied"] = spec;
  const Plan replace = act("heal", spec, observed, "{}");
  EXPECT_THAT(nodes_of(replace, "fleet.create_machine"), ElementsAre("replica-1"));
}

TEST(ChangeTest, NobodyLeadsNobodyIsReplaced) {
  const Json spec = production();
  Json observed = intact_cluster(spec);
  observed["groups"][0]["master"] = nullptr;
  observed_node(observed, "master-1")["state"] = "missing";
  EXPECT_THROW(act("update", spec, observed, "{}"), Error);
}

TEST(ChangeTest, StoppingSavesBeforeMachinesAreSwitchedOffAndTheMasterFirst) {
  const Json spec = production();
  const Plan plan = act("stop", spec, intact_cluster(spec), "{}");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_TRUE(waits_for(plan, "redis.save/replica-1", "redis.save/master-1"));
  EXPECT_TRUE(waits_for(plan, "redis.save/master-1", "redis.leave/sentinel-3"));
  EXPECT_TRUE(waits_for(plan, "power/sentinel-1", "redis.save/replica-4"));
}

TEST(ChangeTest, StartingArbitratesBeforeAnySentinelRuns) {
  Json spec = production();
  spec["power"] = "off";
  Json observed = intact_cluster(spec);
  observed["power"] = "off";
  for (auto& node : observed["nodes"]) node["state"] = "off";
  EXPECT_TRUE(act("update", spec, observed, "{}").empty());
  const Plan plan = act("start", spec, observed, "{}");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_TRUE(waits_for(plan, "redis.arbitrate/prod-m2", "power/replica-4"));
  EXPECT_TRUE(waits_for(plan, "redis.configure/sentinel-1", "redis.arbitrate/prod-m2"));
}

TEST(ChangeTest, TlsIsSwitchedWhileNoSentinelRunsAndNoReplicaWithItMeetsAMasterWithout) {
  const Json with = production();
  Json observed = intact_cluster(with);
  lead(observed, "prod-m1", "replica-1");
  const Plan off = act("update", with, observed, R"({"enableTLS": false})");
  EXPECT_THAT(faults(off), IsEmpty());
  EXPECT_TRUE(waits_for(off, "redis.transport/replica-3", "redis.leave/sentinel-3"));
  EXPECT_TRUE(waits_for(off, "redis.transport/replica-1", "redis.transport/master-1"));
  EXPECT_FALSE(waits_for(off, "redis.transport/master-1", "redis.transport/replica-1"));
  EXPECT_TRUE(waits_for(off, configure_key("sentinel-1"), replication_key("prod-m2")));
  EXPECT_THAT(nodes_of(off, "redis.tls"), IsEmpty());

  Json without = with;
  without["enableTLS"] = false;
  observed["applied"] = without;
  const Plan on = act("update", without, observed, R"({"enableTLS": true})");
  EXPECT_THAT(faults(on), IsEmpty());
  EXPECT_TRUE(waits_for(on, "redis.transport/master-1", "redis.transport/replica-1"));
  EXPECT_FALSE(waits_for(on, "redis.transport/replica-1", "redis.transport/master-1"));
  EXPECT_EQ(nodes_of(on, "redis.tls").size(), 9u);
}

TEST(ChangeTest, AClusterIsNotStoppedWhileItsTlsIsNotYetAsDeclared) {
  Json spec = production();
  const Json observed = intact_cluster(spec);
  spec["enableTLS"] = false;
  try {
    act("stop", spec, observed, "{}");
    FAIL() << "it stops with nodes of which nobody knows how they speak";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConflict);
    EXPECT_THAT(error.what(), HasSubstr("cannot be switched off while it is to be stopped"));
  }
}

TEST(ChangeTest, TlsIsSwitchedByItself) {
  const Json spec = production();
  EXPECT_THROW(act("update", spec, intact_cluster(spec),
                   R"({"enableTLS": false, "desiredState": {"roles": {"replica": {"count": 6}}}})"),
               Error);
  Json observed = intact_cluster(spec);
  observed_node(observed, "replica-2")["reachable"] = false;
  EXPECT_THROW(act("update", spec, observed, R"({"enableTLS": false})"), Error);
  observed = intact_cluster(spec);
  observed["power"] = "off";
  EXPECT_THROW(act("update", spec, observed, R"({"enableTLS": false})"), Error);
}

TEST(ChangeTest, RotationsKeepBothPasswordsForAWhileAndRestartSentinelsInTurn) {
  const Json spec = production();
  const Plan passwords = act("rotate", spec, intact_cluster(spec), R"({"what": "passwords"})");
  EXPECT_THAT(faults(passwords), IsEmpty());
  EXPECT_TRUE(waits_for(passwords, "redis.password.use", "redis.password.add/sentinel-2"));
  EXPECT_TRUE(waits_for(passwords, "redis.password.drop/master-1", "redis.password.use"));
  const Plan certificates =
      act("rotate", spec, intact_cluster(spec), R"({"what": "certificates"})");
  EXPECT_THAT(faults(certificates), IsEmpty());
  EXPECT_TRUE(waits_for(certificates, "redis.certificate/sentinel-2", "redis.tls/sentinel-1"));
}

}  // namespace
}  // namespace ashlar::redis
