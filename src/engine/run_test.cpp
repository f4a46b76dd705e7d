#include "engine/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/now.hpp"

namespace ashlar::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

using testing::kNow;
const Error kBroken{ErrorCode::kMachine, "disk is full"};

struct Planned {
  std::string key;
  std::vector<std::string> after;
  std::string type = "undoable";
  std::vector<std::string> after_ended;
};

Run make_run(const std::vector<Planned>& plan, const std::string& action = "deploy",
             bool makes_resource = true) {
  Operation operation;
  if (!makes_resource) operation.spec_before = {{"name", "x"}};
  operation.id = "op";
  operation.action = action;
  operation.state_before = ResourceState::kActive;
  operation.summary = action + " x";
  operation.steps_total = static_cast<int>(plan.size());
  std::vector<StepRecord> steps;
  for (const Planned& planned : plan) {
    StepRecord& step = steps.emplace_back();
    step.id = "st-" + planned.key;
    step.operation_id = "op";
    step.planned.key = planned.key;
    step.planned.type = planned.type;
    step.planned.after = planned.after;
    step.planned.after_ended = planned.after_ended;
    step.state = step.planned.predecessors().empty() ? StepState::kReady : StepState::kPending;
  }
  return Run(operation, steps, [](const std::string& type) {
    return StepTraits{type == "undoable", type == "irreversible"};
  });
}

/// As the store's lease does it.
void begin(Run& run, const std::string& key) {
  StepRecord step = run.step("st-" + key);
  ASSERT_TRUE(step.state == StepState::kReady || step.state == StepState::kWaiting ||
              (step.state == StepState::kUndoing && !step.finished_at))
      << key << " is " << to_string(step.state);
  if (step.state != StepState::kUndoing) step.state = StepState::kRunning;
  ++step.attempts;
  if (!step.started_at) step.started_at = kNow;
  if (!step.progress_at) step.progress_at = kNow;
  step.lease_owner = "eng";
  run.adopt(step);
  run.attempt_begins(step.id, kNow);
}

void end(Run& run, const std::string& key, const StepOutcome& outcome) {
  run.attempt_ends("st-" + key, outcome, 8, kNow, 0);
}

void attempt(Run& run, const std::string& key, const StepOutcome& outcome = Done{}) {
  begin(run, key);
  end(run, key, outcome);
}

std::vector<std::string> in_state(const Run& run, StepState state) {
  std::vector<std::string> keys;
  for (const StepRecord& step : run.steps())
    if (step.state == state) keys.push_back(step.planned.key);
  return keys;
}

const std::vector<Planned> kDiamond{{"a", {}}, {"b", {"a"}}, {"c", {"a"}}, {"d", {"b", "c"}}};

TEST(Run, AStepIsReadyWhenAllItsDependenciesAreDone) {
  auto run = make_run(kDiamond);
  EXPECT_THAT(in_state(run, StepState::kReady), ElementsAre("a"));
  attempt(run, "a");
  EXPECT_THAT(in_state(run, StepState::kReady), ElementsAre("b", "c"));
  attempt(run, "b");
  EXPECT_THAT(in_state(run, StepState::kReady), ElementsAre("c"));
  attempt(run, "c");
  EXPECT_THAT(in_state(run, StepState::kReady), ElementsAre("d"));
  attempt(run, "d");
  EXPECT_EQ(run.operation().state, OperationState::kSucceeded);
  EXPECT_EQ(run.operation().steps_done, 4);
  EXPECT_EQ(run.take_changes().resource_state, ResourceState::kActive);
}

TEST(Run, NotesOnlyWhatChanged) {
  auto run = make_run(kDiamond);
  begin(run, "a");
  run.take_changes();
  end(run, "a", Done{});
  const auto changes = run.take_changes();
  std::vector<std::string> keys;
  for (const StepRecord* step : changes.steps) keys.push_back(step->planned.key);
  EXPECT_THAT(keys, ElementsAre("a", "b", "c"));
  EXPECT_TRUE(changes.operation);
  EXPECT_EQ(changes.events.size(), 1U);
  EXPECT_FALSE(changes.resource_state);
}

TEST(Run, AFailedStepLetsIndependentBranchesFinish) {
  auto run = make_run({{"a", {}}, {"a2", {"a"}}, {"b", {}}, {"b2", {"b"}}});
  attempt(run, "a", Fail{kBroken});
  EXPECT_EQ(run.operation().state, OperationState::kRunning);
  attempt(run, "b");
  EXPECT_EQ(run.operation().state, OperationState::kRunning);
  attempt(run, "b2");
  EXPECT_EQ(run.operation().state, OperationState::kFailed);
  EXPECT_EQ(run.operation().error, "a: disk is full");
  EXPECT_THAT(in_state(run, StepState::kPending), ElementsAre("a2"));
  const auto changes = run.take_changes();
  EXPECT_EQ(changes.events.back().type, "operation.failed");
  EXPECT_EQ(changes.events.back().data["failed"][0]["step"], "a");
  EXPECT_EQ(changes.resource_state, ResourceState::kFailed);
}

const std::vector<Planned> kOneBadMachine{{"good", {}},
                                          {"bad", {}},
                                          {"bad-configured", {"bad"}},
                                          {"watched", {"good"}, "undoable", {"bad-configured"}},
                                          {"proved", {"watched", "bad-configured"}}};

TEST(Run, AStepThatNeedsNoSuccessWaitsForTheEnd) {
  auto run = make_run(kOneBadMachine);
  attempt(run, "good");
  EXPECT_THAT(in_state(run, StepState::kReady), ElementsAre("bad"));
  attempt(run, "bad");
  attempt(run, "bad-configured");
  EXPECT_THAT(in_state(run, StepState::kReady), ElementsAre("watched"));
}

TEST(Run, AStepThatNeedsNoSuccessBeginsOnceItCannotComeAnyMore) {
  auto run = make_run(kOneBadMachine);
  attempt(run, "bad", Fail{kBroken});
  EXPECT_THAT(in_state(run, StepState::kReady), ElementsAre("good")) << "it needs this one, too";
  attempt(run, "good");
  EXPECT_THAT(in_state(run, StepState::kReady), ElementsAre("watched"));
  attempt(run, "watched");
  EXPECT_EQ(run.operation().state, OperationState::kFailed);

  run.retry({}, kNow);
  for (const char* key : {"bad", "bad-configured", "proved"}) attempt(run, key);
  EXPECT_EQ(run.operation().state, OperationState::kSucceeded);
}

TEST(Run, WhatNeededNoSuccessIsUndoneFirst) {
  auto run = make_run(kOneBadMachine);
  attempt(run, "good");
  attempt(run, "bad");
  attempt(run, "bad-configured");
  attempt(run, "watched");
  run.cancel({}, kNow);
  EXPECT_THAT(in_state(run, StepState::kUndoing), ElementsAre("watched"));
}

TEST(Run, AFailedUpdateLeavesTheResourceDegraded) {
  auto run = make_run({{"a", {}}}, "update", false);
  attempt(run, "a", Fail{kBroken});
  EXPECT_EQ(run.take_changes().resource_state, ResourceState::kDegraded);
}

TEST(Run, RetryStartsFailedStepsAgain) {
  auto run = make_run(kDiamond);
  attempt(run, "a");
  attempt(run, "b", Fail{kBroken});
  attempt(run, "c");
  ASSERT_EQ(run.operation().state, OperationState::kFailed);
  run.take_changes();
  run.retry({}, kNow);
  EXPECT_EQ(run.operation().state, OperationState::kRunning);
  EXPECT_EQ(run.operation().error, "");
  EXPECT_EQ(run.take_changes().resource_state, ResourceState::kDeploying);
  EXPECT_EQ(run.step("st-b").attempts, 0);
  attempt(run, "b");
  attempt(run, "d");
  EXPECT_EQ(run.operation().state, OperationState::kSucceeded);
}

TEST(Run, TheTimeBetweenFailureAndRetryCountsForNothing) {
  auto run = make_run({{"a", {}}});
  begin(run, "a");
  end(run, "a", Fail{kBroken});
  const Time later = kNow + Millis{3'600'000};
  run.retry({}, later);
  EXPECT_EQ(run.operation().idle, Millis{3'600'000});
  EXPECT_EQ(elapsed(run.operation(), later + Millis{5}), Millis{5});
  EXPECT_EQ(run.step("st-a").started_at, later) << "its own time begins anew";
  begin(run, "a");
  end(run, "a", Done{});
  EXPECT_EQ(run.operation().state, OperationState::kSucceeded);
}

TEST(Run, TheTimeBetweenFailureAndCancelCountsForNothing) {
  auto run = make_run({{"a", {}}});
  begin(run, "a");
  end(run, "a", Fail{kBroken});
  run.cancel({}, kNow + Millis{60'000});
  EXPECT_EQ(run.operation().idle, Millis{60'000});
}

TEST(Run, RetryGivesAStepUnderWayMoreTimeAndLeavesItAlone) {
  auto run = make_run({{"a", {}}});
  begin(run, "a");
  run.mark_step_stuck("st-a", kNow);
  EXPECT_TRUE(run.operation().stuck);
  run.retry({}, kNow + Millis{5});
  EXPECT_EQ(run.step("st-a").state, StepState::kRunning);
  EXPECT_EQ(run.step("st-a").attempts, 1);
  EXPECT_EQ(run.step("st-a").progress_at, kNow + Millis{5});
  EXPECT_FALSE(run.operation().stuck);
}

TEST(Run, RetryWithoutAFailureIsRefused) {
  auto run = make_run({{"a", {}}});
  EXPECT_THROW(run.retry({}, kNow), Error);
  attempt(run, "a");
  EXPECT_THROW(run.retry({}, kNow), Error);
}

TEST(Run, CancelUndoesInReverseOrderAndWaitsForWhatRuns) {
  auto run = make_run(kDiamond);
  attempt(run, "a");
  attempt(run, "b");
  begin(run, "c");
  run.cancel({}, kNow);
  EXPECT_EQ(run.operation().state, OperationState::kCancelling);
  EXPECT_TRUE(*run.cancelling());
  EXPECT_THAT(in_state(run, StepState::kSkipped), ElementsAre("d"));
  EXPECT_THAT(in_state(run, StepState::kUndoing), ElementsAre("b"));
  end(run, "c", Wait{Millis{1}, "still booting"});
  EXPECT_THAT(in_state(run, StepState::kUndoing), UnorderedElementsAre("b", "c"));
  attempt(run, "b");
  EXPECT_EQ(run.step("st-a").state, StepState::kDone);
  attempt(run, "c");
  EXPECT_THAT(in_state(run, StepState::kUndoing), ElementsAre("a"));
  attempt(run, "a", Retry{kBroken});
  attempt(run, "a");
  EXPECT_EQ(run.operation().state, OperationState::kCancelled);
  EXPECT_EQ(run.take_changes().resource_state, ResourceState::kDeleted);
}

TEST(Run, StepsWithoutUndoAreUndoneAtOnce) {
  auto run = make_run({{"a", {}}, {"b", {"a"}, "lasting"}, {"c", {"b"}, "lasting"}});
  attempt(run, "a");
  attempt(run, "b");
  attempt(run, "c", Wait{});
  run.cancel({}, kNow);
  EXPECT_THAT(in_state(run, StepState::kUndone), ElementsAre("b", "c"));
  EXPECT_THAT(in_state(run, StepState::kUndoing), ElementsAre("a"));
}

TEST(Run, CancellingWhatHasNotBegunEndsAtOnce) {
  auto run = make_run(kDiamond);
  run.cancel({}, kNow);
  EXPECT_EQ(run.operation().state, OperationState::kCancelled);
}

TEST(Run, AFailedUndoLetsOthersGoOnAndRetryContinuesIt) {
  auto run = make_run({{"a", {}}, {"b", {}}});
  attempt(run, "a");
  attempt(run, "b", Wait{});
  run.cancel({}, kNow);
  attempt(run, "a", Fail{kBroken});
  EXPECT_EQ(run.operation().state, OperationState::kCancelling);
  attempt(run, "b");
  EXPECT_EQ(run.operation().state, OperationState::kFailed);
  EXPECT_EQ(run.operation().error, "a: disk is full");
  run.retry({}, kNow);
  EXPECT_EQ(run.operation().state, OperationState::kCancelling);
  attempt(run, "a");
  EXPECT_EQ(run.operation().state, OperationState::kCancelled);
}

TEST(Run, AFailedOperationCanBeCancelled) {
  auto run = make_run(kDiamond);
  attempt(run, "a", Fail{kBroken});
  ASSERT_EQ(run.operation().state, OperationState::kFailed);
  run.cancel({}, kNow);
  EXPECT_THAT(in_state(run, StepState::kUndoing), ElementsAre("a"));
  attempt(run, "a");
  EXPECT_EQ(run.operation().state, OperationState::kCancelled);
}

TEST(Run, ResumingUndoesAStepWhoseAttemptDiedDuringCancel) {
  auto run = make_run(kDiamond);
  begin(run, "a");
  run.cancel({}, kNow);
  EXPECT_THAT(in_state(run, StepState::kUndoing), ElementsAre()) << "its attempt is let finish";
  StepRecord freed = run.step("st-a");  // as the store frees the leases of a dead process
  freed.state = StepState::kReady;
  freed.lease_owner.clear();
  run.adopt(freed);
  run.resume(kNow);
  EXPECT_THAT(in_state(run, StepState::kUndoing), ElementsAre("a"));
}

TEST(Run, CancelIsRefusedWhereItCannotHold) {
  auto finished = make_run({{"a", {}}});
  attempt(finished, "a");
  EXPECT_THROW(finished.cancel({}, kNow), Error);
  auto removal = make_run({{"a", {}}}, "delete");
  EXPECT_THROW(removal.cancel({}, kNow), Error);
  auto decided = make_run({{"a", {}, "irreversible"}, {"b", {}}}, "update", false);
  begin(decided, "a");
  EXPECT_THROW(decided.cancel({}, kNow), Error);
  end(decided, "a", Fail{kBroken});
  EXPECT_THROW(decided.cancel({}, kNow), Error);
  attempt(decided, "b");
  ASSERT_EQ(decided.operation().state, OperationState::kFailed);
  EXPECT_THROW(decided.cancel({}, kNow), Error);
  EXPECT_FALSE(decided.cancelling()->load());
}

TEST(Run, ACancelledLaterDeployDoesNotDeleteTheResource) {
  auto run = make_run({{"a", {}}}, "deploy", /*makes_resource=*/false);
  attempt(run, "a", Wait{});
  run.cancel({}, kNow);
  attempt(run, "a");
  const auto changes = run.take_changes();
  EXPECT_EQ(changes.resource_state, ResourceState::kActive) << "as it was before";
  EXPECT_TRUE(changes.restores);
}

TEST(Run, AnUpdateCancelledBeforeItBeganLeavesTheResourceAsItWas) {
  auto run = make_run({{"a", {}}}, "update", /*makes_resource=*/false);
  run.cancel({}, kNow);
  EXPECT_EQ(run.operation().state, OperationState::kCancelled);
  EXPECT_FALSE(run.take_changes().resource_state);
}

}  // namespace
}  // namespace ashlar::engine
