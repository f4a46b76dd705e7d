#include "kinds/redis/plan/care.hpp"

#include <gtest/gtest.h>

#include "kinds/cluster/plan/care.hpp"
#include "kinds/redis/plan/plan_parts.hpp"
#include "kinds/redis/plan/planned.hpp"
#include "kinds/redis/testing/observed_cluster.hpp"
#include "kinds/redis/testing/planning.hpp"

namespace ashlar::redis {
namespace {

using Tasks = std::vector<engine::Task>;

const Time kNow = *from_rfc3339("2026-11-27T12:00:00.000Z");
constexpr Millis kDay{24 * 3'600'000LL};

Tasks repairs(const char* policy, const char* heals, const char* power = "on",
              const char* what = "not-running") {
  return wants(
      {{"heal", policy}, {"power", power}},
      {{"drift",
        {{{"node", "replica-1"}, {"what", what}, {"heals", heals}, {"message", "it is so"}}}}},
      kNow);
}

bool mends(const char* policy, const char* heals, const char* power = "on") {
  return !repairs(policy, heals, power).empty();
}

TEST(WantedRepairs, WhenThePolicyCoversWhatItTakes) {
  EXPECT_TRUE(mends("safe", "safe"));
  EXPECT_TRUE(mends("replace", "safe"));
  EXPECT_TRUE(mends("replace", "replace"));
  EXPECT_FALSE(mends("safe", "replace"));
  EXPECT_FALSE(mends("none", "safe"));
  EXPECT_FALSE(mends("replace", "none")) << "a person must look";
}

TEST(WantedRepairs, NeverWhenStoppedOrNotObserved) {
  EXPECT_FALSE(mends("replace", "safe", "off"));
  EXPECT_TRUE(wants({{"heal", "replace"}}, nullptr, kNow).empty());
  EXPECT_TRUE(wants({{"heal", "replace"}}, Json::object(), kNow).empty());
  EXPECT_TRUE(wants({{"heal", "replace"}}, {{"drift", Json::array()}}, kNow).empty());
  EXPECT_FALSE(mends("replace", "in a later version"));
}

TEST(WantedRepairs, AreBeyondDoubtWhereTheRemedyIsCostlyOrTheSentinelsMayActFirst) {
  const auto stopped = repairs("safe", "safe");
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(stopped[0].key(), "replica-1 not-running");
  EXPECT_EQ(stopped[0].because, "it is so");
  EXPECT_EQ(stopped[0].action, "heal");
  EXPECT_EQ(stopped[0].actor, healing());
  EXPECT_TRUE(stopped[0].by_node);
  EXPECT_EQ(stopped[0].lasts_at_least, Millis{0});
  EXPECT_GE(repairs("replace", "replace")[0].lasts_at_least, Millis{30'000}) << "it may reboot";
  EXPECT_EQ(repairs("safe", "safe", "on", "wrong-master")[0].lasts_at_least, Millis{20'000});
}

TEST(WantedRepairs, OfTheClusterAsAWholeNameNoNode) {
  const auto found =
      wants({{"heal", "safe"}},
            {{"drift", {{{"node", nullptr}, {"what", "firewall"}, {"heals", "safe"}}}}}, kNow);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].node, "");
}

Json small_cluster() {
  return parsed(
      R"({"name": "demo", "type": "sentinel", "region": "nyc1", "desiredState": {"roles": {
    "master": {"count": 1, "size": "s-1vcpu-1gb"}, "replica": {"count": 2, "size": "s-1vcpu-1gb"},
    "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
}

/// With TLS, and certificates of `days` days of which `left` are left.
class WantedRenewals : public ::testing::Test {
 protected:
  void age(Millis left, int days = 1095) {
    spec_["certificateDays"] = days;
    for (Json& node : observed_["nodes"]) expires(node, kNow + left);
  }
  static void expires(Json& node, Time at) {
    node["certificate"] = {{"expiresAt", to_rfc3339(at)}};
  }
  Tasks wanted() const { return wants(spec_, observed_, kNow); }

  Json spec_ = [] {
    Json spec = small_cluster();
    spec["enableTLS"] = true;
    return spec;
  }();
  Json observed_ = intact_cluster(spec_);
};

TEST_F(WantedRenewals, InTheLastThirdOfTheirLifeAndAtMostThirtyDaysBefore) {
  age(31 * kDay);
  EXPECT_TRUE(wanted().empty());
  age(30 * kDay);
  EXPECT_EQ(wanted().size(), 6U);
  age(30 * kDay, 30);
  EXPECT_TRUE(wanted().empty()) << "one of 30 days is not old when it is new";
  age(10 * kDay, 30);
  EXPECT_EQ(wanted().size(), 6U);
  age(Millis{9 * 3'600'000}, 1);
  EXPECT_TRUE(wanted().empty());
  age(Millis{8 * 3'600'000}, 1);
  EXPECT_EQ(wanted().size(), 6U);
}

TEST_F(WantedRenewals, AreARotationThatTheScheduleAsksForAndSayWhy) {
  age(100 * kDay);
  expires(observed_node(observed_, "replica-1"), kNow + 9 * kDay);
  const Tasks tasks = wanted();
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].node, "replica-1");
  EXPECT_EQ(tasks[0].because, "the certificate of replica-1 expires on 2026-12-06");
  EXPECT_EQ(tasks[0].actor, schedule("certificates"));
  EXPECT_EQ(tasks[0].waits_for, "");
  const Plan renewal = act(tasks[0].action, spec_, observed_, dump(tasks[0].arguments).c_str());
  EXPECT_EQ(nodes_of(renewal, "redis.certificate").size(), 6U);

  expires(observed_node(observed_, "replica-1"), kNow - kDay);
  EXPECT_EQ(wanted()[0].because, "the certificate of replica-1 expired on 2026-11-26");
}

TEST_F(WantedRenewals, OnlyWhereThePolicyAllowsIt) {
  age(kDay);
  const auto with = [&](const char* field, const Json& value) {
    Json spec = spec_;
    spec[field] = value;
    return wants(spec, observed_, kNow).size();
  };
  EXPECT_EQ(with("heal", "safe"), 6U);
  EXPECT_EQ(with("heal", "replace"), 6U);
  EXPECT_EQ(with("heal", "none"), 0U);
  EXPECT_EQ(with("power", "off"), 0U) << "it is stopped";
  for (Json& node : observed_["nodes"]) node["certificate"] = nullptr;
  EXPECT_EQ(with("heal", "safe"), 0U) << "TLS is off";
}

TEST_F(WantedRenewals, WaitUntilTheClusterWorksOtherwise) {
  age(kDay);
  observed_node(observed_, "sentinel-2")["state"] = "error";
  const Tasks tasks = wanted();
  ASSERT_EQ(tasks.size(), 6U);
  for (const auto& task : tasks) EXPECT_EQ(task.waits_for, "sentinel-2 does not work");
}

TEST_F(WantedRenewals, AreWantedOnceAlthoughTheDriftTellsOfThem) {
  age(100 * kDay);
  expires(observed_node(observed_, "master-1"), kNow + kDay);
  observed_["drift"].push_back({{"node", "master-1"},
                                {"what", cluster::kCertificateExpiring},
                                {"heals", "safe"},
                                {"message", "its certificate expires"}});
  const Tasks tasks = wanted();
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].action, "rotate");
}

TEST_F(WantedRenewals, NothingOfACertificateWhoseEndIsNotKnown) {
  age(100 * kDay);
  observed_node(observed_, "master-1")["certificate"] = nullptr;
  observed_node(observed_, "replica-1")["certificate"] = {{"expiresAt", nullptr}};
  observed_node(observed_, "replica-2")["certificate"] = {{"expiresAt", "soon"}};
  EXPECT_TRUE(wanted().empty());
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
