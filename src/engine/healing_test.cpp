#include "engine/healing.hpp"

#include <gtest/gtest.h>

namespace ashlar::engine {
namespace {

const Time kNow{Millis{1'750'000'000'000}};
constexpr Millis kMinute{60'000};

Fault fault(const std::string& node, Millis lasts_at_least = Millis{0}) {
  return {node, "not-running", node + " does not run", lasts_at_least};
}

PastHealing healing(Millis ago, std::set<std::string> faults, std::set<std::string> in_vain) {
  return {kNow - ago, std::move(faults), std::move(in_vain)};
}

/// Seen for so long by now, and healed before as `history` tells.
HealingDecision decide_on(const std::vector<Fault>& faults, Millis seen_for,
                          std::vector<PastHealing> history = {},
                          std::optional<HeldBack> held_back = std::nullopt) {
  HealingInput input{faults, {}, std::move(history), std::move(held_back), kNow};
  for (const Fault& one : faults) input.first_seen[one.key()] = kNow - seen_for;
  return decide(input);
}

std::vector<std::string> nodes_of(const HealingDecision& decision) {
  std::vector<std::string> nodes;
  for (const Fault& one : decision.heal) nodes.push_back(one.node);
  return nodes;
}

using Nodes = std::vector<std::string>;

TEST(HealPause, DoublesFromAMinuteToHalfAnHour) {
  EXPECT_EQ(heal_pause(0), Millis{0});
  EXPECT_EQ(heal_pause(1), kMinute);
  EXPECT_EQ(heal_pause(3), 4 * kMinute);
  EXPECT_EQ(heal_pause(6), 30 * kMinute);
  EXPECT_EQ(heal_pause(1'000), 30 * kMinute);
}

TEST(HealingDecision, ComesWithTheLookThatConfirmsTheFault) {
  const auto first = decide_on({fault("a")}, Millis{0});
  EXPECT_TRUE(first.heal.empty());
  EXPECT_EQ(first.look_again, kNow + kConfirmPause);
  EXPECT_EQ(nodes_of(decide_on({fault("a")}, kConfirmPause)), Nodes{"a"});
}

TEST(HealingDecision, WaitsForWhatMayPassByItselfAndNotForTheRest) {
  const std::vector<Fault> both{fault("reboots", Millis{30'000}), fault("stopped")};
  const auto early = decide_on(both, Millis{2'000});
  EXPECT_EQ(nodes_of(early), Nodes{"stopped"});
  EXPECT_EQ(early.look_again, kNow + Millis{28'000});
  EXPECT_EQ(nodes_of(decide_on(both, Millis{30'000})), (Nodes{"reboots", "stopped"}));
}

TEST(HealingDecision, WaitsLongerAfterEachHealingOfTheSameThatDidNotHelp) {
  const std::string key = fault("a").key();
  const auto failed = [&](Millis ago) { return healing(ago, {key}, {key}); };
  const std::vector<PastHealing> once{failed(kMinute / 2)};
  const std::vector<PastHealing> thrice{failed(3 * kMinute), failed(5 * kMinute),
                                        failed(8 * kMinute)};
  const auto waits = decide_on({fault("a")}, kMinute, once);
  EXPECT_TRUE(waits.heal.empty());
  EXPECT_EQ(waits.look_again, kNow + kMinute / 2);
  EXPECT_EQ(decide_on({fault("a")}, kMinute, thrice).look_again, kNow + kMinute);
  EXPECT_EQ(nodes_of(decide_on({fault("a"), fault("b")}, kMinute, thrice)), Nodes{"b"})
      << "another node does not wait for it";
}

TEST(HealingDecision, DoesNotHoldSuccessAgainstAnybody) {
  const std::string key = fault("a").key();
  const std::vector<PastHealing> helped{healing(kMinute / 4, {key}, {}),
                                        healing(2 * kMinute, {key}, {})};
  EXPECT_EQ(nodes_of(decide_on({fault("a")}, kMinute, helped)), Nodes{"a"});
  // It failed, and then it helped: what came before counts no more.
  const std::vector<PastHealing> at_last{healing(kMinute / 4, {key}, {}),
                                         healing(2 * kMinute, {key}, {key})};
  EXPECT_EQ(nodes_of(decide_on({fault("a")}, kMinute, at_last)), Nodes{"a"});
}

TEST(HealingDecision, SlowsDownWhenAFaultKeepsComingBack) {
  const std::string key = fault("a").key();
  std::vector<PastHealing> history;
  for (int i = 0; i < 3; ++i) history.push_back(healing((i + 1) * kMinute / 4, {key}, {}));
  const auto slowed = decide_on({fault("a")}, kMinute, history);
  EXPECT_TRUE(slowed.heal.empty());
  EXPECT_EQ(slowed.look_again, kNow - kMinute / 4 + kMinute);
}

TEST(HealingDecision, LeavesToAFailedChangeWhatThatIsAbout) {
  HeldBack held;
  held.nodes = std::set<std::string>{"a"};
  EXPECT_EQ(nodes_of(decide_on({fault("a"), fault("b"), fault("")}, kMinute, {}, held)),
            Nodes{"b"});
}

TEST(PastHealing, DidNotHelpTheNodesWhoseStepsAreUnfinished) {
  Operation operation;
  operation.state = OperationState::kFailed;
  operation.finished_at = kNow;
  operation.heals = {"a not-running", "b machine-off", " firewall"};
  std::vector<StepRecord> steps(3);
  steps[0].planned.node = "a";
  steps[0].state = StepState::kFailed;
  steps[1].planned.node = "b";
  steps[1].state = StepState::kDone;
  steps[2].state = StepState::kPending;  // the proof
  const PastHealing past = past_healing(operation, steps);
  EXPECT_EQ(past.in_vain, (std::set<std::string>{"a not-running", " firewall"}));
  operation.state = OperationState::kSucceeded;
  EXPECT_TRUE(past_healing(operation, steps).in_vain.empty());
}

TEST(Reasons, AreTheFirstFew) {
  EXPECT_EQ(reasons({fault("a"), fault("b"), fault("c"), fault("d")}),
            "a does not run; b does not run; c does not run; and 1 more");
  EXPECT_EQ(reasons({Fault{"a", "x", "", Millis{0}}}), "it has drifted");
}

}  // namespace
}  // namespace ashlar::engine
