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
constexpr Millis kGlance{3'000};       // and of the pause between two glances

class KeeperTest : public ::testing::Test {
 protected:
  KeeperTest() : harness_(EngineOptions{.workers = 2}) {
    for (const char* key : {"a", "b"}) harness_.script().run(key, done());
    harness_.engine().start();
    const auto made = harness_.apply(
        {{"name", "x"},
         {"steps", {{{"key", "a"}, {"node", "one"}}, {{"key", "b"}, {"node", "two"}}}}});
    id_ = made.resource.id;
    harness_.finish(made.operation->id);
    kinds_.add(testing::scripted_kind(harness_.shared_script()));
    EngineOptions options;
    options.observe_interval = kInterval;
    options.may_observe = [this] { return may_observe_; };
    keeper_ =
        std::make_unique<Keeper>(harness_.faulty_store(), observer_, kinds_, clock_, options,
                                 [this](const Resource& resource, const std::string& action,
                                        const Json& arguments, const Engine::AcceptOptions& how) {
                                   ++asked_;
                                   return harness_.act(resource.id, action, arguments, how);
                                 });
    keeper_->pass();  // takes the resource up
  }

  /// Lets every resource become due once, and waits for what came of it.
  void look(Millis after = kLongEnough) {
    clock_.advance(after);
    keeper_->pass();
    if (const Operation latest = operations("").front(); !latest.tasks.empty())
      harness_.finish(latest.id);
  }
  /// Two looks in a row, as soon as the second is due.
  void look_twice() {
    look();
    look(kConfirmPause);
  }
  /// Newest first; of all actions, or of one.
  std::vector<Operation> operations(const std::string& action) {
    auto all = harness_.store().list_operations(harness_.organization(), id_, {"", 100}).items;
    std::erase_if(all, [&](const Operation& operation) {
      return !action.empty() && operation.action != action;
    });
    return all;
  }
  std::vector<Operation> heals() { return operations("heal"); }
  std::vector<Operation> renewals() { return operations("renew"); }
  /// From now on as far as the kind is concerned.
  void renewal_is_due(const Json& more = Json::object()) {
    Json status{{"renewAt", to_rfc3339(clock_.now())}};
    status.update(more);
    harness_.script().observe(status);
  }
  static Json item(const char* node, int lasts_ms = 0) {
    return {{"node", node},
            {"what", "gone"},
            {"heals", "safe"},
            {"lastsMs", lasts_ms},
            {"message", std::string(node) + " is gone"}};
  }
  void drift(const std::vector<Json>& items) {
    harness_.script().observe({{"health", "degraded"}, {"drift", items}});
  }
  void repaired() { harness_.script().observe({{"health", "healthy"}, {"drift", Json::array()}}); }
  void fails(const char* key) {
    harness_.script().run(key, [](StepContext&) -> StepOutcome {
      return Fail{Error(ErrorCode::kMachine, "disk is full")};
    });
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

/// A replica that was switched on again is in sync some seconds after the healing is over.
TEST_F(KeeperTest, FollowsWhatIsNotWellUntilItIsOrNothingChanges) {
  harness_.script().observe({{"health", "degraded"}});
  look();
  for (const Millis pause : {Millis{2'000}, Millis{4'000}, Millis{8'000}, Millis{16'000}}) {
    const auto before = keeper_->counters().observed;
    look(pause - Millis{1});
    EXPECT_EQ(keeper_->counters().observed, before) << pause.count();
    look(Millis{1});
    EXPECT_EQ(keeper_->counters().observed, before + 1) << pause.count();
  }
  const auto before = keeper_->counters().observed;
  look(Millis{14'000});
  EXPECT_EQ(keeper_->counters().observed, before) << "it is as bad as before: once an interval";
  repaired();
  look();
  look(Millis{10'000});
  EXPECT_EQ(keeper_->counters().observed, before + 1) << "all is well";
}

TEST_F(KeeperTest, ConfirmsAtOnceWhatItFindsThenHealsItAndSaysWhy) {
  drift({item("one"), {{"heals", "none"}, {"message", "a person must look"}}});
  look();
  EXPECT_EQ(asked_, 0) << "it may pass by itself";
  look(kConfirmPause);
  ASSERT_EQ(heals().size(), 1U);
  EXPECT_EQ(heals()[0].state, OperationState::kSucceeded);
  EXPECT_EQ(heals()[0].tasks, std::vector<std::string>{"one gone"});
  EXPECT_EQ(heals()[0].actor, healing());
  const std::string history = harness_.all_messages(heals()[0].id);
  EXPECT_THAT(history, HasSubstr("begun by Ashlar itself: one is gone"));
  EXPECT_EQ(history.find("a person must look"), std::string::npos);
  EXPECT_EQ(keeper_->counters().tasks, 1);
}

TEST_F(KeeperTest, LeavesAloneWhatWasGoneAtTheNextLook) {
  drift({item("one")});
  look();
  repaired();
  look();
  drift({item("one")});
  look();
  EXPECT_EQ(asked_, 0);
}

TEST_F(KeeperTest, WaitsForWhatMustLast) {
  drift({item("one", 40'000)});
  look_twice();
  EXPECT_EQ(asked_, 0);
  look(Millis{38'500});
  EXPECT_EQ(asked_, 1);
}

TEST_F(KeeperTest, AGlanceBringsTheLookForward) {
  harness_.script().let_glance_ask(3);
  look();  // healthy from here on, as far as is stored
  for (int i = 0; i < 3; ++i) look(kGlance);
  EXPECT_EQ(keeper_->counters().observed, 1) << "nothing is asked of the provider in between";
  EXPECT_GE(keeper_->counters().glances, 3);
  drift({item("one")});
  look(kGlance);
  EXPECT_EQ(keeper_->counters().observed, 2);
  look(kConfirmPause);
  EXPECT_EQ(asked_, 1) << "within seconds";
}

TEST_F(KeeperTest, GlancesSeldomWhereTheyGiveFalseAlarms) {
  harness_.script().let_glance_ask(3);
  harness_.script().always_alarm(true);
  look();
  for (int i = 0; i < 40; ++i) look(kGlance);
  EXPECT_LE(keeper_->counters().observed, 12) << "two minutes of looks every three seconds: 40";
}

TEST_F(KeeperTest, GlancesNoMoreThanTheShareOfAllMachines) {
  harness_.script().let_glance_ask(4'000);  // a hundred seconds' share
  look(kGlance);
  const auto first = keeper_->counters().glances;
  EXPECT_EQ(first, 1);
  for (int i = 0; i < 20; ++i) look(kGlance);
  EXPECT_EQ(keeper_->counters().glances, first);
  look(kLongEnough);
  EXPECT_EQ(keeper_->counters().glances, first + 1);
}

TEST_F(KeeperTest, PausesLongerAfterEachHealingThatDidNotHelp) {
  drift({item("one")});
  fails("a");
  std::vector<Time> begun;
  for (int i = 0; i < 60 && begun.size() < 4; ++i) {
    const int before = asked_;
    look(kLongEnough);
    if (asked_ > before) begun.push_back(clock_.now());
  }
  ASSERT_EQ(begun.size(), 4U);
  // The operations end by the system's clock, which stands still beside the test's.
  const Time ended = *heals().front().finished_at;
  EXPECT_GE(begun[1] - ended, task_pause(1));
  EXPECT_GE(begun[2] - ended, task_pause(2));
  EXPECT_GE(begun[3] - ended, task_pause(3));
  EXPECT_EQ(harness_.resource(id_).state, ResourceState::kDegraded);
}

TEST_F(KeeperTest, HealsAnotherNodeAlthoughOneCannotBeMended) {
  drift({item("one")});
  fails("a");
  look_twice();
  ASSERT_EQ(heals().size(), 1U);
  EXPECT_EQ(heals()[0].state, OperationState::kFailed);
  drift({item("one"), item("two")});
  look_twice();
  ASSERT_EQ(heals().size(), 2U) << "the pause is for the other node";
}

TEST_F(KeeperTest, HealsAgainAtOnceWhatHealingHelped) {
  for (int times = 1; times <= 3; ++times) {
    drift({item("one")});
    look_twice();
    EXPECT_EQ(asked_, times);
    repaired();
    look();
  }
}

TEST_F(KeeperTest, LooksAgainAsSoonAsAnOperationIsOver) {
  harness_.script().run("a", [](StepContext&) -> StepOutcome { return Wait{Millis{2}, "held"}; });
  const auto update = harness_.act(id_, "update");
  ASSERT_TRUE(harness_.reaches(update.operation->id, "a", StepState::kWaiting));
  look();
  EXPECT_EQ(keeper_->counters().observed, 0);
  harness_.script().run("a", done());
  harness_.finish(update.operation->id);
  look(Millis{1'000});
  EXPECT_EQ(keeper_->counters().observed, 1);
  harness_.finish(harness_.act(id_, "stop").operation->id);
  look();
  EXPECT_EQ(keeper_->counters().observed, 1) << "what is stopped is left alone";
}

TEST_F(KeeperTest, LeavesAFailedChangeToThePersonWhoAskedForItAndHealsTheRest) {
  fails("a");
  const std::string change = harness_.act(id_, "update").operation->id;
  harness_.finish(change);
  drift({item("one"), item("")});
  look_twice();
  look();
  EXPECT_EQ(asked_, 0);
  EXPECT_GE(keeper_->counters().observed, 2);

  drift({item("one"), item("two"), item("")});
  look_twice();
  ASSERT_EQ(heals().size(), 1U);
  const Operation heal = heals()[0];
  EXPECT_EQ(heal.state, OperationState::kSucceeded);
  EXPECT_EQ(heal.beside, change);
  EXPECT_EQ(heal.tasks, std::vector<std::string>{"two gone"});
  EXPECT_EQ(heal.steps_total, 1) << "only what mends that node";

  // The change is what it was.
  EXPECT_EQ(harness_.resource(id_).current_operation_id, change);
  EXPECT_EQ(harness_.resource(id_).state, ResourceState::kDegraded);
  harness_.script().run("a", done());
  harness_.engine().retry(harness_.organization(), change);
  EXPECT_EQ(harness_.finish(change).state, OperationState::kSucceeded);
}

TEST_F(KeeperTest, AFailedChangeWaitsWhileItIsHealedBesideIt) {
  fails("a");
  const std::string change = harness_.act(id_, "update").operation->id;
  harness_.finish(change);
  harness_.script().run("b", [](StepContext&) -> StepOutcome { return Wait{Millis{2}, "held"}; });
  const auto heal = harness_.act(id_, "heal", {{"nodes", {"two"}}}, {.beside = change});
  try {
    harness_.engine().retry(harness_.organization(), change);
    ADD_FAILURE() << "two operations of one resource at a time";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConflict);
    EXPECT_THAT(error.what(), HasSubstr("waits until " + heal.operation->id));
  }
  harness_.script().undo("b", done());
  harness_.engine().cancel(harness_.organization(), heal.operation->id);
  harness_.finish(heal.operation->id);
  EXPECT_EQ(harness_.resource(id_).current_operation_id, change);
  EXPECT_EQ(harness_.resource(id_).state, ResourceState::kDegraded);
}

TEST_F(KeeperTest, DoesWhatIsDueAtItsTimeInTheNameOfTheSchedule) {
  harness_.script().observe(
      {{"health", "healthy"}, {"renewAt", to_rfc3339(clock_.now() + Millis{3'600'000})}});
  for (int i = 0; i < 3; ++i) look();
  EXPECT_EQ(asked_, 0) << "its time has not come";
  look(Millis{3'600'000});
  look(kConfirmPause);
  ASSERT_EQ(renewals().size(), 1U);
  const Operation renewal = renewals()[0];
  EXPECT_EQ(renewal.state, OperationState::kSucceeded);
  EXPECT_EQ(renewal.actor, schedule("renewal"));
  EXPECT_EQ(renewal.tasks, std::vector<std::string>{"one old"});
  EXPECT_THAT(harness_.all_messages(renewal.id), HasSubstr("begun by Ashlar itself: it is old"));
  harness_.script().observe({{"renewAt", to_rfc3339(clock_.now() + Millis{3'600'000})}});
  for (int i = 0; i < 3; ++i) look();
  EXPECT_EQ(asked_, 1) << "once is enough";
}

TEST_F(KeeperTest, PausesLongerAfterEachRenewalThatFailed) {
  renewal_is_due();
  fails("a");
  std::vector<Time> begun;
  for (int i = 0; i < 60 && begun.size() < 4; ++i) {
    const int before = asked_;
    look(kLongEnough);
    if (asked_ > before) begun.push_back(clock_.now());
  }
  ASSERT_EQ(begun.size(), 4U);
  const Time ended = *renewals().front().finished_at;
  EXPECT_GE(begun[1] - ended, task_pause(1));
  EXPECT_GE(begun[2] - ended, task_pause(2));
  EXPECT_GE(begun[3] - ended, task_pause(3));
  EXPECT_EQ(heals().size(), 0U);
}

TEST_F(KeeperTest, AFailedRenewalIsNoChangeThatSomebodyWaitsFor) {
  renewal_is_due();
  fails("a");
  look_twice();
  ASSERT_EQ(renewals().size(), 1U);
  EXPECT_EQ(renewals()[0].state, OperationState::kFailed);
  EXPECT_FALSE(held_back(harness_.store(), kinds_, harness_.resource(id_)));
  harness_.script().run("a", done());
  drift({item("two")});
  look_twice();
  ASSERT_EQ(heals().size(), 1U) << "what breaks meanwhile is mended";
  EXPECT_EQ(heals()[0].beside, "");
}

TEST_F(KeeperTest, MendsBeforeItRenews) {
  drift({item("one")});
  renewal_is_due();
  look_twice();
  ASSERT_EQ(operations("").front().action, "heal");
  repaired();
  look_twice();
  EXPECT_EQ(operations("").front().action, "renew");
}

TEST_F(KeeperTest, BeginsNothingThatHasToWait) {
  renewal_is_due({{"renewWaits", "two does not work"}});
  for (int i = 0; i < 3; ++i) look_twice();
  EXPECT_EQ(asked_, 0);
  harness_.script().observe({{"renewWaits", ""}});
  look_twice();
  EXPECT_EQ(asked_, 1);
}

TEST_F(KeeperTest, ARenewalWaitsForAFailedChangeAndARefusalHoldsUpNoOtherAction) {
  fails("a");
  const std::string change = harness_.act(id_, "update").operation->id;
  harness_.finish(change);
  renewal_is_due({{"renewNode", "two"}});
  for (int i = 0; i < 3; ++i) look_twice();
  EXPECT_EQ(asked_, 0) << "it is done to all nodes, and one of them is the change's";

  harness_.script().run("a", done());
  harness_.engine().retry(harness_.organization(), change);
  harness_.finish(change);
  harness_.script().observe({{"renewBy", "refuse"}});
  look_twice();
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(operations("").front().id, change) << "it came to no operation";
  drift({item("one")});
  look(kConfirmPause);
  look(kConfirmPause);
  look(kConfirmPause);
  EXPECT_EQ(heals().size(), 1U) << "the pause is for what was refused";
}

TEST_F(KeeperTest, RenewsNothingOfWhatIsStopped) {
  harness_.finish(harness_.act(id_, "stop").operation->id);
  harness_.script().observe({{"power", "off"}});
  renewal_is_due();
  for (int i = 0; i < 3; ++i) look_twice();
  EXPECT_EQ(asked_, 0);
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
  harness.script().observe(
      {{"health", "degraded"}, {"drift", {{{"node", ""}, {"what", "gone"}, {"heals", "safe"}}}}});
  ASSERT_TRUE(Harness::eventually([&] { return harness.engine().counters().tasks > 0; }));
  const auto operations =
      harness.store().list_operations(harness.organization(), made.resource.id, {"", 1}).items;
  EXPECT_EQ(operations.front().action, "heal");
  EXPECT_GT(harness.engine().counters().observed, 1);
  EXPECT_GT(harness.engine().counters().observation_rounds, 0);
}

}  // namespace
}  // namespace ashlar::engine
