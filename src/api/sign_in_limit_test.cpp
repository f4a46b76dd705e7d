#include "api/sign_in_limit.hpp"

#include <gtest/gtest.h>

namespace ashlar::api {
namespace {

constexpr Time kStart{Millis{1'750'000'000'000}};

void fail_often(SignInLimit& limit, const std::string& address, Time now) {
  for (int i = 0; i < SignInLimit::kMostFailures; ++i) {
    EXPECT_EQ(limit.wait_for(address, now), std::nullopt) << i;
    limit.count_failure(address, now);
  }
}

TEST(SignInLimit, MakesAnAddressWaitUntilItsMinuteIsOver) {
  SignInLimit limit;
  fail_often(limit, "10.0.0.1", kStart);
  EXPECT_EQ(limit.wait_for("10.0.0.1", kStart), SignInLimit::kWindow);
  EXPECT_EQ(limit.wait_for("10.0.0.1", kStart + Millis{59'000}), Millis{1'000});
  EXPECT_EQ(limit.wait_for("10.0.0.1", kStart + SignInLimit::kWindow), std::nullopt);
  fail_often(limit, "10.0.0.1", kStart + SignInLimit::kWindow);
}

TEST(SignInLimit, LeavesOtherAddressesAlone) {
  SignInLimit limit;
  fail_often(limit, "10.0.0.1", kStart);
  EXPECT_EQ(limit.wait_for("10.0.0.2", kStart), std::nullopt);
}

TEST(SignInLimit, HoldsManyAddressesInBoundedMemoryAndStillLimitsThem) {
  SignInLimit limit;
  for (size_t i = 0; i < SignInLimit::kMostAddresses; ++i)
    limit.count_failure("a" + std::to_string(i), kStart);
  for (int i = 0; i < SignInLimit::kMostFailures; ++i)
    limit.count_failure("late-" + std::to_string(i), kStart);
  EXPECT_EQ(limit.wait_for("never seen", kStart), SignInLimit::kWindow);
  EXPECT_EQ(limit.wait_for("a1", kStart), std::nullopt) << "known addresses keep their own count";
  limit.count_failure("after a minute", kStart + SignInLimit::kWindow);
  EXPECT_EQ(limit.wait_for("never seen", kStart + SignInLimit::kWindow), std::nullopt);
}

}  // namespace
}  // namespace ashlar::api
