// Who waits for whom when nodes are mended, and who does not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kinds/redis/testing/observed_cluster.hpp"
#include "kinds/redis/testing/planning.hpp"

namespace ashlar::redis {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RepairsPlanTest : public ::testing::Test {
 protected:
  Json spec_ = parsed(R"({
    "name": "prod", "deploymentType": "redis-sentinel-prod", "region": "nyc1", "enableTLS": false,
    "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-2vcpu-2gb"},
      "replica": {"count": 2, "size": "s-2vcpu-2gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
  Json observed_ = intact_cluster(spec_);

  void break_down(const std::string& node, const char* what = "not-running") {
    observed_node(observed_, node)["state"] = "error";
    observed_["drift"].push_back(
        {{"node", node}, {"what", what}, {"heals", "safe"}, {"message", node + " is broken"}});
  }
  Plan heal(const char* arguments = "{}") { return act("heal", spec_, observed_, arguments); }

  /// Whether the end of `other`'s steps, well or not, is what any of `node`'s steps waits for.
  static bool waits_for_node(const Plan& plan, const std::string& node, const std::string& other) {
    return std::ranges::any_of(plan.steps, [&](const PlannedStep& step) {
      const bool of_node = step.node == node || step.key.ends_with("/" + node);
      return of_node && std::ranges::any_of(step.predecessors(), [&](std::string_view key) {
               return key.ends_with("/" + other);
             });
    });
  }
};

TEST_F(RepairsPlanTest, NoNodeWaitsForTheRepairOfAnother) {
  const std::vector<std::string> broken{"replica-1", "replica-2", "sentinel-2", "sentinel-3"};
  for (const auto& node : broken) break_down(node);
  const Plan plan = heal();
  EXPECT_THAT(faults(plan), IsEmpty());
  for (const auto& node : broken)
    for (const auto& other : broken)
      if (node != other) {
        EXPECT_FALSE(waits_for_node(plan, node, other)) << node << " waits for " << other;
      }
  for (const auto& node : broken)
    EXPECT_TRUE(waits_for(plan, kProveKey, configure_key(node))) << "all is proved in the end";
}

TEST_F(RepairsPlanTest, ASentinelComesWhenTheMastersThatAreStartedHaveBeen) {
  for (const char* node : {"master-1", "replica-1", "sentinel-1"}) break_down(node);
  const Plan known = heal();
  EXPECT_THAT(step_of(known, configure_key("sentinel-1")).after_ended,
              ElementsAre(configure_key("master-1")));
  observed_["groups"][0]["master"] = nullptr;  // any of them may have led
  const Plan unknown = heal();
  EXPECT_THAT(step_of(unknown, configure_key("sentinel-1")).after_ended,
              ElementsAre(configure_key("master-1"), configure_key("replica-1")));
}

TEST_F(RepairsPlanTest, WhoRunsIsRestartedOneAtATimeAndTheMasterAfterItsReplicas) {
  for (const char* node : {"master-1", "replica-1", "replica-2", "sentinel-1", "sentinel-2"})
    break_down(node, "access-refused");
  const Plan plan = heal();
  const auto ended = [&](const std::string& node) {
    return step_of(plan, configure_key(node)).after_ended;
  };
  EXPECT_THAT(ended("sentinel-1"), IsEmpty()) << "they have to say who leads";
  EXPECT_THAT(ended("sentinel-2"), ElementsAre("redis.agreed/sentinel-1"));
  EXPECT_THAT(ended("replica-1"), ElementsAre("redis.agreed/sentinel-2"));
  EXPECT_THAT(ended("replica-2"), ElementsAre("redis.synced/replica-1"));
  EXPECT_THAT(ended("master-1"), Contains("redis.synced/replica-2"));
}

TEST_F(RepairsPlanTest, NobodyHandsOverBeforeTheGroupIsWhole) {
  break_down("replica-1");
  const Plan plan =
      act("update", spec_, observed_, R"({"desiredState": {"roles": {"replica": {"count": 1}}}})");
  EXPECT_TRUE(waits_for(plan, "redis.leave/replica-2", "redis.synced/replica-1"));
}

TEST_F(RepairsPlanTest, WhatOneSentinelWatchesDoesNotWaitForAnother) {
  break_down("sentinel-1");
  observed_["drift"].push_back({{"node", "sentinel-2"},
                                {"what", "configuration"},
                                {"heals", "safe"},
                                {"message", "it was changed"}});
  const Plan plan = heal();
  EXPECT_FALSE(waits_for(plan, "redis.watch/sentinel-2", configure_key("sentinel-1")));
  EXPECT_THAT(step_of(plan, "redis.watch/sentinel-2").after_ended,
              Contains("redis.agreed/sentinel-1"));
}

TEST_F(RepairsPlanTest, OfNamedNodesMendsTheseAndNothingElse) {
  for (const char* node : {"replica-1", "sentinel-1"}) break_down(node);
  observed_node(observed_, "sentinel-1")["state"] = "off";
  const Plan plan = heal(R"({"nodes": ["sentinel-1"]})");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_EQ(plan.action, "heal");
  EXPECT_THAT(plan.steps, Not(IsEmpty()));
  for (const auto& step : plan.steps)
    EXPECT_TRUE(step.node == "sentinel-1" || step.key == "redis.agreed/sentinel-1" ||
                step.key == kCredentialsKey)
        << step.key << " has nothing to do with it, and what a failed change shall be proved for";
  EXPECT_TRUE(heal(R"({"nodes": ["sentinel-3"]})").empty());
  EXPECT_THROW(heal(R"({"nodes": ["sentinel-9"]})"), Error);
}

TEST_F(RepairsPlanTest, WhatWasChangedByHandIsSetAgainOnANodeThatWorks) {
  const auto change = [&](const char* node, const char* what) {
    observed_["drift"].push_back(
        {{"node", node}, {"what", what}, {"heals", "safe"}, {"message", "it was changed"}});
  };
  change("master-1", "access");
  change("sentinel-2", "managed-file");
  const Plan plan = heal();
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_THAT(nodes_of(plan, "redis.restore"), ElementsAre("master-1", "sentinel-2"));
  EXPECT_THAT(nodes_of(plan, "redis.configure"), IsEmpty()) << "what works is not restarted";
  EXPECT_TRUE(waits_for(plan, kProveKey, restore_key("sentinel-2")));
  EXPECT_TRUE(waits_for(plan, kProveKey, restore_key("master-1")));
  EXPECT_THAT(plan.summary, HasSubstr("2 nodes to set again"));

  const Plan of_one = heal(R"({"nodes": ["sentinel-2"]})");
  EXPECT_THAT(nodes_of(of_one, "redis.restore"), ElementsAre("sentinel-2"));
  EXPECT_THAT(nodes_of(of_one, "redis.prove"), IsEmpty());

  break_down("sentinel-2");
  EXPECT_THAT(nodes_of(heal(), "redis.restore"), ElementsAre("master-1"))
      << "who is repaired has everything set with that";
}

TEST_F(RepairsPlanTest, AMachineThatShowsAnotherHostKeyIsNeitherWorkedOnNorGivenUp) {
  spec_["heal"] = "replace";
  for (const char* what : {"host-key", "ssh-access"}) {
    break_down("replica-1", what);
    observed_node(observed_, "replica-1")["reachable"] = false;
    observed_["drift"].back()["heals"] = "none";
    const Plan plan = heal();
    EXPECT_THAT(nodes_of(plan, "fleet.create_machine"), IsEmpty());
    EXPECT_THAT(nodes_of(plan, "redis.configure"), IsEmpty());
    observed_["drift"].clear();
  }
}

TEST_F(RepairsPlanTest, AMachineThatIsMerelyOffIsSwitchedOnAndNotReplaced) {
  spec_["heal"] = "replace";
  break_down("replica-1", "machine-off");
  Json& node = observed_node(observed_, "replica-1");
  node["state"] = "off";
  node["reachable"] = false;
  const Plan plan = heal();
  EXPECT_THAT(nodes_of(plan, "fleet.create_machine"), IsEmpty());
  EXPECT_THAT(nodes_of(plan, "fleet.power"), ElementsAre("replica-1"));
}

TEST_F(RepairsPlanTest, TheFirewallIsSetAgain) {
  observed_["drift"].push_back({{"node", nullptr},
                                {"what", "firewall"},
                                {"heals", "safe"},
                                {"message", "the firewall lacks a rule"}});
  const Plan plan = heal();
  EXPECT_THAT(plan.steps, testing::Contains(testing::Field(&PlannedStep::type, "fleet.firewall")));
  EXPECT_TRUE(waits_for(plan, kProveKey, "firewall"));
}

TEST_F(RepairsPlanTest, NobodyHandsOverBeforeUsersAreSetAgain) {
  observed_["drift"].push_back({{"node", "replica-1"},
                                {"what", "access"},
                                {"heals", "safe"},
                                {"message", "it was changed"}});
  const Plan plan =
      act("update", spec_, observed_, R"({"desiredState": {"roles": {"replica": {"count": 1}}}})");
  EXPECT_TRUE(waits_for(plan, "redis.leave/replica-2", restore_key("replica-1")));
}

TEST_F(RepairsPlanTest, AHealingThatWouldMendNothingSaysWhatStaysAndWhy) {
  observed_["drift"].push_back({{"node", "replica-2"},
                                {"what", "machine-missing"},
                                {"heals", "replace"},
                                {"message", "replica-2: the provider no longer has its machine"}});
  observed_node(observed_, "replica-2")["state"] = "missing";
  const Plan nothing = heal();
  EXPECT_TRUE(nothing.empty());
  EXPECT_THAT(nothing.summary, HasSubstr("no longer has its machine (mended only under heal"));
  break_down("replica-1");
  const Plan some = heal();
  EXPECT_FALSE(some.empty());
  EXPECT_THAT(some.notes, Contains(HasSubstr("not mended by this: replica-2")));
}

TEST_F(RepairsPlanTest, WhatIsWrongWithoutDriftIsToldInsteadOfBeingProvedInVain) {
  observed_["applied"]["heal"] = "none";  // so that there is something to prove
  ASSERT_FALSE(heal().empty());
  observed_["problems"] = {"replica-1 is not connected to master-1"};
  const Plan plan = heal();
  EXPECT_TRUE(plan.empty());
  EXPECT_THAT(plan.summary, HasSubstr("replica-1 is not connected to master-1"));
}

}  // namespace
}  // namespace ashlar::redis
