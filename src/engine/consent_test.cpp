// What is accepted only when it is asked for by name, or only when nothing of the name exists; and
// that plans are refused as their acceptance would be.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/testing/error_of.hpp"
#include "engine/testing/harness.hpp"

namespace ashlar::engine {
namespace {

using testing::done;
using testing::Harness;
using ::testing::HasSubstr;

Json spec_of(const Json& more = Json::object()) {
  Json spec{{"name", "x"}, {"steps", {{{"key", "a"}}}}};
  spec.update(more);
  return spec;
}

class ConsentTest : public ::testing::Test {
 protected:
  ConsentTest() : harness_(EngineOptions{.workers = 2}) {
    harness_.script().run("a", done());
    harness_.engine().start();
  }
  Engine::Preview preview(const Json& spec, bool must_be_new = false) {
    return harness_.engine().preview(harness_.organization(), "scripted", spec, must_be_new);
  }

  Harness harness_;
};

// --- Dangers -------------------------------------------------------------------------------------

TEST_F(ConsentTest, WhatDestroysNeedsTheNameAndNothingElseCoversIt) {
  const auto made = harness_.apply(spec_of());
  harness_.finish(made.operation->id);
  const Json dangerous = spec_of({{"danger", "all data of x is deleted"}});
  for (const std::vector<std::string>& confirmed :
       {std::vector<std::string>{}, std::vector<std::string>{"y", "xx"}}) {
    const Error refused = error_of([&] { harness_.apply(dangerous, {.confirmed = confirmed}); });
    EXPECT_EQ(refused.code(), ErrorCode::kNotConfirmed);
    EXPECT_THAT(refused.message(), HasSubstr("all data of x is deleted"));
    EXPECT_THAT(refused.remedy(), HasSubstr("--confirm x"));
  }
  EXPECT_EQ(harness_.resource(made.resource.id).generation, 1) << "nothing was stored";
  const auto accepted = harness_.apply(dangerous, {.confirmed = {"x"}});
  EXPECT_EQ(accepted.resource.generation, 2);
  const Operation operation = harness_.finish(accepted.operation->id);
  EXPECT_EQ(operation.outline["dangers"][0]["message"], "all data of x is deleted");
  EXPECT_TRUE(operation.outline["reassurance"].is_null());
}

TEST_F(ConsentTest, AnActionThatDestroysNeedsTheNameToo) {
  const auto made = harness_.apply(spec_of());
  harness_.finish(made.operation->id);
  const Json argument{{"danger", "TLS goes"}};
  EXPECT_EQ(error_of([&] { harness_.act(made.resource.id, "update", argument); }).code(),
            ErrorCode::kNotConfirmed);
  EXPECT_TRUE(harness_.act(made.resource.id, "update", argument, {.confirmed = {"x"}}).operation);
}

TEST_F(ConsentTest, ADeletionIsADangerButNamesWhatItDestroys) {
  const auto made = harness_.apply(spec_of());
  harness_.finish(made.operation->id);
  const Plan plan =
      harness_.engine().preview_delete(harness_.organization(), made.resource.id).plan;
  ASSERT_EQ(plan.dangers.size(), 1u);
  EXPECT_EQ(plan.dangers[0].message, "x is deleted, with its machines and all its data");
  harness_.script().run("delete-a", done());
  harness_.finish(harness_.engine().remove(harness_.organization(), made.resource.id, {}).id);
}

TEST_F(ConsentTest, ARepeatedRequestNeedsNoSecondWord) {
  const Json dangerous = spec_of({{"danger", "data goes"}});
  const auto first =
      harness_.apply(dangerous, {.idempotency_key = "k", .confirmed = {"x"}}).operation->id;
  EXPECT_EQ(harness_.apply(dangerous, {.idempotency_key = "k"}).operation->id, first);
}

// --- Only what is new ----------------------------------------------------------------------------

TEST_F(ConsentTest, WhatMustBeNewIsRefusedByPlanAndAcceptanceAlike) {
  const auto made = harness_.apply(spec_of(), {.must_be_new = true});
  harness_.finish(made.operation->id);
  for (const Error& refused : {error_of([&] { preview(spec_of(), true); }), error_of([&] {
                                 harness_.apply(spec_of(), {.must_be_new = true});
                               })}) {
    EXPECT_EQ(refused.code(), ErrorCode::kPrecondition);
    EXPECT_THAT(refused.message(), HasSubstr("'x' already (" + made.resource.id));
    ASSERT_EQ(refused.fields().size(), 1u);
    EXPECT_EQ(refused.fields()[0].path, "name");
    EXPECT_THAT(refused.remedy(), HasSubstr("another name"));
  }
  EXPECT_TRUE(preview(spec_of()).existing);
}

TEST_F(ConsentTest, WhatMustBeNewIsNotReadAsAChangeOfWhatHasItsName) {
  harness_.finish(harness_.apply(spec_of()).operation->id);
  const Json unlike = spec_of({{"fixed", 1}});
  for (const Error& refused : {error_of([&] { preview(unlike, true); }),
                               error_of([&] { harness_.apply(unlike, {.must_be_new = true}); })}) {
    EXPECT_EQ(refused.code(), ErrorCode::kPrecondition);
    ASSERT_EQ(refused.fields().size(), 1u);
    EXPECT_EQ(refused.fields()[0].path, "name");
  }
  EXPECT_EQ(error_of([&] { preview(unlike); }).code(), ErrorCode::kInvalidInput);
}

TEST_F(ConsentTest, OfManyWhoCreateTheSameAtOnceOneDoes) {
  std::atomic<int> made = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      try {
        harness_.apply(spec_of(), {.must_be_new = true});
        ++made;
      } catch (const Error& error) {
        if (error.code() == ErrorCode::kPrecondition) ++refused;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(refused, 7);
}

TEST_F(ConsentTest, ARepeatedCreationGetsItsFirstAnswer) {
  const Engine::AcceptOptions once{.idempotency_key = "k", .must_be_new = true};
  EXPECT_EQ(harness_.apply(spec_of(), once).operation->id,
            harness_.apply(spec_of(), once).operation->id);
}

// --- What only the provider knows ----------------------------------------------------------------

TEST_F(ConsentTest, WhatTheProviderDoesNotHaveIsAFaultOfTheSpec) {
  const Json spec = spec_of({{"missing", "vpcUUID"}});
  for (const Error& refused :
       {error_of([&] { preview(spec); }), error_of([&] { harness_.apply(spec); })}) {
    EXPECT_EQ(refused.code(), ErrorCode::kInvalidInput);
    ASSERT_EQ(refused.fields().size(), 1u);
    EXPECT_EQ(refused.fields()[0].path, "vpcUUID");
    EXPECT_EQ(refused.fields()[0].message, "is nowhere to be found");
  }
  const auto made = harness_.apply(spec_of());
  harness_.finish(made.operation->id);
  EXPECT_EQ(
      error_of([&] { harness_.act(made.resource.id, "update", {{"missing", "vpcUUID"}}); }).code(),
      ErrorCode::kInvalidInput);
}

}  // namespace
}  // namespace ashlar::engine
