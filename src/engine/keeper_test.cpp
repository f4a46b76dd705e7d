// What the keeper does on a clock of the test's: the engine runs the operations it accepts.

#include "engine/keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/ledger.hpp"
#include "engine/testing/harness.hpp"

namespace ashlar::engine {
namespace {

using testing::done;
using testing::Harness;
using ::testing::HasSubstr;

constexpr Millis kInterval{30'000};
constexpr Millis kLongEnough{45'000};  // the most that jitter makes of an interval

class KeeperTest : public ::testing::Test {
 protected:
  KeeperTest() : harness_(EngineOptions{.workers = 2}) {
    harness_.script().run("a", done());
    harness_.engine().start();
    const auto made = harness_.apply({{"name", "x"}, {"steps", {{{"key", "a"}}}}});
    id_ = made.resource.id;
    harness_.finish(made.operation->id);
    kinds_.add(testing::scripted_kind(harness_.shared_script()));
    EngineOptions options;
    options.observe_interval = kInterval;
    options.may_observe = [this] { return may_observe_; };
    keeper_ =
        std::make_unique<Keeper>(harness_.faulty_store(), observer_, kinds_, clock_, options,
                                 [this](const Resource& resource, const std::string& because) {
                                   ++asked_;
                                   return harness_.act(resource.id, "heal", Json::object(),
                                                       {resource.generation, "", because});
                                 });
    keeper_->pass();  // takes the resource up
  }

  /// Lets every resource become due once, and waits for what came of it.
  void look(Millis after = kLongEnough) {
    clock_.advance(after);
    keeper_->pass();
    if (const auto latest = heals(); !latest.empty()) harness_.finish(latest.front().id);
  }
  /// Newest first.
  std::vector<Operation> heals() {
    auto all = harness_.store().list_operations(harness_.organization(), id_, {"", 100}).items;
    std::erase_if(all, [](const Operation& operation) { return operation.action != "heal"; });
    return all;
  }
  void drift(const char* message = "replica-1 is gone") {
    harness_.script().observe({{"wantsHealing", true},
                               {"health", "degraded"},
                               {"drift",
                                {{{"heals", "safe"}, {"message", message}},
                                 {{"heals", "none"}, {"message", "a person must look"}}}}});
  }
  void repaired() {
    harness_.script().observe(
        {{"wantsHealing", false}, {"health", "healthy"}, {"drift", Json::array()}});
  }

  Harness harness_;
  // The operations end on the system's clock, so the test's begins there.
  ManualClock clock_{SystemClock().now()};
  KindRegistry kinds_;
  Ledger ledger_{harness_.store(), kinds_, clock_, {}};
  Observer observer_{harness_.store(), ledger_, kinds_, clock_};
  std::unique_ptr<Keeper> keeper_;
  std::string id_;
  bool may_observe_ = true;
  int asked_ = 0;
};

TEST_F(KeeperTest, ObservesWhatStandsOnceAnInterval) {
  harness_.script().observe({{"health", "degraded"}});
  look(Millis{100});
  EXPECT_EQ(keeper_->counters().observed, 0) << "it is not due";
  look();
  EXPECT_EQ(keeper_->counters().observed, 1);
  EXPECT_EQ(harness_.resource(id_).state, ResourceState::kDegraded);
  look(Millis{100});
  EXPECT_EQ(keeper_->counters().observed, 1);
  repaired();
  look();
  EXPECT_EQ(harness_.resource(id_).state, ResourceState::kActive);
  EXPECT_EQ(keeper_->counters().observed, 2);
  EXPECT_EQ(keeper_->counters().rounds, 5);
}

TEST_F(KeeperTest, HealsWhatTwoLooksAgreeOnAndSaysWhy) {
  drift();
  look();
  EXPECT_EQ(asked_, 0) << "it may pass by itself";
  look();
  ASSERT_EQ(heals().size(), 1U);
  EXPECT_EQ(heals()[0].state, OperationState::kSucceeded);
  const std::string history = harness_.all_messages(heals()[0].id);
  EXPECT_THAT(history, HasSubstr("begun by Ashlar itself: replica-1 is gone"));
  EXPECT_EQ(history.find("a person must look"), std::string::npos);
  EXPECT_EQ(keeper_->counters().healed, 1);
}

TEST_F(KeeperTest, LeavesAloneWhatWasGoneAtTheNextLook) {
  drift();
  look();
  repaired();
  look();
  drift();
  look();
  EXPECT_EQ(asked_, 0);
}

TEST_F(KeeperTest, PausesLongerAfterEachHealingThatDidNotHelp) {
  drift();
  harness_.script().run("a", [](StepContext&) -> StepOutcome {
    return Fail{Error(ErrorCode::kProvider, "no capacity")};
  });
  std::vector<Time> begun;
  for (int i = 0; i < 60 && begun.size() < 4; ++i) {
    const int before = asked_;
    look(kLongEnough);
    if (asked_ > before) begun.push_back(clock_.now());
  }
  ASSERT_EQ(begun.size(), 4U);
  // The operations end by the system's clock, which stands still beside the test's.
  const Time ended = *heals().front().finished_at;
  EXPECT_GE(begun[1] - ended, heal_pause(1));
  EXPECT_GE(begun[2] - ended, heal_pause(2));
  EXPECT_GE(begun[3] - ended, heal_pause(3));
  EXPECT_EQ(harness_.resource(id_).state, ResourceState::kDegraded);
}

TEST(HealPause, DoublesFromAMinuteToHalfAnHour) {
  EXPECT_EQ(heal_pause(0), Millis{0});
  EXPECT_EQ(heal_pause(1), Millis{60'000});
  EXPECT_EQ(heal_pause(3), Millis{240'000});
  EXPECT_EQ(heal_pause(6), Millis{30 * 60'000});
  EXPECT_EQ(heal_pause(1'000), Millis{30 * 60'000});
}

TEST_F(KeeperTest, DoesNotObserveWhileAnOperationRunsOrAfterAStop) {
  harness_.script().run("a", [](StepContext&) -> StepOutcome { return Wait{Millis{2}, "held"}; });
  const auto update = harness_.act(id_, "update");
  ASSERT_TRUE(harness_.reaches(update.operation->id, "a", StepState::kWaiting));
  look();
  EXPECT_EQ(keeper_->counters().observed, 0);
  harness_.script().run("a", done());
  harness_.finish(update.operation->id);
  keeper_->pass();  // takes it up again
  look();
  EXPECT_EQ(keeper_->counters().observed, 1);
  harness_.finish(harness_.act(id_, "stop").operation->id);
  look();
  EXPECT_EQ(keeper_->counters().observed, 1);
}

TEST_F(KeeperTest, LeavesAFailedChangeToThePersonWhoAskedForIt) {
  harness_.script().run("a", [](StepContext&) -> StepOutcome {
    return Fail{Error(ErrorCode::kMachine, "disk is full")};
  });
  harness_.finish(harness_.act(id_, "update").operation->id);
  drift();
  look();
  look();
  look();
  EXPECT_EQ(asked_, 0);
  EXPECT_GE(keeper_->counters().observed, 2);
}

TEST_F(KeeperTest, LeavesTheQuotaToOperations) {
  may_observe_ = false;
  look();
  EXPECT_EQ(keeper_->counters().observed, 0);
  may_observe_ = true;
  look();
  EXPECT_EQ(keeper_->counters().observed, 1);
}

TEST_F(KeeperTest, SurvivesAStoreThatFails) {
  harness_.faulty_store().before_commit(
      [](store::Transaction&) { throw Error(ErrorCode::kUnavailable, "the disk is full"); });
  look();
  harness_.faulty_store().before_commit({});
  look();
  EXPECT_GE(keeper_->counters().observed, 1);
}

TEST(EngineKeeper, WatchesByItselfWhenToldTo) {
  EngineOptions options;
  options.workers = 2;
  options.observe_interval = Millis{20};
  Harness harness(options);
  harness.script().run("a", done());
  harness.engine().start();
  const auto made = harness.apply({{"name", "x"}, {"steps", {{{"key", "a"}}}}});
  harness.finish(made.operation->id);
  harness.script().observe({{"wantsHealing", true}, {"health", "degraded"}});
  ASSERT_TRUE(Harness::eventually([&] { return harness.engine().counters().healed > 0; }));
  const auto operations =
      harness.store().list_operations(harness.organization(), made.resource.id, {"", 1}).items;
  EXPECT_EQ(operations.front().action, "heal");
  EXPECT_GT(harness.engine().counters().observed, 1);
  EXPECT_GT(harness.engine().counters().observation_rounds, 0);
}

}  // namespace
}  // namespace ashlar::engine
