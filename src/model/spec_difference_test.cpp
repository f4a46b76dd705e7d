#include "model/spec_difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> lines(const Json& before, const Json& after) {
  std::vector<std::string> text;
  for (const SpecChange& change : spec_difference(before, after))
    text.push_back(change.path + ": " + change.before.dump() + " -> " + change.after.dump());
  return text;
}

TEST(SpecDifference, IsNothingForTheSameSpec) {
  EXPECT_THAT(lines({{"a", 1}, {"b", nullptr}}, {{"a", 1}}), IsEmpty());
}

TEST(SpecDifference, NamesEachFieldByItsPath) {
  EXPECT_THAT(lines({{"a", {{"b", 1}, {"c", 2}}}, {"gone", "x"}}, {{"a", {{"b", 1}, {"c", 3}}}}),
              ElementsAre("a.c: 2 -> 3", "gone: \"x\" -> null"));
}

TEST(SpecDifference, FollowsEntriesOfAListByTheirName) {
  const Json before{{"nodes", {{{"id", "m"}, {"size", "s"}}, {{"id", "r"}, {"size", "s"}}}}};
  const Json after{{"nodes", {{{"id", "r"}, {"size", "l"}}, {{"id", "n"}, {"size", "s"}}}}};
  EXPECT_THAT(lines(before, after), ElementsAre("nodes[m]: {\"id\":\"m\",\"size\":\"s\"} -> null",
                                                "nodes[n]: null -> {\"id\":\"n\",\"size\":\"s\"}",
                                                "nodes[r].size: \"s\" -> \"l\""));
  EXPECT_THAT(lines({{"nodes", Json::array()}}, {{"nodes", {{{"id", "n"}}}}}),
              ElementsAre("nodes[n]: null -> {\"id\":\"n\"}"));
}

TEST(SpecDifference, ComparesOtherListsWhole) {
  EXPECT_THAT(lines({{"ranges", {"10.0.0.0/8"}}}, {{"ranges", {"10.0.0.0/8", "192.0.2.0/24"}}}),
              ElementsAre("ranges: [\"10.0.0.0/8\"] -> [\"10.0.0.0/8\",\"192.0.2.0/24\"]"));
  const Json twice{{{"id", "a"}}, {{"id", "a"}}};
  EXPECT_THAT(lines({{"l", twice}}, {{"l", Json::array()}}).size(), 1U);
}

}  // namespace
}  // namespace ashlar
