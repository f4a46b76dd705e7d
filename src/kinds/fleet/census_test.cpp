#include "kinds/fleet/census.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kinds/fleet/names.hpp"
#include "kinds/fleet/testing/memory_machines.hpp"
#include "kinds/fleet/testing/plan_runner.hpp"

namespace ashlar::fleet {
namespace {

using cloud::CloudMachine;
using cloud::testing::Fault;
using cloud::testing::MemoryCloud;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

Resource resource() {
  Resource resource;
  resource.id = "res_01m7yw9v532zpp3r3a4fe7dn5s";
  resource.organization_id = "org_1";
  resource.kind = "redis";
  resource.name = "prod";
  return resource;
}

StepRecord step(const std::string& id, StepState state, const std::string& provider_id = "") {
  StepRecord record;
  record.id = id;
  record.state = state;
  if (!provider_id.empty()) record.outputs = {{"provider_id", provider_id}};
  return record;
}

/// The origins of what carries these marks; the machine's id is 7.
class Origins : public ::testing::Test {
 protected:
  std::vector<Origin> of(std::vector<std::string> tags, bool with_tag = true,
                         const std::string& name = "prod-node-1") {
    const Resource prod = resource();
    const CloudMachine machine{.id = "7", .name = name, .tags = std::move(tags)};
    const std::vector<CloudMachine> all{machine};
    const std::vector<CloudMachine> tagged = with_tag ? all : std::vector<CloudMachine>{};
    const std::vector<std::string> names{"prod-node-1"};
    const engine::FindStep find_step = [&](const std::string& id) -> std::optional<StepRecord> {
      const auto found = std::ranges::find(steps, id, &StepRecord::id);
      return found == steps.end() ? std::nullopt : std::optional(*found);
    };
    std::vector<Origin> origins;
    for (const auto& one : count_machines({prod, records, names, tagged, all, find_step}))
      origins.push_back(one.origin);
    return origins;
  }

  const std::string tag = tag_of(resource());
  const std::string owner = owner_tag("org_1");
  std::vector<StepRecord> steps;
  std::vector<Machine> records;
};

TEST_F(Origins, KnowARecordedMachineWhateverItCarries) {
  records.push_back({.node = "node-1", .provider_id = "7"});
  EXPECT_THAT(of({tag}), ElementsAre(Origin::kRecorded));
  EXPECT_THAT(of({}, false), ElementsAre(Origin::kRecorded));  // somebody took its tags off
}

TEST_F(Origins, KnowALostRaceByTheMachineThatWasTakenInstead) {
  steps.push_back(step("st_1", StepState::kDone, "6"));
  EXPECT_THAT(of({tag, owner, step_tag("st_1")}), ElementsAre(Origin::kLostRace));
  EXPECT_THAT(of({tag, owner, step_tag("st_1", 2)}), ElementsAre(Origin::kLostRace));
  steps = {step("st_1", StepState::kUndone)};
  EXPECT_THAT(of({tag, owner, step_tag("st_1")}), ElementsAre(Origin::kLostRace));
}

TEST_F(Origins, LeaveAloneWhatIsBeingMade) {
  for (const auto state : {StepState::kRunning, StepState::kWaiting, StepState::kReady,
                           StepState::kPending, StepState::kUndoing}) {
    steps = {step("st_1", state)};
    EXPECT_THAT(of({tag, owner, step_tag("st_1")}), IsEmpty());
  }
  steps = {step("st_1", StepState::kFailed)};
  EXPECT_THAT(of({tag, owner, step_tag("st_1")}), ElementsAre(Origin::kUnfinished));
}

TEST_F(Origins, NeverTakeAMachineThatJoinedForALoser) {
  // The record is lost, or the database is older than the machine.
  steps = {step("st_1", StepState::kDone, "7")};
  EXPECT_THAT(of({tag, owner, step_tag("st_1")}), ElementsAre(Origin::kUnexplained));
  steps.clear();
  EXPECT_THAT(of({tag, owner, step_tag("st_1")}), ElementsAre(Origin::kUnexplained));
  EXPECT_THAT(of({tag, owner}), ElementsAre(Origin::kUnexplained));
}

TEST_F(Origins, KnowWhatSomebodyElseMade) {
  EXPECT_THAT(of({tag}), ElementsAre(Origin::kForeign));
  EXPECT_THAT(of({tag}, true, "other-name"), ElementsAre(Origin::kForeign));
  EXPECT_THAT(of({"mine"}, false), ElementsAre(Origin::kNamesake));
  EXPECT_THAT(of({"mine"}, false, "other-name"), IsEmpty());
  // A resource of the same name, of another organization or control plane.
  EXPECT_THAT(of({"ashlar-redis-prod-res_2"}, false), IsEmpty());
}

/// A resource with machines at a provider, and what a kind would do with them.
struct CountedWorld {
  Tools tools() { return {cloud, machines, "ssh-ed25519 AAAA control-plane"}; }
  testing::PlanRunner runner(const Plan& plan, const std::string& operation) {
    return {plan, steps(tools()), clock, secrets, records, operation, prod};
  }
  Plan creation(int nodes) {
    Plan plan;
    plan_create(plan, request(nodes), cloud.catalog());
    return plan;
  }
  static Request request(int nodes) {
    Request request{.resource_name = "prod", .region = "nyc1"};
    for (int i = 1; i <= nodes; ++i)
      request.nodes.push_back({"node-" + std::to_string(i), "master", "s-1vcpu-1gb"});
    return request;
  }
  Json status(const engine::FindStep& find_step) {
    Json status{{"drift", Json::array()}};
    engine::ObserveContext context{prod, secrets, records, clock, find_step};
    add_census(status, tools(), context, request(2).nodes);
    return status;
  }
  Plan clearing(const Json& observed, Clearing how) {
    Plan plan;
    plan.resource_name = "prod";
    plan_clearing(plan, observed, how);
    return plan;
  }
  std::vector<std::string> ids() {
    std::vector<std::string> ids;
    for (const auto& stored : cloud.machines()) ids.push_back(stored.machine.id);
    return ids;
  }

  Resource prod = resource();
  ManualClock clock;
  MemoryCloud cloud{clock, {.lost_lag = 75s}};
  testing::MemoryMachines machines{cloud};
  testing::MemorySecrets secrets;
  testing::MemoryRecords records;
};

engine::FindStep steps_in(testing::PlanRunner& runner) {
  return [&runner](const std::string& id) { return runner.find_step(id); };
}

TEST(FleetCensus, FindsCostsAndClearsAwayWhatWasMadeTwice) {
  CountedWorld world;
  world.cloud.inject("create_machine", Fault::kAnswerLost);
  auto deploy = world.runner(world.creation(2), "op1");
  ASSERT_TRUE(deploy.run());
  // Shown only now: nobody waits for so long.
  world.clock.advance(80s);
  ASSERT_EQ(world.cloud.machines().size(), 3u);

  const Json status = world.status(steps_in(deploy));
  EXPECT_EQ(status["machines"]["monthlyUsd"], 18);
  ASSERT_THAT(status["drift"], SizeIs(1));
  const Json item = status["drift"][0];
  EXPECT_EQ(item["what"], "unrecorded-machine");
  EXPECT_EQ(item["heals"], "safe");
  EXPECT_EQ(item["monthlyUsd"], 6);
  EXPECT_THAT(item["message"].get<std::string>(),
              AllOf(HasSubstr("prod-node-1 (memory 101, $6.00 a month)"), HasSubstr("twice")));

  EXPECT_TRUE(world.clearing(status, Clearing::kNothing).empty());
  const Plan plan = world.clearing(status, Clearing::kLostRaces);
  EXPECT_THAT(plan.changes, SizeIs(1));
  EXPECT_EQ(plan.monthly_usd_before(), 6);
  EXPECT_EQ(plan.monthly_usd_after(), 0);
  ASSERT_TRUE(world.runner(plan, "op2").run());
  EXPECT_THAT(world.ids(), ::testing::UnorderedElementsAre("102", "103"));
  EXPECT_THAT(world.status(steps_in(deploy))["drift"], IsEmpty());
}

TEST(FleetCensus, ClearsAwayWhatSomebodyElseMadeOnlyWhenItMay) {
  CountedWorld world;
  auto deploy = world.runner(world.creation(2), "op1");
  ASSERT_TRUE(deploy.run());
  const auto foreign = world.cloud.plant("stray", {tag_of(world.prod)});
  const auto namesake = world.cloud.plant("prod-node-2", {"by-hand"});
  const Json status = world.status(steps_in(deploy));
  EXPECT_EQ(status["machines"]["monthlyUsd"], 18) << "a namesake is not the resource's to pay";
  ASSERT_THAT(status["drift"], SizeIs(2));
  EXPECT_EQ(status["drift"][0]["heals"], "replace");
  EXPECT_EQ(status["drift"][1]["heals"], "none");

  EXPECT_TRUE(world.clearing(status, Clearing::kLostRaces).empty());
  ASSERT_TRUE(world.runner(world.clearing(status, Clearing::kForeign), "op2").run());
  EXPECT_THAT(world.ids(), ElementsAre("101", "102", namesake));
  EXPECT_THAT(world.status(steps_in(deploy))["drift"], SizeIs(1));
  (void)foreign;
}

TEST(FleetCensus, LeavesAloneWhatIsNotAsItWasPlanned) {
  CountedWorld world;
  auto deploy = world.runner(world.creation(1), "op1");
  ASSERT_TRUE(deploy.run());
  const auto kept = world.cloud.plant("kept", {tag_of(world.prod)});
  const auto joined = world.cloud.plant("joined", {tag_of(world.prod)});
  const Plan plan = world.clearing(world.status(steps_in(deploy)), Clearing::kForeign);
  ASSERT_THAT(plan.steps, SizeIs(2));
  world.cloud.untag(kept, tag_of(world.prod));  // its owner took the tag off meanwhile
  world.records.machines["node-2"] = {.node = "node-2", .provider_id = joined};
  ASSERT_TRUE(world.runner(plan, "op2").run());
  EXPECT_THAT(world.ids(), ElementsAre("101", kept, joined));
}

TEST(FleetCensus, ADeleteTellsAndTakesAllThatIsThere) {
  CountedWorld world;
  auto deploy = world.runner(world.creation(2), "op1");
  ASSERT_TRUE(deploy.run());
  // Made by a change that failed, and by somebody else.
  Plan more;
  Request successor = CountedWorld::request(0);
  successor.nodes.push_back({"node-1~2", "master", "s-2vcpu-4gb"});
  plan_create(more, successor, world.cloud.catalog());
  ASSERT_TRUE(world.runner(more, "op2").run());
  world.cloud.plant("stray", {tag_of(world.prod)});
  world.cloud.plant("prod-node-2", {"by-hand"});

  Plan plan;
  plan_destroy(plan, CountedWorld::request(2), world.status(steps_in(deploy)),
               world.cloud.catalog(), {});
  EXPECT_EQ(plan.monthly_usd_before(), 6 + 6 + 24 + 6);
  EXPECT_EQ(std::ranges::count(plan.changes, "machine", &Change::what), 4);
  const Time began = world.clock.now();
  ASSERT_TRUE(world.runner(plan, "op3").run());
  EXPECT_LE(world.clock.now() - began, 15s) << "each is asked to go once, and at once";
  ASSERT_EQ(world.cloud.machines().size(), 1u);
  EXPECT_THAT(world.cloud.machines().front().machine.tags, ElementsAre("by-hand"));
}

TEST(FleetCensus, ChangeThatMakesMachinesCountsThemBeforeItEnds) {
  // The one whose answer was lost shows when the other is already reached.
  CountedWorld world;
  MemoryCloud cloud{world.clock, {.boot = 12s, .lost_lag = 65s}};
  testing::MemoryMachines machines{cloud};
  cloud.inject("create_machine", Fault::kAnswerLost);
  Plan plan;
  plan_create(plan, CountedWorld::request(1), cloud.catalog());
  testing::PlanRunner deploy(plan, steps({cloud, machines, "ssh-ed25519 AAAA"}), world.clock,
                             world.secrets, world.records, "op1", world.prod);
  ASSERT_TRUE(deploy.run());
  EXPECT_EQ(cloud.made(), 2);
  EXPECT_EQ(cloud.machines().size(), 1u);
  EXPECT_EQ(deploy.step(kCountKey).state, StepState::kDone);
}

}  // namespace
}  // namespace ashlar::fleet
