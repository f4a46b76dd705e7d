// What of a change has to be confirmed by name, and what has not; and what clients are told to do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/syntax.hpp"
#include "kinds/redis/testing/observed_cluster.hpp"
#include "kinds/redis/testing/planning.hpp"

namespace ashlar::redis {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Json cluster() {
  return parsed(R"({
    "name": "prod", "type": "sentinel", "region": "nyc1", "enableTLS": true,
    "clientRanges": ["10.0.0.0/8"], "persistence": {"mode": "aof"},
    "desiredState": {"roles": {
      "master": {"count": 2, "size": "s-2vcpu-2gb"},
      "replica": {"count": 2, "size": "s-2vcpu-2gb"},
      "sentinel": {"count": 5, "size": "s-1vcpu-1gb"}}}})");
}

struct Case {
  std::string name;
  std::string action;
  std::string arguments;
  std::vector<std::pair<DangerKind, std::string>> dangers;  // a part of each text
};

class DangersTest : public ::testing::TestWithParam<Case> {};

TEST_P(DangersTest, AreToldWithThePlan) {
  const Json spec = cluster();
  const Plan plan =
      act(GetParam().action, spec, intact_cluster(spec), GetParam().arguments.c_str());
  ASSERT_EQ(plan.dangers.size(), GetParam().dangers.size()) << outline_of(plan)["dangers"].dump(2);
  for (size_t i = 0; i < plan.dangers.size(); ++i) {
    EXPECT_EQ(plan.dangers[i].kind, GetParam().dangers[i].first);
    EXPECT_THAT(plan.dangers[i].message, HasSubstr(GetParam().dangers[i].second));
  }
  if (!plan.dangers.empty()) EXPECT_EQ(reassurance(plan), "");
}

INSTANTIATE_TEST_SUITE_P(
    Table, DangersTest,
    ::testing::Values(
        Case{"AGroupGoes",
             "update",
             R"({"desiredState": {"roles": {"master": {"count": 1}, "replica": {"count": 1}}}})",
             {{DangerKind::kData, "prod-m2 and all its data"},
              {DangerKind::kMachine,
               "2 machines are destroyed, with the copies of data there: "
               "prod-master-2, prod-replica-2"}}},
        Case{"ASentinelGoes",
             "update",
             R"({"desiredState": {"roles": {"sentinel": {"count": 4}}}})",
             {{DangerKind::kMachine, "a machine is destroyed: prod-sentinel-5"}}},
        Case{"TlsOff",
             "update",
             R"({"enableTLS": false})",
             {{DangerKind::kEncryption, "travel in the clear"}}},
        Case{"SnapshotsOnly",
             "update",
             R"({"persistence": {"mode": "rdb"}})",
             {{DangerKind::kPersistence, "since the last snapshot"}}},
        Case{"NothingOnDisk",
             "update",
             R"({"persistence": {"mode": "none"}})",
             {{DangerKind::kPersistence, "comes back empty"}}},
        Case{"Eviction",
             "update",
             R"({"maxMemoryPolicy": "allkeys-lru"})",
             {{DangerKind::kData, "keys are deleted when memory is full"}}},
        Case{"OpenToTheWorld",
             "update",
             R"({"clientRanges": ["10.0.0.0/8", "0.0.0.0/0"]})",
             {{DangerKind::kExposure, "clientRanges has 0.0.0.0/0"}}},
        // None of these loses anything.
        Case{"ALargerRangeOfOnesOwn", "update", R"({"clientRanges": ["172.16.0.0/12"]})", {}},
        Case{"MoreReplicas",
             "update",
             R"({"desiredState": {"roles": {"replica": {"count": 4}}}})",
             {}},
        Case{"Larger", "upgrade", R"({"roles": {"replica": {"size": "s-4vcpu-8gb"}}})", {}},
        Case{"Stop", "stop", "{}", {}},
        Case{"Passwords", "rotate", R"({"what": "passwords"})", {}}),
    [](const auto& info) { return info.param.name; });

TEST(Dangers, AHugeNetworkIsTheWorld) {
  for (const char* range : {"0.0.0.0/0", "0.0.0.0/1", "64.0.0.0/2", "::/0", "2000::/3"})
    EXPECT_TRUE(is_the_world(range)) << range;
  for (const char* range :
       {"10.0.0.0/8", "192.168.0.0/16", "fc00::/7", "2001:db8::/32", "1.2.3.4/32"})
    EXPECT_FALSE(is_the_world(range)) << range;
}

// --- What clients must do ------------------------------------------------------------------------

TEST(RequiredActions, ClientsMustChangeToTheNewPasswordInTime) {
  const Json spec = cluster();
  const auto rotate = [&](const char* arguments) {
    return act("rotate", spec, intact_cluster(spec), arguments);
  };
  const Plan usual = rotate(R"({"what": "passwords"})");
  ASSERT_EQ(usual.required_actions.size(), 1u);
  EXPECT_EQ(usual.required_actions[0].who, "clients of prod");
  EXPECT_THAT(usual.required_actions[0].until, HasSubstr("60 s after"));
  EXPECT_EQ(reassurance(usual), "") << "nothing stops, but somebody has to act";
  const Plan chosen = rotate(R"({"what": "passwords", "overlapSeconds": 900})");
  EXPECT_THAT(chosen.required_actions[0].until, HasSubstr("900 s after"));
  EXPECT_EQ(step_of(chosen, "redis.password.drop/master-1").args.at("overlapSeconds"), 900);
  EXPECT_THAT(rotate(R"({"what": "passwords", "overlapSeconds": 0})").required_actions[0].until,
              HasSubstr("at once"));
  const Plan certificates = rotate(R"({"what": "certificates"})");
  EXPECT_THAT(certificates.required_actions, IsEmpty());
  EXPECT_NE(reassurance(certificates), "");
}

TEST(RequiredActions, TheOverlapIsChecked) {
  const Json spec = cluster();
  for (const char* wrong : {R"({"what": "passwords", "overlapSeconds": -1})",
                            R"({"what": "passwords", "overlapSeconds": 86401})",
                            R"({"what": "passwords", "overlapSeconds": "60"})",
                            R"({"what": "certificates", "overlapSeconds": 60})"}) {
    try {
      act("rotate", spec, intact_cluster(spec), wrong);
      ADD_FAILURE() << "accepted: " << wrong;
    } catch (const Error& error) {
      ASSERT_EQ(error.fields().size(), 1u) << wrong;
      EXPECT_EQ(error.fields()[0].path, "overlapSeconds");
    }
  }
}

TEST(RequiredActions, ClientsMustSpeakTlsWhenItIsSwitchedOn) {
  Json spec = cluster();
  spec["enableTLS"] = false;
  const Plan plan = act("update", spec, intact_cluster(spec), R"({"enableTLS": true})");
  ASSERT_EQ(plan.required_actions.size(), 1u);
  EXPECT_THAT(plan.required_actions[0].what, HasSubstr("connect with TLS"));
  EXPECT_THAT(plan.dangers, IsEmpty());
}

}  // namespace
}  // namespace ashlar::redis
