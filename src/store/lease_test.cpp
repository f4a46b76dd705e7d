// Which steps are due, and what a lease changes: transaction.hpp states the rule, the engine relies
// on it.
#include <gmock/gmock.h>

#include "store/records.hpp"
#include "store/store_test_support.hpp"

namespace ashlar::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct DueCase {
  std::string name;
  StepState state;
  std::optional<long long> not_before;
  std::optional<long long> lease_until;
  bool finished = false;
  OperationState operation = OperationState::kRunning;
  bool due;
  std::optional<long long> next_due;  // what next_due() says, 0 for "at once"
};

class DueTest : public ::testing::TestWithParam<DueCase>, public StoreFixture {};

constexpr long long kNow = 1'000;

TEST_P(DueTest, FollowsTheRule) {
  const DueCase& given = GetParam();
  const auto time = [](const auto& millis) {
    return millis ? std::optional<Time>(at(*millis)) : std::nullopt;
  };
  Operation operation = make_operation(insert_resource("prod"));
  operation.state = given.operation;
  StepRecord step = make_step(operation, 0, "a");
  step.state = given.state;
  step.not_before = time(given.not_before);
  step.lease_until = time(given.lease_until);
  if (given.lease_until) step.lease_owner = "somebody";
  if (given.finished) step.finished_at = at(1);
  store().write([&](Transaction& t) { t.insert_operation(operation, {step}, ""); });

  store().write([&](Transaction& t) {
    const auto next = t.next_due();
    EXPECT_EQ(next.has_value(), given.next_due.has_value());
    if (next && given.next_due) {
      EXPECT_EQ(*next, *given.next_due == 0 ? Time{} : at(*given.next_due));
    }

    const auto leased = t.lease_due_steps("me", at(kNow), at(kNow + 500), 10);
    ASSERT_EQ(leased.size(), given.due ? 1u : 0u);
    if (!given.due) return;
    EXPECT_EQ(leased[0].state,
              given.state == StepState::kUndoing ? StepState::kUndoing : StepState::kRunning);
    EXPECT_EQ(leased[0].attempts, 1);
    EXPECT_EQ(leased[0].not_before, std::nullopt);
    EXPECT_EQ(leased[0].started_at, at(kNow));
    EXPECT_EQ(leased[0].progress_at, at(kNow));
    EXPECT_EQ(leased[0].lease_owner, "me");
    EXPECT_EQ(leased[0].lease_until, at(kNow + 500));
    const auto stored = t.step(step.id);
    EXPECT_EQ(to_json(*stored), to_json(leased[0]));
    EXPECT_EQ(stored->lease_owner, "me");
    EXPECT_THAT(t.lease_due_steps("other", at(kNow), at(kNow + 500), 10), IsEmpty());
  });
}

using enum StepState;
INSTANTIATE_TEST_SUITE_P(
    Table, DueTest,
    ::testing::Values(
        DueCase{.name = "Ready", .state = kReady, .due = true, .next_due = 0},
        DueCase{
            .name = "ReadyNow", .state = kReady, .not_before = kNow, .due = true, .next_due = kNow},
        DueCase{.name = "ReadyLater",
                .state = kReady,
                .not_before = kNow + 1,
                .due = false,
                .next_due = kNow + 1},
        DueCase{.name = "Waiting",
                .state = kWaiting,
                .not_before = kNow - 1,
                .due = true,
                .next_due = kNow - 1},
        DueCase{.name = "WaitingLater",
                .state = kWaiting,
                .not_before = kNow + 9,
                .due = false,
                .next_due = kNow + 9},
        DueCase{.name = "Pending", .state = kPending, .due = false},
        DueCase{.name = "Done", .state = kDone, .due = false},
        DueCase{.name = "Failed", .state = kFailed, .due = false},
        DueCase{.name = "Skipped", .state = kSkipped, .due = false},
        DueCase{.name = "Undone", .state = kUndone, .due = false},
        DueCase{.name = "RunningHeld", .state = kRunning, .lease_until = kNow + 1, .due = false},
        DueCase{.name = "RunningRanOut", .state = kRunning, .lease_until = kNow, .due = true},
        DueCase{.name = "RunningRanOutWhileCancelling",
                .state = kRunning,
                .lease_until = kNow,
                .operation = OperationState::kCancelling,
                .due = true},
        DueCase{.name = "Undoing",
                .state = kUndoing,
                .operation = OperationState::kCancelling,
                .due = true,
                .next_due = 0},
        DueCase{.name = "UndoingHeld",
                .state = kUndoing,
                .lease_until = kNow + 1,
                .operation = OperationState::kCancelling,
                .due = false},
        DueCase{.name = "UndoingRanOut",
                .state = kUndoing,
                .lease_until = kNow,
                .operation = OperationState::kCancelling,
                .due = true},
        DueCase{.name = "UndoFailed",
                .state = kUndoing,
                .finished = true,
                .operation = OperationState::kCancelling,
                .due = false},
        DueCase{.name = "UndoingWhileRunning", .state = kUndoing, .due = false},
        DueCase{.name = "ReadyOfPending",
                .state = kReady,
                .operation = OperationState::kPending,
                .due = true,
                .next_due = 0},
        DueCase{.name = "ReadyOfCancelling",
                .state = kReady,
                .operation = OperationState::kCancelling,
                .due = false},
        DueCase{.name = "ReadyOfFailed",
                .state = kReady,
                .operation = OperationState::kFailed,
                .due = false},
        DueCase{.name = "WaitingOfCancelled",
                .state = kWaiting,
                .operation = OperationState::kCancelled,
                .due = false}),
    [](const auto& info) { return info.param.name; });

class LeaseTest : public ::testing::Test, public StoreFixture {
 protected:
  std::vector<StepRecord> insert_steps(int count, const std::function<void(StepRecord&)>& shape) {
    const Operation operation = make_operation(insert_resource("prod"));
    std::vector<StepRecord> steps;
    for (int i = 0; i < count; ++i) {
      steps.push_back(make_step(operation, i, "step/" + std::to_string(i)));
      shape(steps.back());
    }
    store().write([&](Transaction& t) { t.insert_operation(operation, steps, ""); });
    return steps;
  }
};

TEST_F(LeaseTest, TakesTheLongestDueFirstAndNoMoreThanAsked) {
  insert_steps(4, [](StepRecord& step) {
    if (step.position < 2) step.not_before = at(10 - step.position);
  });
  store().write([&](Transaction& t) {
    std::vector<int> order;
    for (int i = 0; i < 3; ++i)
      for (const StepRecord& step : t.lease_due_steps("me", at(20), at(30), i == 0 ? 2 : 1))
        order.push_back(step.position);
    EXPECT_THAT(order, ElementsAre(2, 3, 1, 0));
  });
}

TEST_F(LeaseTest, RenewsOnlyItsOwn) {
  insert_steps(2, [](StepRecord&) {});
  store().write([&](Transaction& t) {
    const auto mine = t.lease_due_steps("me", at(0), at(10), 1);
    const auto others = t.lease_due_steps("other", at(0), at(10), 1);
    EXPECT_EQ(t.renew_leases("me", at(99)), 1);
    EXPECT_EQ(t.step(mine[0].id)->lease_until, at(99));
    EXPECT_EQ(t.step(others[0].id)->lease_until, at(10));
  });
}

TEST_F(LeaseTest, VoidsTheLeasesOfTheDead) {
  const auto steps = insert_steps(4, [](StepRecord& step) {
    step.state = std::array{kRunning, kUndoing, kRunning, kRunning}.at(step.position);
    step.lease_owner = std::array{"dead", "dead", "me", ""}.at(step.position);
    if (step.position != 3) step.lease_until = at(1'000);
    step.not_before = at(5);
  });
  store().write([&](Transaction& t) {
    EXPECT_EQ(t.void_other_leases("me"), 3);
    const auto first = *t.step(steps[0].id);
    EXPECT_EQ(first.state, kReady);
    EXPECT_EQ(first.lease_owner, "");
    EXPECT_EQ(first.lease_until, std::nullopt);
    EXPECT_EQ(first.not_before, std::nullopt);
    EXPECT_EQ(t.step(steps[1].id)->state, kUndoing);
    EXPECT_EQ(t.step(steps[1].id)->lease_until, std::nullopt);
    EXPECT_EQ(t.step(steps[2].id)->lease_owner, "me");
    EXPECT_EQ(t.step(steps[3].id)->state, kReady) << "running without an owner";
    EXPECT_EQ(t.void_other_leases("me"), 0);
  });
}

TEST_F(LeaseTest, ListsWhatAStartResumes) {
  std::vector<std::string> expected;
  for (int i = 0; i <= static_cast<int>(OperationState::kCancelled); ++i) {
    Operation operation = make_operation(insert_resource("r" + std::to_string(i)));
    operation.state = static_cast<OperationState>(i);
    operation.created_at = at(100 - i);
    store().write([&](Transaction& t) { t.insert_operation(operation, {}, ""); });
    if (!is_final(operation.state)) expected.insert(expected.begin(), operation.id);
  }
  store().write([&](Transaction& t) { EXPECT_EQ(t.unfinished_operations(), expected); });
}

// The history of steps only grows: finding due ones must not read it.
TEST_F(LeaseTest, ReadsOnlyTheIndexOfUnfinishedSteps) {
  insert_steps(1, [](StepRecord&) {});
  const auto connection = open_sqlite(database(), true);
  std::string plan;
  Statement& statement = connection->statement(
      "EXPLAIN QUERY PLAN SELECT id FROM steps "
      "WHERE state IN ('ready', 'running', 'waiting', 'undoing') AND finished_at IS NULL "
      "AND (not_before IS NULL OR not_before <= 5)");
  statement.open(
      {ColumnType::kNumber, ColumnType::kNumber, ColumnType::kNumber, ColumnType::kText});
  while (statement.next()) {
    for (int i = 0; i < 3; ++i) statement.take_number();
    plan += statement.take_text() + "\n";
  }
  EXPECT_THAT(plan, HasSubstr("steps_due"));
}

}  // namespace
}  // namespace ashlar::store
