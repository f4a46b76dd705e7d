#include "kinds/redis/spec/description.hpp"

#include <gmock/gmock.h>

#include "kinds/redis/spec/actions.hpp"
#include "kinds/redis/spec/spec.hpp"
#include "kinds/redis/testing/test_catalog.hpp"

namespace ashlar::redis {
namespace {

TEST(Description, ItsExamplesAreSpecsWithoutAFault) {
  for (const engine::Example& example : description().examples) {
    const auto parsed = parse(example.spec, test_catalog());
    ASSERT_TRUE(parsed) << example.name << ": " << parsed.error().front().message;
  }
}

TEST(Description, NamesEveryRoleOfASpec) {
  std::vector<std::string> names;
  for (const engine::Role& role : description().roles) names.push_back(role.name);
  std::vector<std::string> of_specs;
  for (const Role role : kRoles) of_specs.emplace_back(to_string(role));
  EXPECT_EQ(names, of_specs);
}

TEST(Description, EverySecretArgumentIsInItsActionsSchema) {
  for (const engine::Action& action : actions()) {
    EXPECT_EQ(action.schema["type"], "object") << action.name;
    for (const std::string& secret : action.secret_arguments)
      EXPECT_TRUE(action.schema["properties"].contains(secret)) << action.name;
  }
}

TEST(Summary, ShowsWhatIsDeclaredUntilSomethingIsObserved) {
  const Json spec{
      {"type", "sentinel"},
      {"region", "nyc1"},
      {"desiredState", {{"roles", {{"master", {{"count", 3}}}, {"sentinel", {{"count", 5}}}}}}}};
  const KindSummary declared = description().summary(spec, nullptr);
  EXPECT_EQ(declared.type, "sentinel");
  EXPECT_EQ(declared.region, "nyc1");
  EXPECT_EQ(declared.version, "");
  EXPECT_EQ(declared.node_counts, (Json{{"master", 3}, {"sentinel", 5}}));
  const KindSummary observed =
      description().summary(spec, {{"version", "7.0.15"}, {"nodeCounts", {{"master", 1}}}});
  EXPECT_EQ(observed.version, "7.0.15");
  EXPECT_EQ(observed.node_counts, (Json{{"master", 1}}));
}

TEST(Summary, PassesOverWhatAnEarlierVersionMayHaveStored) {
  for (const Json& odd : {Json(), Json(5), Json{{"region", 7}, {"type", nullptr}},
                          Json{{"desiredState", "x"}}, Json{{"desiredState", {{"roles", {1}}}}},
                          Json{{"desiredState", {{"roles", {{"a", 1}}}}}}}) {
    const KindSummary summary = description().summary(odd, odd);
    EXPECT_EQ(summary.region, "") << dump(odd);
    EXPECT_TRUE(summary.node_counts.empty()) << dump(odd);
  }
}

}  // namespace
}  // namespace ashlar::redis
