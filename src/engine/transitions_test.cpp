#include "engine/transitions.hpp"

#include <gtest/gtest.h>

#include "base/secret.hpp"
#include "engine/testing/now.hpp"

namespace ashlar::engine {
namespace {

using testing::kNow;

StepRecord running(int attempts = 1) {
  StepRecord step;
  step.id = "st_1";
  step.operation_id = "op_1";
  step.planned.key = "install/master-1";
  step.planned.title = "Install Redis on master-1";
  step.planned.node = "master-1";
  step.planned.deadline = Millis{10'000};
  step.state = StepState::kRunning;
  step.attempts = attempts;
  step.started_at = kNow - Millis{3'000};
  step.progress_at = kNow - Millis{3'000};
  step.lease_owner = "eng_1";
  step.lease_until = kNow + Millis{60'000};
  return step;
}

StepRecord undoing(int attempts = 1) {
  StepRecord step = running(attempts);
  step.state = StepState::kUndoing;
  step.outputs = {{"id", 7}};
  return step;
}

const Error kRefused{ErrorCode::kProvider, "refused"};

struct Case {
  const char* name;
  StepRecord step;
  StepOutcome outcome;
  StepState state;
  bool finished;
  std::optional<Millis> due_in;
  const char* because;
  std::vector<std::string> events;
};

class AfterAttempt : public ::testing::TestWithParam<Case> {};

TEST_P(AfterAttempt, MakesTheNextStep) {
  const Case& given = GetParam();
  const Transition made = after_attempt(given.step, given.outcome, 8, kNow, 0);
  EXPECT_EQ(made.step.state, given.state);
  EXPECT_EQ(made.step.finished_at.has_value(), given.finished);
  ASSERT_EQ(made.step.not_before.has_value(), given.due_in.has_value());
  if (given.due_in) {
    EXPECT_EQ(*made.step.not_before - kNow, *given.due_in);
  }
  EXPECT_EQ(made.step.because, given.because);
  EXPECT_EQ(made.step.lease_owner, "");
  EXPECT_FALSE(made.step.lease_until);
  std::vector<std::string> types;
  for (const Event& event : made.events) {
    types.push_back(event.type);
    EXPECT_EQ(event.step_id, "st_1");
    EXPECT_EQ(event.operation_id, "op_1");
    EXPECT_EQ(event.at, kNow);
  }
  EXPECT_EQ(types, given.events);
}

INSTANTIATE_TEST_SUITE_P(
    Outcomes, AfterAttempt,
    ::testing::Values(
        Case{"Done", running(), Done{}, StepState::kDone, true, {}, "", {"step.done"}},
        Case{"Wait",
             running(),
             Wait{Millis{250}, "sshd is not up"},
             StepState::kWaiting,
             false,
             Millis{250},
             "sshd is not up",
             {"step.waiting"}},
        Case{"WaitWithoutPauseStillPauses",
             running(),
             Wait{Millis{0}, "x"},
             StepState::kWaiting,
             false,
             Millis{1},
             "x",
             {"step.waiting"}},
        Case{"LongWaitLooksAgainAtTheDeadline",
             running(),
             Wait{Millis{600'000}, "x"},
             StepState::kWaiting,
             false,
             Millis{7'000},
             "x",
             {"step.waiting"}},
        Case{"FirstRetry",
             running(1),
             Retry{kRefused},
             StepState::kWaiting,
             false,
             Millis{500},
             "refused",
             {"step.retry"}},
        Case{"FifthRetry",
             running(5),
             Retry{kRefused},
             StepState::kWaiting,
             false,
             Millis{4'000},
             "refused",
             {"step.retry"}},
        Case{"LastRetry",
             running(9),
             Retry{kRefused},
             StepState::kFailed,
             true,
             {},
             "refused (given up after 9 attempts)",
             {"step.failed"}},
        Case{"Fail",
             running(),
             Fail{kRefused},
             StepState::kFailed,
             true,
             {},
             "refused",
             {"step.failed"}},
        Case{"UndoDone", undoing(), Done{}, StepState::kUndone, true, {}, "", {"step.undone"}},
        Case{"UndoWait",
             undoing(),
             Wait{Millis{250}, "locked"},
             StepState::kUndoing,
             false,
             Millis{250},
             "locked",
             {"step.waiting"}},
        Case{"UndoRetry",
             undoing(),
             Retry{kRefused},
             StepState::kUndoing,
             false,
             Millis{500},
             "refused",
             {"step.retry"}},
        Case{"UndoFail",
             undoing(),
             Fail{kRefused},
             StepState::kUndoing,
             true,
             {},
             "refused",
             {"step.failed"}}),
    [](const auto& info) { return info.param.name; });

TEST(Transitions, DoneKeepsOutputsAndSaysHowLongItTook) {
  const Transition made = after_attempt(running(), Done{{{"id", 7}}}, 8, kNow, 0);
  EXPECT_EQ(made.step.outputs, Json({{"id", 7}}));
  EXPECT_EQ(made.events.at(0).message, "Install Redis on master-1: done in 3 s");
}

TEST(Transitions, UndoKeepsTheOutputsOfTheStep) {
  EXPECT_EQ(after_attempt(undoing(), Done{}, 8, kNow, 0).step.outputs, Json({{"id", 7}}));
}

TEST(Transitions, TheSameWaitAgainIsNoNews) {
  StepRecord step = running();
  step.because = "sshd is not up";
  const Transition made = after_attempt(step, Wait{Millis{250}, "sshd is not up"}, 8, kNow, 0);
  EXPECT_TRUE(made.events.empty());
}

TEST(Transitions, FiguresStayUntilNewerOnesComeOrTheStepEnds) {
  const Json figures{{"bytes", 7}};
  const auto after = [](StepRecord step, const StepOutcome& outcome) {
    return after_attempt(std::move(step), outcome, 8, kNow, 0).step;
  };
  const StepRecord measured = after(running(), Wait{Millis{1}, "x", false, figures});
  EXPECT_EQ(measured.figures, figures);
  EXPECT_EQ(after(measured, Wait{Millis{1}, "y"}).figures, figures);
  EXPECT_EQ(after(measured, Retry{kRefused}).figures, figures);
  EXPECT_TRUE(after(measured, Done{}).figures.is_null());
  EXPECT_TRUE(after(measured, Fail{kRefused}).figures.is_null());
}

TEST(Transitions, AWaitStartsTheCountOfAttemptsAgain) {
  EXPECT_EQ(after_attempt(running(5), Wait{}, 8, kNow, 0).step.attempts, 0);
  EXPECT_EQ(after_attempt(running(5), Retry{kRefused}, 8, kNow, 0).step.attempts, 5);
}

TEST(Transitions, OnlyProgressMovesTheDeadline) {
  const auto started = running().progress_at;
  EXPECT_EQ(after_attempt(running(), Wait{Millis{1}, "x", false}, 8, kNow, 0).step.progress_at,
            started);
  EXPECT_EQ(after_attempt(running(), Wait{Millis{1}, "x", true}, 8, kNow, 0).step.progress_at,
            kNow);
  EXPECT_EQ(after_attempt(running(), Retry{kRefused}, 8, kNow, 0).step.progress_at, started);
}

TEST(Transitions, PastItsDeadlineAStepIsStuckAndGoesOn) {
  StepRecord step = running();
  step.progress_at = kNow - Millis{10'000};
  const Transition made =
      after_attempt(step, Wait{Millis{250}, "no answer on port 22"}, 8, kNow, 0);
  EXPECT_TRUE(made.step.stuck);
  EXPECT_EQ(made.step.state, StepState::kWaiting);
  ASSERT_EQ(made.events.size(), 2U);
  EXPECT_EQ(made.events[1].type, "step.stuck");
  EXPECT_EQ(made.events[1].message,
            "Install Redis on master-1: stuck on master-1: no progress since " +
                to_rfc3339(kNow - Millis{10'000}) + ": no answer on port 22");
  // Said once.
  const Transition again =
      after_attempt(made.step, Wait{Millis{250}, "no answer on port 22"}, 8, kNow + Millis{1}, 0);
  EXPECT_TRUE(again.step.stuck);
  EXPECT_TRUE(again.events.empty());
}

TEST(Transitions, ProgressClearsStuck) {
  StepRecord step = running();
  step.stuck = true;
  step.progress_at = kNow - Millis{15'000};
  const Transition made = after_attempt(step, Wait{Millis{250}, "", true}, 8, kNow, 0);
  EXPECT_FALSE(made.step.stuck);
  EXPECT_EQ(made.events.at(0).type, "step.moving");
}

TEST(Transitions, AfterTwiceTheDeadlineItFailsNamingTheNodeAndTheReason) {
  StepRecord step = running();
  step.stuck = true;
  step.progress_at = kNow - Millis{20'000};
  const Transition made =
      after_attempt(step, Wait{Millis{250}, "no answer on port 22"}, 8, kNow, 0);
  EXPECT_EQ(made.step.state, StepState::kFailed);
  EXPECT_FALSE(made.step.stuck);
  EXPECT_EQ(made.step.because, "no progress for 20 s on master-1; last: no answer on port 22");
}

TEST(Transitions, BackoffGrowsAndStaysInItsBounds) {
  for (int failures = 1; failures < 100; ++failures) {
    EXPECT_GE(backoff(failures, 0), kShortestBackoff);
    EXPECT_LE(backoff(failures, 0.999), kLongestBackoff);
    EXPECT_GE(backoff(failures + 1, 0), backoff(failures, 0));
  }
  EXPECT_EQ(backoff(20, 0), kLongestBackoff / 2);
  EXPECT_GT(backoff(20, 0.9), backoff(20, 0.1));
}

TEST(Transitions, SecretsAreTakenOutOfReasonsAndMessages) {
  register_secret("hunter2-hunter2");
  const Transition made = after_attempt(
      running(), Fail{Error(ErrorCode::kMachine, "AUTH hunter2-hunter2 was refused")}, 8, kNow, 0);
  EXPECT_EQ(made.step.because, "AUTH [secret] was refused");
  EXPECT_EQ(made.events.at(0).message.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::engine
