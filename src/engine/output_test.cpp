// What steps say while they wait for long work: kept beside the events, plain and redacted, and
// read on after a crash where it was read last.

#include <gtest/gtest.h>

#include "base/secret.hpp"
#include "engine/testing/harness.hpp"

namespace ashlar::engine {
namespace {

using testing::Harness;

Json one_step() {
  return {{"name", "x"}, {"steps", Json::array({{{"key", "a"}}})}};
}

StepOutput output_of(Harness& harness, const std::string& operation) {
  return harness.store().read_output(harness.step(operation, "a").id, 0, 65'536);
}

TEST(Output, IsPlainAndRedactedAndNoEvent) {
  Harness harness({.workers = 1});
  register_secret("swordfish-of-the-engine");
  harness.script().run("a", [](StepContext& context) -> StepOutcome {
    context.write_output("job", "\x1b[32mwith swordfish-of-the-engine\x1b[0m\r\n", 40);
    context.write_output("job", "and on\n", 47);
    return Done{};
  });
  harness.engine().start();
  const std::string id = harness.apply(one_step()).operation->id;
  harness.finish(id);
  EXPECT_EQ(output_of(harness, id).text, "with [secret]\nand on\n");
  EXPECT_EQ(harness.all_messages(id).find("and on"), std::string::npos);
}

TEST(Output, TheNextAttemptGoesOnWhereTheLastOneHadRead) {
  Harness harness({.workers = 1});
  std::vector<long long> positions;
  harness.script().run("a", [&](StepContext& context) -> StepOutcome {
    const long long position = context.output_position("job").value_or(-1);
    positions.push_back(position);
    if (position == 20) return Done{};
    const long long next = std::max(position, 0LL) + 10;
    context.write_output("job", "ten bytes\n", next);
    return Wait{Millis{1}, "the job is at work", true};
  });
  harness.engine().start();
  const std::string id = harness.apply(one_step()).operation->id;
  harness.finish(id);
  EXPECT_EQ(positions, (std::vector<long long>{-1, 10, 20}));
  EXPECT_EQ(output_of(harness, id).text, "ten bytes\nten bytes\n");
  EXPECT_EQ(harness.store().output_ends(id).size(), 1u);
}

TEST(Output, AStepThatSaysSomethingNewIsNotStuck) {
  Harness harness({.workers = 1});
  int looks = 0;
  harness.script().run("a", [&](StepContext& context) -> StepOutcome {
    if (++looks == 30) return Done{};
    context.write_output("job", "still going\n", looks * 12);
    return Wait{Millis{10}, "the job is at work", true};
  });
  harness.engine().start();
  Json spec = one_step();
  spec["steps"][0]["deadline"] = 100;
  const std::string id = harness.apply(spec).operation->id;
  EXPECT_EQ(harness.finish(id).state, OperationState::kSucceeded);
  EXPECT_EQ(harness.all_messages(id).find("stuck"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::engine
