#include "model/resource_summary.hpp"

#include <gtest/gtest.h>

namespace ashlar {
namespace {

Resource declared() {
  Resource resource;
  resource.id = "res_1";
  resource.kind = "redis";
  resource.name = "prod";
  resource.spec = {
      {"type", "sentinel"},
      {"region", "nyc1"},
      {"desiredState", {{"roles", {{"master", {{"count", 3}}}, {"sentinel", {{"count", 5}}}}}}}};
  resource.monthly_usd = 72.5;
  return resource;
}

TEST(ResourceSummary, ShowsWhatIsDeclaredUntilSomethingIsObserved) {
  const Json summary = to_json(summary_of(declared()));
  EXPECT_EQ(summary["type"], "sentinel");
  EXPECT_EQ(summary["region"], "nyc1");
  EXPECT_EQ(summary["nodeCounts"], (Json{{"master", 3}, {"sentinel", 5}}));
  EXPECT_EQ(summary["nodes"], 8);
  EXPECT_EQ(summary["monthlyUsd"], 72.5);
  EXPECT_TRUE(summary["health"].is_null());
  EXPECT_TRUE(summary["version"].is_null());
  EXPECT_TRUE(summary["observedAt"].is_null());
}

TEST(ResourceSummary, ShowsWhatWasObserved) {
  Resource resource = declared();
  resource.status = {{"health", "degraded"},
                     {"version", "7.0.15"},
                     {"nodeCounts", {{"master", 1}}},
                     {"observedAt", "2026-11-21T00:24:40.123Z"}};
  const Json summary = to_json(summary_of(resource));
  EXPECT_EQ(summary["health"], "degraded");
  EXPECT_EQ(summary["version"], "7.0.15");
  EXPECT_EQ(summary["nodes"], 1);
  EXPECT_EQ(summary["observedAt"], "2026-11-21T00:24:40.123Z");
}

TEST(ResourceSummary, PassesOverWhatAKindDoesNotHave) {
  for (const Json& odd :
       {Json(), Json(5), Json::array({1}), Json{{"region", 7}, {"type", nullptr}},
        Json{{"desiredState", "x"}}, Json{{"desiredState", {{"roles", {1}}}}},
        Json{{"desiredState", {{"roles", {{"a", 1}, {"b", {{"count", "x"}}}}}}}}}) {
    Resource resource;
    resource.spec = odd;
    resource.status = odd;
    const ResourceSummary summary = summary_of(resource);
    EXPECT_EQ(summary.region, "") << dump(odd);
    EXPECT_EQ(summary.nodes, 0) << dump(odd);
    EXPECT_FALSE(summary.monthly_usd);
  }
}

}  // namespace
}  // namespace ashlar
