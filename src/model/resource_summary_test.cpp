#include "model/resource_summary.hpp"

#include <gtest/gtest.h>

namespace ashlar {
namespace {

Resource resource_with(Json status) {
  Resource resource;
  resource.id = "res_1";
  resource.kind = "teapot";
  resource.name = "prod";
  resource.status = std::move(status);
  resource.monthly_usd = 72.5;
  return resource;
}

TEST(ResourceSummary, TellsWhatItsKindSays) {
  const KindSummary of_kind{"round", "nyc1", "1.2", {{"lid", 3}, {"spout", 5}}};
  const Json summary = to_json(summary_of(resource_with({}), of_kind));
  EXPECT_EQ(summary["type"], "round");
  EXPECT_EQ(summary["region"], "nyc1");
  EXPECT_EQ(summary["version"], "1.2");
  EXPECT_EQ(summary["nodeCounts"], (Json{{"lid", 3}, {"spout", 5}}));
  EXPECT_EQ(summary["nodes"], 8);
  EXPECT_EQ(summary["monthlyUsd"], 72.5);
  EXPECT_TRUE(summary["health"].is_null());
  EXPECT_TRUE(summary["observedAt"].is_null());
}

TEST(ResourceSummary, ReadsWhatEveryStatusHas) {
  const ResourceSummary summary =
      summary_of(resource_with({{"health", "degraded"},
                                {"problems", {"the lid is off", "the spout drips"}},
                                {"observedAt", "2026-11-21T00:24:40.123Z"}}),
                 {});
  EXPECT_EQ(summary.health, "degraded");
  EXPECT_EQ(summary.problem, "the lid is off");
  EXPECT_EQ(summary.observed_at, "2026-11-21T00:24:40.123Z");
}

TEST(ResourceSummary, PassesOverWhatIsNotThere) {
  for (const Json& odd : {Json(), Json(5), Json::array({1}), Json{{"health", 7}, {"problems", 1}}})
    EXPECT_EQ(summary_of(resource_with(odd), {}).health, "") << dump(odd);
  const KindSummary odd_counts{"", "", "", {{"lid", "x"}}};
  EXPECT_EQ(summary_of(resource_with({}), odd_counts).nodes, 0);
}

}  // namespace
}  // namespace ashlar
