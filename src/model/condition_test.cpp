#include "model/condition.hpp"

#include <gmock/gmock.h>

namespace ashlar {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string name;
  ResourceState state;
  std::string health;
  OperationState latest;
  std::string word;
  Severity severity;
  std::string reason;  // a part of it
};

class ConditionTest : public ::testing::TestWithParam<Case> {};

TEST_P(ConditionTest, IsOneWordWithItsReason) {
  const Case& given = GetParam();
  const ResourceSummary summary{
      .state = given.state, .health = given.health, .problem = "replica-1 does not answer"};
  const Operation latest{.action = "upgrade",
                         .summary = "Upgrade Redis cluster demo",
                         .state = given.latest,
                         .error = "disk is full"};
  const Condition condition = condition_of(summary, &latest);
  EXPECT_EQ(condition.word, given.word);
  EXPECT_EQ(condition.severity, given.severity);
  EXPECT_THAT(condition.reason, HasSubstr(given.reason));
  EXPECT_EQ(condition.reason.empty(), given.reason.empty());
  // Also of one whose operation nobody knows.
  EXPECT_EQ(condition_of(summary, nullptr).word, given.word);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ConditionTest,
    ::testing::Values(
        Case{"Healthy", ResourceState::kActive, "healthy", OperationState::kSucceeded, "healthy",
             Severity::kGood, ""},
        Case{"NotObserved", ResourceState::kActive, "", OperationState::kSucceeded, "active",
             Severity::kGood, "not observed yet"},
        Case{"Degraded", ResourceState::kDegraded, "degraded", OperationState::kSucceeded,
             "degraded", Severity::kWarning, "replica-1 does not answer"},
        Case{"Down", ResourceState::kDegraded, "down", OperationState::kSucceeded, "down",
             Severity::kError, "replica-1 does not answer"},
        // What was shown as "Degraded" beside "Healthy".
        Case{"HealthyButIncomplete", ResourceState::kDegraded, "healthy", OperationState::kFailed,
             "degraded", Severity::kWarning, "works, but upgrade failed: disk is full"},
        Case{"UnderWay", ResourceState::kUpdating, "degraded", OperationState::kRunning, "updating",
             Severity::kBusy, "Upgrade Redis cluster demo"},
        Case{"Stopped", ResourceState::kStopped, "down", OperationState::kSucceeded, "stopped",
             Severity::kOff, ""},
        Case{"Failed", ResourceState::kFailed, "", OperationState::kFailed, "failed",
             Severity::kError, "disk is full; retry or cancel it"}),
    [](const auto& info) { return info.param.name; });

TEST(Condition, AStuckOperationIsAWarning) {
  const Operation latest{
      .summary = "Upgrade demo", .state = OperationState::kRunning, .stuck = true};
  const Condition condition = condition_of({.state = ResourceState::kUpdating}, &latest);
  EXPECT_EQ(condition.severity, Severity::kWarning);
  EXPECT_EQ(condition.reason, "Upgrade demo is stuck");
}

}  // namespace
}  // namespace ashlar
