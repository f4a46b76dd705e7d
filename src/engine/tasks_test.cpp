#include "engine/tasks.hpp"

#include <gtest/gtest.h>

#include "engine/testing/now.hpp"

namespace ashlar::engine {
namespace {

using testing::kNow;
constexpr Millis kMinute{60'000};

Task repair(const std::string& node, Millis lasts_at_least = Millis{0}) {
  return {.node = node,
          .what = "not-running",
          .because = node + " does not run",
          .action = "heal",
          .lasts_at_least = lasts_at_least,
          .by_node = true};
}

/// Due at a time, and done for all nodes at once.
Task renewal(const std::string& node) {
  return {.node = node,
          .what = "old",
          .because = node + " is old",
          .action = "renew",
          .actor = schedule("renewal")};
}

PastTasks past(Millis ago, std::set<std::string> keys, std::set<std::string> in_vain) {
  return {kNow - ago, std::move(keys), std::move(in_vain)};
}

TasksInput input_of(const std::vector<Task>& wanted, Millis seen_for,
                    std::vector<PastTasks> history = {},
                    std::optional<HeldBack> held_back = std::nullopt) {
  TasksInput input{wanted, {}, std::move(history), std::move(held_back), {}, kNow};
  for (const Task& one : wanted) input.first_seen[one.key()] = kNow - seen_for;
  return input;
}

/// Wanted for so long by now, and begun before as `history` tells.
TasksDecision decide_on(const std::vector<Task>& wanted, Millis seen_for,
                        std::vector<PastTasks> history = {},
                        std::optional<HeldBack> held_back = std::nullopt) {
  return decide(input_of(wanted, seen_for, std::move(history), std::move(held_back)));
}

std::vector<std::string> nodes_of(const TasksDecision& decision) {
  std::vector<std::string> nodes;
  for (const Task& one : decision.begin) nodes.push_back(one.node);
  return nodes;
}

using Nodes = std::vector<std::string>;

TEST(TaskPause, DoublesFromAMinuteToHalfAnHour) {
  EXPECT_EQ(task_pause(0), Millis{0});
  EXPECT_EQ(task_pause(1), kMinute);
  EXPECT_EQ(task_pause(3), 4 * kMinute);
  EXPECT_EQ(task_pause(6), 30 * kMinute);
  EXPECT_EQ(task_pause(1'000), 30 * kMinute);
}

TEST(TasksDecision, ComesWithTheLookThatConfirmsIt) {
  const auto first = decide_on({repair("a")}, Millis{0});
  EXPECT_TRUE(first.begin.empty());
  EXPECT_EQ(first.look_again, kNow + kConfirmPause);
  EXPECT_EQ(nodes_of(decide_on({repair("a")}, kConfirmPause)), Nodes{"a"});
}

TEST(TasksDecision, WaitsForWhatMayPassByItselfAndNotForTheRest) {
  const std::vector<Task> both{repair("reboots", Millis{30'000}), repair("stopped")};
  const auto early = decide_on(both, Millis{2'000});
  EXPECT_EQ(nodes_of(early), Nodes{"stopped"});
  EXPECT_EQ(early.look_again, kNow + Millis{28'000});
  EXPECT_EQ(nodes_of(decide_on(both, Millis{30'000})), (Nodes{"reboots", "stopped"}));
}

TEST(TasksDecision, WaitsLongerAfterEachOperationForTheSameThatDidNotHelp) {
  const std::string key = repair("a").key();
  const auto failed = [&](Millis ago) { return past(ago, {key}, {key}); };
  const std::vector<PastTasks> once{failed(kMinute / 2)};
  const std::vector<PastTasks> thrice{failed(3 * kMinute), failed(5 * kMinute),
                                      failed(8 * kMinute)};
  const auto waits = decide_on({repair("a")}, kMinute, once);
  EXPECT_TRUE(waits.begin.empty());
  EXPECT_EQ(waits.look_again, kNow + kMinute / 2);
  EXPECT_EQ(decide_on({repair("a")}, kMinute, thrice).look_again, kNow + kMinute);
  EXPECT_EQ(nodes_of(decide_on({repair("a"), repair("b")}, kMinute, thrice)), Nodes{"b"})
      << "another node does not wait for it";
}

TEST(TasksDecision, DoesNotHoldSuccessAgainstAnybody) {
  const std::string key = repair("a").key();
  const std::vector<PastTasks> helped{past(kMinute / 4, {key}, {}), past(2 * kMinute, {key}, {})};
  EXPECT_EQ(nodes_of(decide_on({repair("a")}, kMinute, helped)), Nodes{"a"});
  // It failed, and then it helped: what came before counts no more.
  const std::vector<PastTasks> at_last{past(kMinute / 4, {key}, {}),
                                       past(2 * kMinute, {key}, {key})};
  EXPECT_EQ(nodes_of(decide_on({repair("a")}, kMinute, at_last)), Nodes{"a"});
}

TEST(TasksDecision, SlowsDownWhenTheSameKeepsComingBack) {
  const std::string key = repair("a").key();
  std::vector<PastTasks> history;
  for (int i = 0; i < 3; ++i) history.push_back(past((i + 1) * kMinute / 4, {key}, {}));
  const auto slowed = decide_on({repair("a")}, kMinute, history);
  EXPECT_TRUE(slowed.begin.empty());
  EXPECT_EQ(slowed.look_again, kNow - kMinute / 4 + kMinute);
}

TEST(TasksDecision, LeavesToAFailedChangeWhatThatIsAbout) {
  HeldBack held;
  held.nodes = std::set<std::string>{"a"};
  EXPECT_EQ(nodes_of(decide_on({repair("a"), repair("b"), repair("")}, kMinute, {}, held)),
            Nodes{"b"});
}

TEST(TasksDecision, DoesTogetherWhatOneOperationDoesAndTheRestAfterIt) {
  const std::vector<Task> all{repair("a"), renewal("a"), repair("b"), renewal("b")};
  const TasksDecision repairs = decide_on(all, kMinute);
  EXPECT_EQ(nodes_of(repairs), (Nodes{"a", "b"}));
  EXPECT_EQ(repairs.begin.front().action, "heal") << "what the kind names first comes first";
  const TasksDecision renewals = decide_on({renewal("a"), renewal("b")}, kMinute);
  EXPECT_EQ(nodes_of(renewals), (Nodes{"a", "b"}));
}

TEST(TasksDecision, DoesNotBeginWhatSomethingElseHasToComeBefore) {
  Task waiting = renewal("a");
  waiting.waits_for = "b does not work";
  const TasksDecision decision = decide_on({waiting, repair("b")}, kMinute);
  ASSERT_EQ(nodes_of(decision), Nodes{"b"});
  EXPECT_EQ(decision.begin.front().action, "heal");
  EXPECT_FALSE(decide_on({waiting}, kMinute).look_again) << "its time does not come by waiting";
}

TEST(TasksDecision, AnActionThatWasRefusedHoldsUpNoOther) {
  TasksInput input = input_of({repair("a"), renewal("b")}, kMinute);
  input.refused_until["heal"] = kNow + kMinute;
  const TasksDecision decision = decide(input);
  EXPECT_EQ(nodes_of(decision), Nodes{"b"});
  EXPECT_EQ(decision.look_again, kNow + kMinute);
}

TEST(TasksDecision, WhatCannotBeLimitedToANodeWaitsForAnyFailedChange) {
  HeldBack held;
  held.nodes = std::set<std::string>{"a"};
  EXPECT_TRUE(decide_on({renewal("b")}, kMinute, {}, held).begin.empty());
}

TEST(Outlook, IsOneOfEachOperationWithWhatItWaitsFor) {
  HeldBack held;
  held.operation.id = "op_1";
  held.operation.summary = "Update x";
  held.nodes = std::set<std::string>{"a"};
  const std::vector<PastTasks> history{past(kMinute / 2, {"c not-running"}, {"c not-running"})};
  const auto found = outlook({repair("a"), repair("b"), repair("c"), repair("d"), renewal("b")},
                             history, held, kNow);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].nodes, Nodes{"a"});
  EXPECT_EQ(found[0].waits_because, "\"Update x\" (op_1) has failed");
  EXPECT_EQ(found[1].nodes, (Nodes{"b", "d"}));
  EXPECT_EQ(found[1].because, "b does not run; d does not run");
  EXPECT_EQ(found[1].waits_because, "");
  EXPECT_FALSE(found[1].not_before);
  EXPECT_EQ(found[2].nodes, Nodes{"c"});
  EXPECT_EQ(found[2].not_before, kNow + kMinute / 2);
  EXPECT_EQ(found[3].action, "renew");
  EXPECT_EQ(found[3].actor, schedule("renewal"));
  EXPECT_NE(found[3].waits_because, "");
}

TEST(Outlook, TellsWhatTheKindSaysHasToComeFirst) {
  Task waiting = renewal("a");
  waiting.waits_for = "b does not work";
  const auto found = outlook({waiting}, {}, std::nullopt, kNow);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].waits_because, "b does not work");
}

TEST(PastTasks, DidNotHelpTheNodesWhoseStepsAreUnfinished) {
  Operation operation;
  operation.state = OperationState::kFailed;
  operation.finished_at = kNow;
  operation.tasks = {"a not-running", "b machine-off", " firewall"};
  std::vector<StepRecord> steps(3);
  steps[0].planned.node = "a";
  steps[0].state = StepState::kFailed;
  steps[1].planned.node = "b";
  steps[1].state = StepState::kDone;
  steps[2].state = StepState::kPending;  // the proof
  const PastTasks past = past_tasks(operation, steps);
  EXPECT_EQ(past.in_vain, (std::set<std::string>{"a not-running", " firewall"}));
  operation.state = OperationState::kSucceeded;
  EXPECT_TRUE(past_tasks(operation, steps).in_vain.empty());
}

TEST(Reasons, AreTheFirstFew) {
  EXPECT_EQ(reasons({repair("a"), repair("b"), repair("c"), repair("d")}),
            "a does not run; b does not run; c does not run; and 1 more");
  EXPECT_EQ(reasons({Task{.node = "a", .what = "x", .because = "", .action = "heal"}}),
            "it has drifted");
}

}  // namespace
}  // namespace ashlar::engine
