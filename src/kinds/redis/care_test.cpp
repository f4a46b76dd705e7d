#include "kinds/redis/care.hpp"

#include <gtest/gtest.h>

namespace ashlar::redis {
namespace {

bool wants(const char* policy, const char* heals, const char* power = "on") {
  return wants_healing({{"heal", policy}, {"power", power}},
                       {{"drift", {{{"what", "not-running"}, {"heals", heals}}}}});
}

TEST(WantsHealing, WhenThePolicyCoversWhatItTakes) {
  EXPECT_TRUE(wants("safe", "safe"));
  EXPECT_TRUE(wants("replace", "safe"));
  EXPECT_TRUE(wants("replace", "replace"));
  EXPECT_FALSE(wants("safe", "replace"));
  EXPECT_FALSE(wants("none", "safe"));
  EXPECT_FALSE(wants("replace", "none")) << "a person must look";
}

TEST(WantsHealing, NeverWhenStoppedOrNotObserved) {
  EXPECT_FALSE(wants("replace", "safe", "off"));
  EXPECT_FALSE(wants_healing({{"heal", "replace"}}, nullptr));
  EXPECT_FALSE(wants_healing({{"heal", "replace"}}, Json::object()));
  EXPECT_FALSE(wants_healing({{"heal", "replace"}}, {{"drift", Json::array()}}));
  EXPECT_FALSE(wants("replace", "in a later version"));
}

}  // namespace
}  // namespace ashlar::redis
