// The engine over the real store, with steps that do what each test says.

#include "engine/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "engine/testing/harness.hpp"
#include "store/transaction.hpp"

namespace ashlar::engine {
namespace {

using ::testing::Contains;
using testing::done;
using ::testing::ElementsAre;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::Not;

Json spec(const std::string& name, Json steps) {
  return {{"name", name}, {"steps", steps}};
}

/// What an Error says, or "" when nothing is thrown.
template <class Body>
std::string error_of(ErrorCode expected, Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(info(error.code()).name, info(expected).name) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

EngineOptions quick(unsigned workers = 4) {
  EngineOptions options;
  options.workers = workers;
  return options;
}

// --- Running -------------------------------------------------------------------------------------

TEST(Engine, RunsAPlanInTheOrderOfItsDependencies) {
  Harness harness(quick());
  for (const char* key : {"a", "b", "c", "d"}) harness.script().run(key, done({{"from", key}}));
  harness.script().run("d", [](StepContext& context) -> StepOutcome {
    return Done{{{"sum", context.output_of("b")["from"].get<std::string>() +
                             context.output_of("c")["from"].get<std::string>()}}};
  });
  harness.engine().start();
  const auto accepted = harness.apply(spec("x", {{{"key", "a"}},
                                                 {{"key", "b"}, {"after", {"a"}}},
                                                 {{"key", "c"}, {"after", {"a"}}},
                                                 {{"key", "d"}, {"after", {"b", "c"}}}}));
  EXPECT_EQ(accepted.resource.generation, 1);
  const Operation operation = harness.finish(accepted.operation->id);
  EXPECT_EQ(operation.state, OperationState::kSucceeded);
  EXPECT_EQ(operation.steps_done, 4);
  EXPECT_EQ(harness.step(operation.id, "d").outputs, Json({{"sum", "bc"}}));
  const auto calls = harness.script().calls();
  ASSERT_EQ(calls.size(), 4U);
  EXPECT_EQ(calls.front(), "run a");
  EXPECT_EQ(calls.back(), "run d");
  const Resource resource = harness.resource(accepted.resource.id);
  EXPECT_EQ(resource.state, ResourceState::kActive);
  EXPECT_EQ(resource.status.value("observed", false), true) << "the result is observed";
  const auto events = harness.event_types(operation.id);
  EXPECT_EQ(events.at(0), "operation.accepted");
  EXPECT_EQ(events.at(1), "operation.started");
  EXPECT_EQ(events.back(), "operation.succeeded");
}

TEST(Engine, EveryOperationAndEventNamesWhoAsked) {
  Harness harness(quick());
  const Actor ci{ActorType::kToken, "tok_1", "ci"};
  const Actor ana{ActorType::kUser, "tok_2", "ana"};
  harness.script().run("a", [](StepContext& context) -> StepOutcome {
    context.log("at it");
    return Fail{Error(ErrorCode::kMachine, "it broke")};
  });
  Engine::AcceptOptions asked;
  asked.actor = ci;
  harness.engine().start();
  const std::string id = harness.apply(spec("x", {{{"key", "a"}}}), asked).operation->id;
  EXPECT_EQ(harness.finish(id).actor, ci);
  harness.engine().cancel(harness.organization(), id, ana);
  EXPECT_EQ(harness.finish(id).actor, ci) << "who asked for it stays";
  int logged = 0;
  for (const Event& event : harness.store().list_events(id, 0, 100)) {
    const bool steers = event.type == "operation.cancelling";
    EXPECT_EQ(event.actor, steers ? ana : ci) << event.type;
    logged += event.type == "step.log";
  }
  EXPECT_EQ(logged, 1);
  EXPECT_THAT(harness.all_messages(id), HasSubstr("accepted, asked for by token 'ci'"));
  EXPECT_THAT(harness.all_messages(id), HasSubstr("undone, asked for by user 'ana'"));
}

TEST(Engine, ARemovalNamesWhoAsked) {
  Harness harness(quick());
  harness.engine().start();
  const auto made = harness.apply(spec("x", {{{"key", "a"}}}));
  harness.finish(made.operation->id);
  Engine::AcceptOptions asked;
  asked.actor = {ActorType::kToken, "tok_1", "ci"};
  EXPECT_EQ(harness.engine().remove(harness.organization(), made.resource.id, asked).actor,
            asked.actor);
}

TEST(Engine, TheIntentIsStoredBeforeTheAttempt) {
  Harness harness(quick());
  StepRecord seen;
  harness.script().run("a", [&](StepContext& context) -> StepOutcome {
    seen = harness.step(context.operation.id, "a");
    return Done{};
  });
  harness.engine().start();
  harness.finish(harness.apply(spec("x", {{{"key", "a"}}})).operation->id);
  EXPECT_EQ(seen.state, StepState::kRunning);
  EXPECT_EQ(seen.attempts, 1);
  EXPECT_TRUE(seen.started_at);
  EXPECT_NE(seen.lease_owner, "");
}

TEST(Engine, RunsAsManyStepsAtOnceAsItHasWorkers) {
  Harness harness(quick(3));
  std::atomic<int> running{0}, most{0};
  Json steps = Json::array();
  for (int i = 0; i < 12; ++i) {
    const std::string key = "s" + std::to_string(i);
    steps.push_back({{"key", key}});
    harness.script().run(key, [&](StepContext&) -> StepOutcome {
      const int now = ++running;
      int before = most;
      while (before < now && !most.compare_exchange_weak(before, now)) continue;
      // Stays until all workers were seen at work, and a little longer for one too many to show.
      EXPECT_TRUE(Harness::eventually([&] { return most >= 3; }));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      --running;
      return Done{};
    });
  }
  harness.engine().start();
  harness.finish(harness.apply(spec("x", steps)).operation->id);
  EXPECT_EQ(most, 3);
}

TEST(Engine, AWaitingStepIsPolledAndKeepsWhatItRemembers) {
  Harness harness(quick());
  harness.script().run("a", [](StepContext& context) -> StepOutcome {
    const int polls = context.step.state_data.value("polls", 0) + 1;
    context.remember({{"polls", polls}});
    if (polls < 4) return Wait{Millis{1}, "machine is booting"};
    return Done{{{"polls", polls}}};
  });
  harness.engine().start();
  const std::string id = harness.apply(spec("x", {{{"key", "a"}}})).operation->id;
  harness.finish(id);
  EXPECT_EQ(harness.step(id, "a").outputs["polls"], 4);
  const auto events = harness.event_types(id);
  EXPECT_EQ(std::ranges::count(events, "step.waiting a"), 1) << "the same reason is said once";
}

TEST(Engine, ExceptionsBecomeRetryOrFail) {
  Harness harness(quick());
  std::atomic<int> calls{0};
  harness.script().run("passing", [&](StepContext&) -> StepOutcome {
    if (++calls == 1) throw Error(ErrorCode::kTooManyRequests, "429 from the provider");
    return Done{};
  });
  harness.script().run("stubborn", [](StepContext&) -> StepOutcome {
    throw Error(ErrorCode::kUnavailable, "connection refused");
  });
  harness.script().run(
      "broken", [](StepContext&) -> StepOutcome { throw std::runtime_error("out of range"); });
  harness.engine().start();
  const std::string id = harness
                             .apply(spec("x", {{{"key", "passing"}},
                                               {{"key", "stubborn"}, {"type", "stubborn"}},
                                               {{"key", "broken"}}}))
                             .operation->id;
  const Operation operation = harness.finish(id);
  EXPECT_EQ(operation.state, OperationState::kFailed);
  EXPECT_EQ(harness.step(id, "passing").state, StepState::kDone);
  EXPECT_THAT(harness.event_types(id), Contains("step.retry passing"));
  EXPECT_EQ(harness.step(id, "stubborn").because, "connection refused (given up after 1 attempts)");
  EXPECT_EQ(harness.step(id, "broken").because, "out of range");
  EXPECT_EQ(harness.resource(operation.resource_id).state, ResourceState::kFailed);
}

TEST(Engine, RetryGoesOnWhereItFailed) {
  Harness harness(quick());
  std::atomic<bool> repaired{false};
  harness.script().run("a", done());
  harness.script().run("b", [&](StepContext& context) -> StepOutcome {
    context.remember({{"tried", context.step.state_data.value("tried", 0) + 1}});
    if (!repaired) return Fail{Error(ErrorCode::kMachine, "disk is full")};
    return Done{{{"tried", context.step.state_data.value("tried", 0)}}};
  });
  harness.script().run("c", done());
  harness.engine().start();
  const std::string id = harness
                             .apply(spec("x", {{{"key", "a"}},
                                               {{"key", "b"}, {"after", {"a"}}},
                                               {{"key", "c"}, {"after", {"b"}}}}))
                             .operation->id;
  EXPECT_EQ(harness.finish(id).error, "Do b: disk is full");
  repaired = true;
  harness.engine().retry(harness.organization(), id);
  EXPECT_EQ(harness.finish(id).state, OperationState::kSucceeded);
  EXPECT_EQ(harness.step(id, "b").outputs["tried"], 1) << "what it remembered is kept";
  EXPECT_THAT(harness.script().calls(), ElementsAre("run a", "run b", "run b", "run c"));
  EXPECT_EQ(harness.operation(id).error, "");
}

TEST(Engine, AStepWithoutProgressIsShownStuckAndThenFails) {
  Harness harness(quick());
  harness.script().run(
      "a", [](StepContext&) -> StepOutcome { return Wait{Millis{5}, "no answer on port 22"}; });
  harness.engine().start();
  const std::string id =
      harness.apply(spec("x", {{{"key", "a"}, {"deadline", 300}, {"node", "master-1"}}}))
          .operation->id;
  EXPECT_TRUE(Harness::eventually([&] { return harness.operation(id).stuck; }));
  EXPECT_TRUE(harness.step(id, "a").stuck);
  const Operation operation = harness.finish(id);
  EXPECT_FALSE(operation.stuck);
  EXPECT_THAT(operation.error, HasSubstr("on master-1; last: no answer on port 22"));
  EXPECT_THAT(harness.event_types(id), Contains("operation.stuck"));
}

TEST(Engine, AnAttemptThatDoesNotReturnIsShownStuckToo) {
  Harness harness(quick());
  std::atomic<bool> release{false};
  harness.script().run("a", [&](StepContext&) -> StepOutcome {
    while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Done{};
  });
  harness.engine().start();
  const std::string id = harness.apply(spec("x", {{{"key", "a"}, {"deadline", 50}}})).operation->id;
  EXPECT_TRUE(Harness::eventually([&] { return harness.operation(id).stuck; }));
  EXPECT_EQ(harness.step(id, "a").state, StepState::kRunning);
  release = true;
  EXPECT_EQ(harness.finish(id).state, OperationState::kSucceeded);
}

TEST(Engine, StatusPatchesAndLogLinesAreDurableAtOnce) {
  Harness harness(quick());
  Json status;
  harness.script().run("a", [&](StepContext& context) -> StepOutcome {
    context.patch_status({{"nodes", {{"master-1", "up"}}}});
    context.patch_status({{"tls", true}});
    context.log("fetched 3 packages");
    status = harness.resource(context.resource.id).status;
    return Done{};
  });
  harness.engine().start();
  const std::string id = harness.apply(spec("x", {{{"key", "a"}}})).operation->id;
  harness.finish(id);
  EXPECT_EQ(status, Json({{"nodes", {{"master-1", "up"}}}, {"tls", true}}));
  EXPECT_THAT(harness.all_messages(id), HasSubstr("Do a: fetched 3 packages"));
}

TEST(Engine, SecretsAndMachinesOfTheResource) {
  Harness harness(quick());
  harness.script().run("a", [&](StepContext& context) -> StepOutcome {
    const auto make = [] { return Secret("first-password"); };
    EXPECT_EQ(context.secrets.ensure("password", make).reveal(), "first-password");
    EXPECT_EQ(context.secrets.ensure("password", [] { return Secret("other"); }).reveal(),
              "first-password");
    EXPECT_EQ(context.secrets.find("given").value().reveal(), "given-in-the-spec");
    Machine machine;
    machine.node = "master-1";
    machine.name = "x-master-1";
    context.machines.put(machine);
    machine.public_address = "192.0.2.7";
    context.machines.put(machine);
    EXPECT_EQ(context.machines.all().size(), 1U);
    EXPECT_EQ(context.machines.find_node("master-1").value().public_address, "192.0.2.7");
    EXPECT_NE(context.machines.find_node("master-1").value().id, "");
    context.log("the password is first-password");
    return Fail{Error(ErrorCode::kMachine, "first-password was refused")};
  });
  harness.engine().start();
  Json with_secret = spec("x", {{{"key", "a"}}});
  with_secret["secrets"] = {{"given", "given-in-the-spec"}};
  const auto accepted = harness.apply(with_secret);
  EXPECT_FALSE(accepted.resource.spec.contains("secrets"));
  const Operation operation = harness.finish(accepted.operation->id);
  EXPECT_EQ(operation.error, "Do a: [secret] was refused");
  EXPECT_THAT(harness.all_messages(operation.id), Not(HasSubstr("first-password")));
  EXPECT_EQ(harness.step(operation.id, "a").because, "[secret] was refused");
}

TEST(Engine, ManyOperationsAtOnce) {
  Harness harness(quick(8));
  for (const char* key : {"a", "b", "c"}) harness.script().run(key, done());
  harness.engine().start();
  std::vector<std::string> ids;
  for (int i = 0; i < 40; ++i)
    ids.push_back(harness
                      .apply(spec("x" + std::to_string(i), {{{"key", "a"}},
                                                            {{"key", "b"}, {"after", {"a"}}},
                                                            {{"key", "c"}, {"after", {"a"}}}}))
                      .operation->id);
  for (const std::string& id : ids) EXPECT_EQ(harness.finish(id).state, OperationState::kSucceeded);
  EXPECT_EQ(harness.engine().counters().steps_done, 120);
  EXPECT_EQ(harness.script().calls().size(), 120U) << "each step ran once";
}

TEST(Engine, StopLetsAttemptsReturnAndAnotherEngineGoesOn) {
  Harness harness(quick());
  std::atomic<bool> begun{false};
  harness.script().run("a", [&](StepContext& context) -> StepOutcome {
    begun = true;
    while (!context.stopping()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Done{};
  });
  harness.script().run("b", done());
  harness.engine().start();
  const std::string id =
      harness.apply(spec("x", {{{"key", "a"}}, {{"key", "b"}, {"after", {"a"}}}})).operation->id;
  ASSERT_TRUE(Harness::eventually([&] { return begun.load(); }));
  harness.engine().stop();
  EXPECT_EQ(harness.step(id, "a").state, StepState::kDone);
  EXPECT_EQ(harness.step(id, "b").state, StepState::kReady);
  harness.reopen();
  harness.engine().start();
  EXPECT_EQ(harness.finish(id).state, OperationState::kSucceeded);
  EXPECT_THAT(harness.event_types(id), Contains("operation.resumed"));
  EXPECT_THAT(harness.script().calls(), ElementsAre("run a", "run b"));
}

TEST(Engine, TheResultIsObservedAlsoWhenTwoLastStepsEndTogether) {
  Harness harness(quick());
  std::atomic<int> arrived{0};
  const auto together = [&](StepContext&) -> StepOutcome {
    ++arrived;
    while (arrived < 2) std::this_thread::yield();
    return Done{};
  };
  harness.script().run("a", together);
  harness.script().run("b", together);
  harness.engine().start();
  const auto made = harness.apply(spec("x", {{{"key", "a"}}, {{"key", "b"}}}));
  EXPECT_EQ(harness.finish(made.operation->id).state, OperationState::kSucceeded);
  EXPECT_TRUE(Harness::eventually(
      [&] { return harness.resource(made.resource.id).status.value("observed", false); }));
}

TEST(Engine, DependentsStartWithTheCommitThatMadeThemReady) {
  std::atomic<long long> commits{0};
  EngineOptions options = quick();
  options.after_transition = [&](long long number) { commits = number; };
  Harness harness(options);
  long long before = 0, after = 0;
  harness.script().run("a", [&](StepContext&) -> StepOutcome {
    before = commits;
    return Done{};
  });
  harness.script().run("b", [&](StepContext&) -> StepOutcome {
    after = commits;
    return Done{};
  });
  harness.engine().start();
  const std::string id =
      harness.apply(spec("x", {{{"key", "a"}}, {{"key", "b"}, {"after", {"a"}}}})).operation->id;
  harness.finish(id);
  EXPECT_EQ(after - before, 2) << "a's result and b's lease, and nothing else";
  EXPECT_LE(*harness.step(id, "b").started_at - *harness.step(id, "a").finished_at, Millis{0})
      << "both were stored at the same moment";
}

TEST(Engine, AResultThatCannotBeStoredFailsItsOwnStepOnly) {
  Harness harness(quick());
  std::atomic<int> arrived{0};
  const auto together = [&](Json outputs) {
    return [&arrived, outputs](StepContext&) -> StepOutcome {
      ++arrived;
      while (arrived < 2) std::this_thread::yield();
      return Done{outputs};
    };
  };
  harness.script().run("a", together({{"poison", true}}));
  harness.script().run("b", together({{"good", true}}));
  const auto accepted = harness.apply(spec("x", {{{"key", "a"}}, {{"key", "b"}}}));
  const std::string id = accepted.operation->id;
  harness.faulty_store().before_commit([id](store::Transaction& tx) {
    for (const StepRecord& step : tx.steps(id))
      if (step.outputs.contains("poison")) throw Error(ErrorCode::kInternal, "row too large");
  });
  harness.engine().start();
  const Operation operation = harness.finish(id);
  EXPECT_EQ(operation.state, OperationState::kFailed);
  EXPECT_EQ(operation.error, "Do a: its result cannot be stored: row too large");
  EXPECT_EQ(harness.step(id, "b").state, StepState::kDone);
  EXPECT_EQ(harness.script().calls().size(), 2U);
}

TEST(Engine, ResultsAreKeptWhileTheStoreIsUnwell) {
  Harness harness(quick());
  std::atomic<bool> full{false};
  harness.script().run("a", [&](StepContext&) -> StepOutcome {
    full = true;
    return Done{{{"id", 7}}};
  });
  const std::string id = harness.apply(spec("x", {{{"key", "a"}}})).operation->id;
  std::atomic<int> refused{0};
  harness.faulty_store().before_commit([&](store::Transaction&) {
    if (!full) return;
    ++refused;
    throw Error(ErrorCode::kUnavailable, "the disk is full");
  });
  harness.engine().start();
  ASSERT_TRUE(Harness::eventually([&] { return refused >= 4; }));
  EXPECT_EQ(harness.step(id, "a").state, StepState::kRunning);
  full = false;
  harness.faulty_store().before_commit({});
  EXPECT_EQ(harness.finish(id).state, OperationState::kSucceeded);
  EXPECT_EQ(harness.step(id, "a").outputs["id"], 7);
  EXPECT_THAT(harness.script().calls(), ElementsAre("run a")) << "it ran once";
}

TEST(Engine, DataThatCouldNotBeReadBackIsRefused) {
  Harness harness(quick());
  Json deep = Json::object();
  for (int i = 0; i < 100; ++i) deep = Json{{"in", deep}};
  harness.script().run("a", [&](StepContext& context) -> StepOutcome {
    EXPECT_THROW(context.remember(deep), Error);
    EXPECT_THROW(context.patch_status(deep), Error);
    return Done{deep};
  });
  harness.engine().start();
  const std::string id = harness.apply(spec("x", {{{"key", "a"}}})).operation->id;
  EXPECT_THAT(harness.finish(id).error, HasSubstr("nested deeper than"));
}

// --- Leases --------------------------------------------------------------------------------------

TEST(Engine, ALeaseIsRenewedWhileItsAttemptRuns) {
  EngineOptions options = quick();
  options.lease = Millis{90};
  Harness harness(options);
  std::atomic<int> calls{0};
  harness.script().run("a", [&](StepContext&) -> StepOutcome {
    ++calls;
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return Done{};
  });
  harness.engine().start();
  const std::string id = harness.apply(spec("x", {{{"key", "a"}}})).operation->id;
  harness.finish(id);
  EXPECT_EQ(calls, 1);
}

TEST(Engine, TheResultOfALostLeaseIsDropped) {
  Harness harness(quick());
  std::atomic<int> calls{0};
  harness.script().run("a", [&](StepContext& context) -> StepOutcome {
    if (++calls > 1) return Done{{{"call", 2}}};
    harness.store().write([&](store::Transaction& tx) {  // someone else took the step over
      StepRecord step = tx.step(context.step.id).value();
      step.lease_owner = "another";
      step.lease_until = SystemClock().now() + Millis{100};
      tx.update_step(step);
    });
    EXPECT_THROW(context.remember({{"late", true}}), Error);
    return Done{{{"call", 1}}};
  });
  harness.engine().start();
  const std::string id = harness.apply(spec("x", {{{"key", "a"}}})).operation->id;
  ASSERT_TRUE(Harness::eventually(
      [&] { return calls == 1 && harness.engine().counters().running_now == 0; }));
  EXPECT_EQ(harness.step(id, "a").lease_owner, "another");
  EXPECT_EQ(harness.operation(id).state, OperationState::kRunning);
  std::this_thread::sleep_for(std::chrono::milliseconds(110));
  harness.script().run("other", done());
  harness.apply(spec("y", {{{"key", "other"}}}));  // wakes the dispatcher
  harness.finish(id);
  EXPECT_EQ(harness.step(id, "a").outputs["call"], 2);
}

// --- Accepting -----------------------------------------------------------------------------------

TEST(Accept, NamesEveryFaultyFieldOfEverySpec) {
  Harness harness(quick());
  try {
    harness.engine().apply(harness.organization(), "scripted",
                           {Json::object(), spec("x", Json::array()), {{"name", "y"}}}, {});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
    std::vector<std::string> paths;
    for (const FieldError& field : error.fields()) paths.push_back(field.path);
    EXPECT_THAT(paths, ElementsAre("[0].name", "[0].steps", "[2].steps"));
  }
}

TEST(Accept, AllSpecsOrNone) {
  Harness harness(quick());
  const Json sound = spec("x", {{{"key", "a"}}});
  const Json unsound = spec("y", {{{"key", "a"}, {"after", {"missing"}}}});
  error_of(ErrorCode::kInternal, [&] {
    harness.engine().apply(harness.organization(), "scripted", {sound, unsound}, {});
  });
  EXPECT_FALSE(harness.store().find_resource_by_name(harness.organization(), "scripted", "x"));
  EXPECT_THAT(
      error_of(
          ErrorCode::kInvalidInput,
          [&] { harness.engine().apply(harness.organization(), "scripted", {sound, sound}, {}); }),
      HasSubstr("'x' is given twice"));
  const auto both = harness.engine().apply(harness.organization(), "scripted",
                                           {sound, spec("z", {{{"key", "a"}}})}, {});
  EXPECT_EQ(both.size(), 2U);
  EXPECT_NE(both[0].operation->id, both[1].operation->id);
}

TEST(Accept, RefusesWhileAnotherOperationRunsAndNamesIt) {
  Harness harness(quick());
  const auto first = harness.apply(spec("x", {{{"key", "a"}}}));
  const auto conflict = [&](auto body) {
    EXPECT_THAT(error_of(ErrorCode::kConflict, body), HasSubstr(first.operation->id));
  };
  conflict([&] { harness.apply(spec("x", {{{"key", "b"}}})); });
  conflict([&] { harness.engine().remove(harness.organization(), first.resource.id, {}); });
}

TEST(Accept, TheSameIdempotencyKeyReturnsTheFirstAnswer) {
  Harness harness(quick());
  const Json wanted = spec("x", {{{"key", "a"}}});
  const auto first = harness.apply(wanted, {{}, "key-1"});
  const auto second = harness.apply(wanted, {{}, "key-1"});
  EXPECT_EQ(second.operation->id, first.operation->id);
  EXPECT_EQ(second.resource.id, first.resource.id);
  EXPECT_THAT(error_of(ErrorCode::kConflict,
                       [&] { harness.apply(spec("other", {{{"key", "a"}}}), {{}, "key-1"}); }),
              HasSubstr("key-1"));
}

TEST(Accept, TheSameKeyFromManyThreadsMakesOneOperation) {
  Harness harness(quick());
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::set<std::string> ids;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      const auto accepted = harness.apply(spec("x", {{{"key", "a"}}}), {{}, "key-1"});
      const std::lock_guard lock(mutex);
      ids.insert(accepted.operation->id);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ids.size(), 1U);
}

TEST(Accept, ChecksTheExpectedGeneration) {
  Harness harness(quick());
  harness.script().run("a", done());
  harness.script().run("b", done());
  harness.engine().start();
  error_of(ErrorCode::kPrecondition, [&] { harness.apply(spec("x", {{{"key", "a"}}}), {1, ""}); });
  const auto made = harness.apply(spec("x", {{{"key", "a"}}}));
  harness.finish(made.operation->id);
  error_of(ErrorCode::kPrecondition, [&] { harness.apply(spec("x", {{{"key", "b"}}}), {2, ""}); });
  const auto changed = harness.apply(spec("x", {{{"key", "b"}}}), {1, ""});
  EXPECT_EQ(changed.resource.generation, 2);
  EXPECT_EQ(changed.resource.id, made.resource.id);
  EXPECT_EQ(harness.finish(changed.operation->id).action, "update");
}

TEST(Accept, AnIntactResourceNeedsNoOperation) {
  Harness harness(quick());
  harness.script().run("a", [](StepContext& context) -> StepOutcome {
    context.patch_status({{"intact", true}});
    return Done{};
  });
  harness.engine().start();
  const auto made = harness.apply(spec("x", {{{"key", "a"}}}));
  harness.finish(made.operation->id);
  const auto again = harness.apply(spec("x", {{{"key", "a"}}}));
  EXPECT_FALSE(again.operation);
  EXPECT_EQ(again.resource.generation, 1);
  EXPECT_TRUE(harness.engine()
                  .preview(harness.organization(), "scripted", spec("x", {{{"key", "a"}}}))
                  .plan.empty());
}

TEST(Accept, ThePlannerIsToldWhichSecretsChange) {
  Harness harness(quick());
  harness.script().run("a", done());
  harness.engine().start();
  Json wanted = spec("x", {{{"key", "a"}}});
  wanted["secrets"] = {{"password", "first-password"}};
  harness.finish(harness.apply(wanted).operation->id);
  wanted["secrets"] = {{"password", "second-password"}};
  const Plan plan = harness.engine().preview(harness.organization(), "scripted", wanted).plan;
  EXPECT_THAT(plan.notes, ElementsAre("changes password"));
  wanted["secrets"] = {{"password", "first-password"}};
  EXPECT_THAT(harness.engine().preview(harness.organization(), "scripted", wanted).plan.notes,
              ::testing::IsEmpty());
}

TEST(Accept, ObservationFailuresNameTheResource) {
  Kind kind = testing::scripted_kind(std::make_shared<testing::Script>());
  kind.name = "unreachable";
  kind.observe = [](ObserveContext&) -> Json {
    throw Error(ErrorCode::kUnavailable, "no route to 192.0.2.7");
  };
  Harness harness(quick(), {kind});
  const auto made = harness.engine().apply(harness.organization(), "unreachable",
                                           {spec("x", {{{"key", "a"}}})}, {});
  EXPECT_THAT(
      error_of(ErrorCode::kUnavailable,
               [&] { harness.engine().refresh(harness.organization(), made[0].resource.id); }),
      HasSubstr("observing unreachable 'x': no route to 192.0.2.7"));
}

TEST(Accept, OtherOrganizationsSeeNothing) {
  Harness harness(quick());
  const auto made = harness.apply(spec("x", {{{"key", "a"}}}));
  error_of(ErrorCode::kNotFound,
           [&] { harness.engine().remove("org_other", made.resource.id, {}); });
  error_of(ErrorCode::kNotFound, [&] { harness.engine().cancel("org_other", made.operation->id); });
  error_of(ErrorCode::kNotFound, [&] { harness.engine().retry("org_other", made.operation->id); });
  error_of(ErrorCode::kNotFound, [&] { harness.engine().refresh("org_other", made.resource.id); });
  error_of(ErrorCode::kNotFound,
           [&] { harness.engine().preview(harness.organization(), "nonesuch", {}); });
}

// --- Deleting and cancelling ---------------------------------------------------------------------

TEST(Engine, DeletesAResourceWithItsSecrets) {
  Harness harness(quick());
  harness.script().run("a", [](StepContext& context) -> StepOutcome {
    context.secrets.put("password", Secret("to-be-removed"));
    return Done{};
  });
  harness.script().run("delete-a", done());
  harness.engine().start();
  const auto made = harness.apply(spec("x", {{{"key", "a"}}}));
  harness.finish(made.operation->id);
  const std::string org = harness.organization();
  ASSERT_TRUE(harness.store().find_secret(org, made.resource.id, "password"));
  const Operation removal = harness.engine().remove(org, made.resource.id, {{}, "key-2"});
  error_of(ErrorCode::kConflict, [&] {
    if (!is_final(harness.operation(removal.id).state))
      harness.engine().cancel(org, removal.id);
    else
      throw Error(ErrorCode::kConflict, "it was quicker");
  });
  EXPECT_EQ(harness.finish(removal.id).state, OperationState::kSucceeded);
  EXPECT_EQ(harness.resource(made.resource.id).state, ResourceState::kDeleted);
  EXPECT_FALSE(harness.store().find_secret(org, made.resource.id, "password"));
  EXPECT_EQ(harness.engine().remove(org, made.resource.id, {{}, "key-2"}).id, removal.id);
  error_of(ErrorCode::kNotFound, [&] { harness.engine().remove(org, made.resource.id, {}); });
  // The name is free again.
  EXPECT_NE(harness.apply(spec("x", {{{"key", "a"}}})).resource.id, made.resource.id);
}

TEST(Engine, CancelUndoesWhatWasMadeInReverseOrder) {
  Harness harness(quick());
  harness.script().run("a", done({{"id", 7}}));
  harness.script().run("b", done());
  harness.script().run("c", [](StepContext&) -> StepOutcome { return Wait{Millis{5}, "forever"}; });
  harness.script().undo("a", [](StepContext& context) -> StepOutcome {
    EXPECT_EQ(context.step.outputs["id"], 7);
    return Done{};
  });
  std::atomic<int> tries{0};
  harness.script().undo("b", [&](StepContext&) -> StepOutcome {
    if (++tries == 1) return Wait{Millis{1}, "locked"};
    return Done{};
  });
  harness.script().undo("c", done());
  harness.engine().start();
  const auto made = harness.apply(spec("x", {{{"key", "a"}},
                                             {{"key", "b"}, {"after", {"a"}}},
                                             {{"key", "c"}, {"after", {"b"}}},
                                             {{"key", "d"}, {"after", {"c"}}}}));
  const std::string id = made.operation->id;
  ASSERT_TRUE(harness.reaches(id, "c", StepState::kWaiting));
  harness.engine().cancel(harness.organization(), id);
  EXPECT_EQ(harness.finish(id).state, OperationState::kCancelled);
  EXPECT_EQ(harness.step(id, "d").state, StepState::kSkipped);
  std::vector<std::string> undos;
  for (const std::string& call : harness.script().calls())
    if (call.starts_with("undo")) undos.push_back(call);
  EXPECT_THAT(undos, ElementsAre("undo c", "undo b", "undo b", "undo a"));
  EXPECT_EQ(harness.resource(made.resource.id).state, ResourceState::kDeleted);
  error_of(ErrorCode::kConflict, [&] { harness.engine().retry(harness.organization(), id); });
}

TEST(Engine, CancelTellsARunningAttemptAndLetsItReturn) {
  Harness harness(quick());
  std::atomic<bool> begun{false};
  harness.script().run("a", [&](StepContext& context) -> StepOutcome {
    begun = true;
    while (!context.stopping()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Wait{Millis{1}, "stopped in the middle"};
  });
  harness.script().undo("a", done());
  harness.engine().start();
  const std::string id = harness.apply(spec("x", {{{"key", "a"}}})).operation->id;
  ASSERT_TRUE(Harness::eventually([&] { return begun.load(); }));
  harness.engine().cancel(harness.organization(), id);
  EXPECT_EQ(harness.finish(id).state, OperationState::kCancelled);
  EXPECT_THAT(harness.script().calls(), ElementsAre("run a", "undo a"));
}

TEST(Engine, AFailedUndoSaysSoAndRetryContinuesIt) {
  Harness harness(quick());
  std::atomic<bool> repaired{false};
  harness.script().run("a", [](StepContext&) -> StepOutcome { return Wait{Millis{5}, "x"}; });
  harness.script().undo("a", [&](StepContext&) -> StepOutcome {
    if (repaired) return Done{};
    return Fail{Error(ErrorCode::kProvider, "droplet 7 is locked")};
  });
  harness.engine().start();
  const std::string id = harness.apply(spec("x", {{{"key", "a"}}})).operation->id;
  ASSERT_TRUE(harness.reaches(id, "a", StepState::kWaiting));
  harness.engine().cancel(harness.organization(), id);
  const Operation failed = harness.finish(id);
  EXPECT_EQ(failed.state, OperationState::kFailed);
  EXPECT_EQ(failed.error, "Do a: droplet 7 is locked");
  repaired = true;
  harness.engine().retry(harness.organization(), id);
  EXPECT_EQ(harness.finish(id).state, OperationState::kCancelled);
}

TEST(Engine, AnEarlierOperationCannotBeSteered) {
  Harness harness(quick());
  harness.script().run(
      "a", [](StepContext&) -> StepOutcome { return Fail{Error(ErrorCode::kMachine, "broken")}; });
  harness.script().run("b", done());
  harness.engine().start();
  const std::string first = harness.apply(spec("x", {{{"key", "a"}}})).operation->id;
  harness.finish(first);
  const std::string second = harness.apply(spec("x", {{{"key", "b"}}})).operation->id;
  harness.finish(second);
  EXPECT_THAT(error_of(ErrorCode::kConflict,
                       [&] { harness.engine().retry(harness.organization(), first); }),
              HasSubstr(second));
}

TEST(Engine, OutputsThatAreNotUtf8AreStoredAllTheSame) {
  Harness harness(quick());
  harness.script().run("a", [](StepContext&) -> StepOutcome {
    Json outputs = Json::object();
    outputs["text"] = "\xff\xfe";  // not UTF-8: stored with replacement characters
    return Done{outputs};
  });
  harness.script().run("b", done());
  harness.engine().start();
  const std::string id = harness.apply(spec("x", {{{"key", "a"}}, {{"key", "b"}}})).operation->id;
  EXPECT_EQ(harness.finish(id).state, OperationState::kSucceeded);
}

}  // namespace
}  // namespace ashlar::engine
