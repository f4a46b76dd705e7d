#include "kinds/redis/plan/care.hpp"

#include <gtest/gtest.h>

#include "kinds/redis/plan/plan_parts.hpp"
#include "kinds/redis/plan/planned.hpp"
#include "kinds/redis/testing/planning.hpp"

namespace ashlar::redis {
namespace {

std::vector<engine::Fault> faults(const char* policy, const char* heals, const char* power = "on",
                                  const char* what = "not-running") {
  return faults_to_heal(
      {{"heal", policy}, {"power", power}},
      {{"drift",
        {{{"node", "replica-1"}, {"what", what}, {"heals", heals}, {"message", "it is so"}}}}});
}

bool wants(const char* policy, const char* heals, const char* power = "on") {
  return !faults(policy, heals, power).empty();
}

TEST(FaultsToHeal, WhenThePolicyCoversWhatItTakes) {
  EXPECT_TRUE(wants("safe", "safe"));
  EXPECT_TRUE(wants("replace", "safe"));
  EXPECT_TRUE(wants("replace", "replace"));
  EXPECT_FALSE(wants("safe", "replace"));
  EXPECT_FALSE(wants("none", "safe"));
  EXPECT_FALSE(wants("replace", "none")) << "a person must look";
}

TEST(FaultsToHeal, NeverWhenStoppedOrNotObserved) {
  EXPECT_FALSE(wants("replace", "safe", "off"));
  EXPECT_TRUE(faults_to_heal({{"heal", "replace"}}, nullptr).empty());
  EXPECT_TRUE(faults_to_heal({{"heal", "replace"}}, Json::object()).empty());
  EXPECT_TRUE(faults_to_heal({{"heal", "replace"}}, {{"drift", Json::array()}}).empty());
  EXPECT_FALSE(wants("replace", "in a later version"));
}

TEST(FaultsToHeal, AreBeyondDoubtWhereTheRemedyIsCostlyOrTheSentinelsMayActFirst) {
  const auto stopped = faults("safe", "safe");
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(stopped[0].key(), "replica-1 not-running");
  EXPECT_EQ(stopped[0].message, "it is so");
  EXPECT_EQ(stopped[0].lasts_at_least, Millis{0});
  EXPECT_GE(faults("replace", "replace")[0].lasts_at_least, Millis{30'000}) << "it may reboot";
  EXPECT_EQ(faults("safe", "safe", "on", "wrong-master")[0].lasts_at_least, Millis{20'000});
}

TEST(FaultsToHeal, OfTheClusterAsAWholeNameNoNode) {
  const auto found =
      faults_to_heal({{"heal", "safe"}},
                     {{"drift", {{{"node", nullptr}, {"what", "firewall"}, {"heals", "safe"}}}}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].node, "");
}

Json small_cluster() {
  return parsed(
      R"({"name": "demo", "type": "sentinel", "region": "nyc1", "desiredState": {"roles": {
    "master": {"count": 1, "size": "s-1vcpu-1gb"}, "replica": {"count": 2, "size": "s-1vcpu-1gb"},
    "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
}

using Nodes = std::set<std::string>;

TEST(NodesTouched, AreThoseThatAStepHasToDoWith) {
  const Spec spec = spec_from_json(small_cluster());
  const Topology topology = topology_of(spec);
  EXPECT_EQ(nodes_touched(spec, planned::install("replica-1~2", true)), Nodes{"replica-1"});
  EXPECT_EQ(nodes_touched(spec, planned::configure("replica-1", topology.groups[0], "master-1")),
            Nodes{"replica-1"})
      << "its master only answers it";
  EXPECT_EQ(nodes_touched(spec, planned::agreed("sentinel-2")), Nodes{"sentinel-2"});
  EXPECT_EQ(nodes_touched(spec, planned::switchover("demo-m1", "master-1", "replica-1")),
            (Nodes{"master-1", "replica-1", "replica-2"}));
  EXPECT_EQ(nodes_touched(spec, planned::prove(spec)), Nodes{});
  EXPECT_EQ(nodes_touched(spec, step_of("redis.password.use", "", {})).size(), 6u);
}

}  // namespace
}  // namespace ashlar::redis
