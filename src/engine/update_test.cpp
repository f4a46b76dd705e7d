// Changing a resource that exists: actions, the point of no return, and what counts again when an
// update is cancelled.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/error_of.hpp"
#include "engine/testing/harness.hpp"

namespace ashlar::engine {
namespace {

using ::testing::Contains;
using testing::done;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::Not;

Json spec_of(Json steps) {
  return {{"name", "x"}, {"steps", std::move(steps)}};
}

const Json kFirst = spec_of({{{"key", "first"}}});

StepOutcome hold(StepContext&) {
  return Wait{Millis{2}, "held"};
}

StepOutcome broken(StepContext&) {
  return Fail{Error(ErrorCode::kMachine, "disk is full")};
}

class Update : public ::testing::Test {
 protected:
  Update() : harness_(EngineOptions{.workers = 4}) {
    harness_.script().run("first", done());
    harness_.engine().start();
    const auto made = harness_.apply(with_password(kFirst, "first-password"));
    id_ = made.resource.id;
    EXPECT_EQ(harness_.finish(made.operation->id).state, OperationState::kSucceeded);
  }

  static Json with_password(Json spec, const char* password) {
    spec["secrets"] = {{"password", password}};
    return spec;
  }
  Resource resource() { return harness_.resource(id_); }
  bool becomes(ResourceState state) {
    return Harness::eventually([&] { return resource().state == state; });
  }
  std::string password() {
    const auto found = harness_.store().find_secret(harness_.organization(), id_, "password");
    return found ? found->reveal() : "";
  }
  Operation cancel(const std::string& operation_id) {
    harness_.engine().cancel(harness_.organization(), operation_id);
    return harness_.finish(operation_id);
  }
  Harness harness_;
  std::string id_;
};

// --- The point of no return ----------------------------------------------------------------------

TEST_F(Update, CannotBeCancelledOnceAnIrreversibleStepHasBegun) {
  harness_.script().run("make", done());
  harness_.script().run("destroy", hold);
  const auto update = harness_.apply(
      spec_of({{{"key", "make"}}, {{"key", "destroy"}, {"type", "final"}, {"after", {"make"}}}}));
  const std::string operation = update.operation->id;
  ASSERT_TRUE(harness_.reaches(operation, "destroy", StepState::kWaiting));
  const Error refused =
      error_of([&] { harness_.engine().cancel(harness_.organization(), operation); });
  EXPECT_EQ(refused.code(), ErrorCode::kConflict);
  EXPECT_THAT(refused.message(), HasSubstr("'Do destroy' has begun, which cannot be undone"));
  EXPECT_THAT(refused.remedy(), HasSubstr("ashlar retry " + operation));
  harness_.script().run("destroy", done());
  EXPECT_EQ(harness_.finish(operation).state, OperationState::kSucceeded);
}

TEST_F(Update, CanStillBeCancelledBeforeTheIrreversibleStepBegins) {
  harness_.script().run("make", hold);
  harness_.script().undo("make", done());
  const auto update = harness_.apply(
      spec_of({{{"key", "make"}}, {{"key", "destroy"}, {"type", "final"}, {"after", {"make"}}}}));
  ASSERT_TRUE(harness_.reaches(update.operation->id, "make", StepState::kWaiting));
  EXPECT_EQ(cancel(update.operation->id).state, OperationState::kCancelled);
  EXPECT_EQ(harness_.step(update.operation->id, "destroy").state, StepState::kSkipped);
}

TEST_F(Update, ThatFailedBehindThePointOfNoReturnCanOnlyGoOn) {
  harness_.script().run("destroy", broken);
  const auto update = harness_.apply(spec_of({{{"key", "destroy"}, {"type", "final"}}}));
  const std::string operation = update.operation->id;
  EXPECT_EQ(harness_.finish(operation).state, OperationState::kFailed);
  EXPECT_EQ(error_of([&] { harness_.engine().cancel(harness_.organization(), operation); }).code(),
            ErrorCode::kConflict);
  harness_.script().run("destroy", done());
  harness_.engine().retry(harness_.organization(), operation);
  EXPECT_EQ(harness_.finish(operation).state, OperationState::kSucceeded);
  EXPECT_EQ(resource().state, ResourceState::kActive);
}

// --- What counts again ---------------------------------------------------------------------------

TEST_F(Update, WhenCancelledItsEarlierSpecAndSecretsCountAgain) {
  harness_.script().run("second", hold);
  harness_.script().undo("second", done());
  const Json second = with_password(spec_of({{{"key", "second"}}}), "second-password");
  const auto update = harness_.apply(second);
  const std::string operation = update.operation->id;
  EXPECT_EQ(update.resource.generation, 2);
  ASSERT_TRUE(harness_.reaches(operation, "second", StepState::kWaiting));
  EXPECT_EQ(resource().state, ResourceState::kUpdating);
  EXPECT_EQ(password(), "second-password");

  EXPECT_EQ(cancel(operation).state, OperationState::kCancelled);
  EXPECT_EQ(resource().spec, kFirst);
  EXPECT_EQ(resource().generation, 3) << "who saw generation 2 must read again";
  EXPECT_EQ(resource().state, ResourceState::kActive);
  EXPECT_EQ(password(), "first-password");
  EXPECT_THAT(harness_.event_types(operation), Contains("operation.restored"));
  EXPECT_EQ(harness_.event_types(operation).back(), "operation.cancelled");
  EXPECT_THAT(harness_.all_messages(operation), HasSubstr("as generation 3"));
  EXPECT_THAT(harness_.all_messages(operation), Not(HasSubstr("-password")));
}

TEST_F(Update, CancelledBeforeItBeganLeavesNoTrace) {
  harness_.engine().stop();
  const auto update = harness_.apply(spec_of({{{"key", "second"}}}));
  harness_.engine().cancel(harness_.organization(), update.operation->id);
  EXPECT_EQ(harness_.operation(update.operation->id).state, OperationState::kCancelled);
  EXPECT_EQ(resource().spec, kFirst);
  EXPECT_EQ(resource().state, ResourceState::kActive);
}

TEST_F(Update, ACancelledOneIsWhatObservationFindsAfterwards) {
  harness_.script().run("second", hold);
  harness_.script().undo("second", done());
  const auto update = harness_.apply(spec_of({{{"key", "second"}}}));
  ASSERT_TRUE(harness_.reaches(update.operation->id, "second", StepState::kWaiting));
  harness_.script().observe({{"health", "degraded"}});
  cancel(update.operation->id);
  EXPECT_TRUE(becomes(ResourceState::kDegraded));
  EXPECT_EQ(resource().status["health"], "degraded");
}

TEST_F(Update, AFailedOneStaysDegradedUntilARetryCompletesIt) {
  harness_.script().run("second", broken);
  harness_.script().observe({{"health", "healthy"}});
  const Json second = spec_of({{{"key", "second"}}});
  const auto update = harness_.apply(second);
  EXPECT_EQ(harness_.finish(update.operation->id).state, OperationState::kFailed);
  EXPECT_EQ(resource().state, ResourceState::kDegraded);
  EXPECT_EQ(resource().spec, second);
  harness_.engine().refresh(harness_.organization(), id_);
  EXPECT_EQ(resource().state, ResourceState::kDegraded) << "what was asked for is not there yet";
  harness_.script().run("second", done());
  harness_.engine().retry(harness_.organization(), update.operation->id);
  harness_.finish(update.operation->id);
  EXPECT_EQ(resource().state, ResourceState::kActive);
}

TEST_F(Update, AFurtherOneCompletesAFailedOne) {
  harness_.script().run("second", broken);
  harness_.finish(harness_.apply(spec_of({{{"key", "second"}}})).operation->id);
  harness_.script().run("third", done());
  const auto third = harness_.apply(spec_of({{{"key", "third"}}}));
  EXPECT_EQ(harness_.finish(third.operation->id).state, OperationState::kSucceeded);
  EXPECT_EQ(resource().state, ResourceState::kActive);
}

TEST_F(Update, CancellingAFailedOneRestoresToo) {
  harness_.script().run("second", broken);
  harness_.script().undo("second", done());
  const auto update =
      harness_.apply(with_password(spec_of({{{"key", "second"}}}), "second-password"));
  EXPECT_EQ(harness_.finish(update.operation->id).state, OperationState::kFailed);
  EXPECT_EQ(cancel(update.operation->id).state, OperationState::kCancelled);
  EXPECT_EQ(resource().spec, kFirst);
  EXPECT_EQ(password(), "first-password");
  EXPECT_EQ(resource().state, ResourceState::kActive);
}

TEST_F(Update, AfterAnUndoTheCostIsWhatItWas) {
  const auto price = [](double usd) {
    Json spec = kFirst;
    spec["price"] = usd;
    return spec;
  };
  harness_.finish(harness_.apply(price(72)).operation->id);
  EXPECT_EQ(resource().monthly_usd, 72);
  harness_.script().run("first", hold);
  harness_.script().undo("first", done());
  const auto update = harness_.apply(price(84));
  EXPECT_EQ(resource().monthly_usd, 84);
  const Operation cancelled = cancel(update.operation->id);
  EXPECT_EQ(resource().monthly_usd, 72);
  EXPECT_EQ(cancelled.monthly_usd_after, cancelled.monthly_usd_before);
}

TEST_F(Update, KeepsEarlierSecretsNoLongerThanItMayBeCancelled) {
  const auto kept = [&](const Operation& operation) {
    return harness_.store().find_secret(harness_.organization(), id_,
                                        "before/" + operation.id + "/password");
  };
  harness_.script().run("second", broken);
  const Json second = with_password(spec_of({{{"key", "second"}}}), "second-password");
  const Operation failed = *harness_.apply(second).operation;
  harness_.finish(failed.id);
  EXPECT_TRUE(kept(failed));
  harness_.script().run("third", done());
  const Json third = with_password(spec_of({{{"key", "third"}}}), "third-password");
  const Operation next = *harness_.apply(third).operation;
  EXPECT_FALSE(kept(failed)) << "it is history: no one can cancel it any more";
  harness_.finish(next.id);
  EXPECT_FALSE(kept(next));
  EXPECT_EQ(password(), "third-password");
}

// --- States --------------------------------------------------------------------------------------

TEST_F(Update, StopAndStartShowAsStates) {
  const auto stop = harness_.act(id_, "stop");
  EXPECT_EQ(stop.operation->action, "stop");
  harness_.finish(stop.operation->id);
  EXPECT_EQ(resource().state, ResourceState::kStopped);
  harness_.script().observe({{"health", "down"}});
  harness_.engine().refresh(harness_.organization(), id_);
  EXPECT_EQ(resource().state, ResourceState::kStopped) << "it is meant to be down";
  harness_.finish(harness_.act(id_, "start").operation->id);
  EXPECT_EQ(resource().state, ResourceState::kActive);
}

TEST_F(Update, ASpecThatSwitchesItOffShowsItStoppedToo) {
  harness_.script().observe({{"power", "off"}});
  harness_.finish(harness_.apply(kFirst).operation->id);
  EXPECT_EQ(resource().state, ResourceState::kStopped);
}

TEST_F(Update, TheStateFollowsTheObservedHealth) {
  const auto observed = [&](const char* health) {
    harness_.script().observe({{"health", health}});
    return harness_.engine().refresh(harness_.organization(), id_).state;
  };
  EXPECT_EQ(observed("degraded"), ResourceState::kDegraded);
  EXPECT_EQ(observed("healthy"), ResourceState::kActive);
  EXPECT_EQ(observed("down"), ResourceState::kDegraded);
  EXPECT_EQ(observed("unheard of"), ResourceState::kDegraded) << "says nothing";
}

TEST_F(Update, WhileAnOperationRunsTheStateIsItsBusiness) {
  harness_.script().run("first", hold);
  const auto update = harness_.apply(kFirst);
  ASSERT_TRUE(harness_.reaches(update.operation->id, "first", StepState::kWaiting));
  harness_.script().observe({{"health", "degraded"}});
  EXPECT_EQ(harness_.engine().refresh(harness_.organization(), id_).state,
            ResourceState::kUpdating);
}

// --- Actions -------------------------------------------------------------------------------------

TEST_F(Update, ALiveActionHoldsAtOnceAlsoForWhatRuns) {
  std::string seen;
  harness_.script().run("first", [&](StepContext& context) -> StepOutcome {
    seen = context.resource.spec.value("pace", "");
    if (seen == "fast") return Done{};
    return Wait{Millis{10}, "somebody to say fast"};
  });
  const auto running = harness_.apply(kFirst);
  ASSERT_TRUE(harness_.reaches(running.operation->id, "first", StepState::kWaiting));
  EXPECT_EQ(error_of([&] { harness_.act(id_, "stop"); }).code(), ErrorCode::kConflict);

  const auto adjusted = harness_.act(id_, "adjust", {{"pace", "fast"}});
  EXPECT_FALSE(adjusted.operation);
  harness_.finish(running.operation->id);
  EXPECT_EQ(seen, "fast");
  EXPECT_EQ(resource().spec.at("pace"), "fast");
  EXPECT_EQ(resource().current_operation_id, running.operation->id);
  const long long generation = resource().generation;
  harness_.act(id_, "adjust", {{"pace", "fast"}});
  EXPECT_EQ(resource().generation, generation) << "nothing was changed";
}

TEST_F(Update, AnActionIsRefusedWithItsFieldsAndUnknownOnesByName) {
  const Error wrong = error_of([&] { harness_.act(id_, "update", {{"wrong", 1}}); });
  EXPECT_EQ(wrong.code(), ErrorCode::kInvalidInput);
  ASSERT_EQ(wrong.fields().size(), 1U);
  EXPECT_EQ(wrong.fields()[0].path, "wrong");
  EXPECT_EQ(error_of([&] { harness_.act(id_, "refuse"); }).code(), ErrorCode::kConflict);
  EXPECT_EQ(error_of([&] { harness_.act(id_, "explode"); }).code(), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { harness_.act(id_, "stop", {}, {7, ""}); }).code(),
            ErrorCode::kPrecondition);
}

TEST_F(Update, ASecretArgumentIsKeptNowhereButInTheVault) {
  const auto rotate = harness_.act(id_, "rotate", {{"password", "rotated-password"}}, {{}, "k1"});
  harness_.finish(rotate.operation->id);
  EXPECT_EQ(password(), "rotated-password");
  EXPECT_THAT(dump(resource().spec), Not(HasSubstr("rotated")));
  EXPECT_THAT(harness_.all_messages(rotate.operation->id), Not(HasSubstr("rotated")));
  // The key's digest must not be a way to guess it: another password is the same request.
  const auto again = harness_.act(id_, "rotate", {{"password", "another-password"}}, {{}, "k1"});
  EXPECT_EQ(again.operation->id, rotate.operation->id);
}

}  // namespace
}  // namespace ashlar::engine
