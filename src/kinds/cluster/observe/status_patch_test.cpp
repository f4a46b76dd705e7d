#include "kinds/cluster/observe/status_patch.hpp"

#include <gtest/gtest.h>

namespace ashlar::cluster {
namespace {

TEST(StatusPatch, MakesOneOfTheOtherAlsoWhereMembersAreGone) {
  const Json before{{"kept", 1}, {"gone", 2}, {"inner", {{"a", 1}, {"b", {{"c", 3}}}}}};
  const Json after{{"kept", 2}, {"inner", {{"b", {{"d", 4}}}}}, {"list", {1, 2}}};
  Json patched = before;
  patched.merge_patch(replacing(before, after));
  EXPECT_EQ(patched, after);
}

TEST(StatusPatch, ReplacesWhatWasNoObject) {
  Json patched{{"proof", "no"}};
  const Json after{{"proof", {{"at", "now"}}}};
  patched.merge_patch(replacing(patched, after));
  EXPECT_EQ(patched, after);
}

}  // namespace
}  // namespace ashlar::cluster
