#include "kinds/cluster/plan/care.hpp"

#include <gtest/gtest.h>

namespace ashlar::cluster {
namespace {

const Time kNow = *from_rfc3339("2026-11-27T12:00:00.000Z");
constexpr Millis kDay{24 * 3'600'000LL};

Json node(const char* name, const char* state, Millis left) {
  return {
      {"name", name}, {"state", state}, {"certificate", {{"expiresAt", to_rfc3339(kNow + left)}}}};
}

Json spec(int certificate_days) {
  return {{"heal", "safe"}, {"power", "on"}, {"certificateDays", certificate_days}};
}

TEST(RenewalBefore, IsAThirdOfTheLifeAndAtMostThirtyDays) {
  EXPECT_EQ(renewal_before(3), kDay);
  EXPECT_EQ(renewal_before(90), 30 * kDay);
  EXPECT_EQ(renewal_before(1'095), 30 * kDay);
}

TEST(ClusterWants, ARotationInTheNameOfItsScheduleAsSoonAsEveryNodeWorks) {
  const Json status{{"nodes", {node("one", "active", 29 * kDay), node("two", "off", 90 * kDay)}}};
  const auto waiting = wants(spec(1'095), status, kNow, {});
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].node, "one");
  EXPECT_EQ(waiting[0].action, "rotate");
  EXPECT_EQ(waiting[0].actor, schedule("certificates"));
  EXPECT_EQ(waiting[0].waits_for, "two does not work");

  const Json whole{{"nodes", {node("one", "active", 29 * kDay), node("two", "active", 90 * kDay)}}};
  EXPECT_EQ(wants(spec(1'095), whole, kNow, {}).at(0).waits_for, "");
  EXPECT_TRUE(wants(spec(60), whole, kNow, {}).empty()) << "more than a third of its life is left";
}

TEST(ClusterWants, NoRotationForANodeThatIsHeldOutSinceItWouldPassItBy) {
  Json held = spec(1'095);
  held["desiredState"]["roles"]["broker"]["nodes"] = {{{"id", "one"}, {"held", true}},
                                                      {{"id", "two"}, {"held", false}}};
  const Json old{{"nodes", {node("one", "active", kDay), node("two", "active", 90 * kDay)}}};
  EXPECT_TRUE(wants(held, old, kNow, {}).empty());
  const Json both{{"nodes", {node("one", "active", kDay), node("two", "active", kDay)}}};
  const auto tasks = wants(held, both, kNow, {});
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].node, "two");
}

TEST(ClusterWants, WhatTheServiceCorrectsByItselfMustLast) {
  const Json status{{"drift",
                     {{{"node", "one"}, {"what", "lags"}, {"heals", "safe"}, {"message", "late"}},
                      {{"node", "two"}, {"what", "off"}, {"heals", "safe"}, {"message", "off"}}}}};
  const auto tasks = wants(spec(90), status, kNow, {.corrected = {"lags"}, .what_is_down = {}});
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_EQ(tasks[0].lasts_at_least, Millis{20'000});
  EXPECT_EQ(tasks[1].lasts_at_least, Millis{0});
  EXPECT_EQ(tasks[1].because, "off");
}

}  // namespace
}  // namespace ashlar::cluster
