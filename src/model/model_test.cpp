#include <gmock/gmock.h>

#include "model/operation.hpp"
#include "model/plan.hpp"
#include "model/resource.hpp"

namespace ashlar {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

PlannedStep step(std::string key, std::vector<std::string> after = {},
                 Millis expected = Millis{10}) {
  return {.key = std::move(key), .type = "t", .after = std::move(after), .expected = expected};
}

Plan plan_of(std::vector<PlannedStep> steps) {
  return {.kind = "redis", .steps = std::move(steps)};
}

Plan full_plan() {
  Plan plan = plan_of({step("a"), step("b", {"a"})});
  plan.resource_name = "prod";
  plan.action = "deploy";
  plan.summary = "Deploy Redis cluster prod";
  plan.changes = {
      {ChangeAction::kReplace, "machine", "prod-master-1", "s-2vcpu-4gb in nyc1", 6, 24},
      {ChangeAction::kDestroy, "machine", "prod-master-2", "", 6, 0}};
  plan.disruptions = {"writes stop for 2 s"};
  plan.dangers = {{DangerKind::kMachine, "a machine is destroyed: prod-master-2"}};
  plan.required_actions = {{"clients", "change to the new password", "60 s after it is in use"}};
  plan.address_changes = {
      {AddressFate::kMoves, "sentinel-1", "10.1.0.2:26379", "clients, to find the master"},
      {AddressFate::kComes, "sentinel-4", "", "clients"}};
  plan.notes = {"an even number of sentinels gains nothing"};
  plan.steps[0].title = "Create";
  plan.steps[0].phase = "Creating";
  plan.steps[0].node = "master-1";
  plan.steps[0].args = {{"size", "s"}, {"list", {1, 2}}};
  plan.steps[0].deadline = Millis{7'000};
  return plan;
}

struct FaultCase {
  std::string name;
  std::vector<PlannedStep> steps;
  std::vector<std::string> expected;
};

class PlanFaults : public ::testing::TestWithParam<FaultCase> {};

TEST_P(PlanFaults, AreAllNamed) {
  EXPECT_EQ(faults(plan_of(GetParam().steps)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, PlanFaults,
    ::testing::Values(
        FaultCase{"Empty", {}, {}},
        FaultCase{"Chain", {step("a"), step("b", {"a"}), step("c", {"a", "b"})}, {}},
        FaultCase{"AnyOrder", {step("b", {"a"}), step("a")}, {}},
        FaultCase{"RepeatedDependency", {step("a"), step("b", {"a", "a"})}, {}},
        FaultCase{"Duplicate", {step("a"), step("a"), step("a")}, {"two steps have the key \"a\""}},
        FaultCase{"Unknown",
                  {step("a", {"x"})},
                  {"step \"a\" comes after \"x\", which is not in the plan"}},
        FaultCase{"Itself", {step("a", {"a"})}, {"steps wait for each other: a -> a"}},
        FaultCase{"Cycle",
                  {step("a", {"c"}), step("b", {"a"}), step("c", {"b"}), step("d", {"c"})},
                  {"steps wait for each other: a -> c -> b -> a"}},
        FaultCase{
            "TwoCycles",
            {step("a", {"b"}), step("b", {"a"}), step("c", {"d"}), step("d", {"c"})},
            {"steps wait for each other: a -> b -> a", "steps wait for each other: c -> d -> c"}},
        FaultCase{"CycleBehindAStep",
                  {step("a"), step("b", {"a", "c"}), step("c", {"b"})},
                  {"steps wait for each other: b -> c -> b"}},
        FaultCase{"NoKey", {step("")}, {"a step of type \"t\" has no key"}},
        FaultCase{"NoType", {{.key = "a"}}, {"step \"a\" has no type"}},
        FaultCase{"NoTime",
                  {{.key = "a", .type = "t", .deadline = Millis{0}}},
                  {"step \"a\" has a negative duration or no time to its deadline"}}),
    [](const auto& info) { return info.param.name; });

TEST(Plan, LastsAsLongAsItsLongestChain) {
  EXPECT_EQ(plan_of({}).expected_duration(), Millis{0});
  EXPECT_EQ(plan_of({step("d", {"b", "c"}, Millis{1}), step("b", {"a"}, Millis{100}),
                     step("c", {"a"}, Millis{5}), step("a", {}, Millis{20})})
                .expected_duration(),
            Millis{121});
  EXPECT_EQ(plan_of({step("a", {"b"}), step("b", {"a"}), step("c")}).expected_duration(),
            Millis{10})
      << "a faulty plan must not hang or crash";
}

TEST(Plan, CostIsTheSumOfItsChanges) {
  EXPECT_DOUBLE_EQ(full_plan().monthly_usd_before(), 12);
  EXPECT_DOUBLE_EQ(full_plan().monthly_usd_after(), 24);
}

TEST(Plan, SurvivesAWideDeepGraph) {
  std::vector<PlannedStep> steps{step("0")};
  for (int i = 1; i < 20'000; ++i)
    steps.push_back(step(std::to_string(i), {std::to_string(i - 1), std::to_string(i / 2)}));
  const Plan plan = plan_of(std::move(steps));
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_EQ(plan.expected_duration(), Millis{200'000});
}

TEST(Plan, RoundTripsThroughJson) {
  const Json json = to_json(full_plan());
  const Plan back = plan_from_json(*parse_json(dump(json)));
  EXPECT_EQ(to_json(back), json);
  EXPECT_EQ(back.steps[0].deadline, Millis{7'000});
  EXPECT_EQ(back.steps[1].node, "");
  EXPECT_THAT(back.steps[1].after, ElementsAre("a"));
  EXPECT_EQ(back.changes[0].action, ChangeAction::kReplace);
  EXPECT_EQ(back.dangers, full_plan().dangers);
  EXPECT_EQ(back.required_actions, full_plan().required_actions);
  EXPECT_EQ(json["expectedMs"], 20);
}

TEST(Plan, ReassuresOnlyWhenNobodyHasToWorryOrAct) {
  const Plan quiet = plan_of({step("a")});
  EXPECT_THAT(reassurance(quiet), HasSubstr("nobody has to do anything"));
  EXPECT_EQ(to_json(quiet)["reassurance"], reassurance(quiet));
  EXPECT_EQ(outline_of(quiet)["reassurance"], reassurance(quiet));
  Plan disrupts = quiet;
  disrupts.disruptions = {"writes stop for 2 s"};
  Plan destroys = quiet;
  destroys.dangers = full_plan().dangers;
  Plan asks = quiet;
  asks.required_actions = full_plan().required_actions;
  for (const Plan& plan : {disrupts, destroys, asks, plan_of({})}) {
    EXPECT_EQ(reassurance(plan), "");
    EXPECT_TRUE(to_json(plan)["reassurance"].is_null());
  }
}

TEST(Plan, OfBeforeAddressesWereToldIsStillRead) {
  Json json = to_json(full_plan());
  json.erase("addressChanges");
  EXPECT_THAT(plan_from_json(json).address_changes, IsEmpty());
  json["addressChanges"] = Json::array(
      {{{"fate", "melts"}, {"node", "a"}, {"address", nullptr}, {"usedBy", "clients"}}});
  EXPECT_THROW(plan_from_json(json), Error);
}

TEST(Plan, RefusesOtherJson) {
  for (const char* text : {"{}", "[]", "null", "3"})
    EXPECT_THROW(plan_from_json(*parse_json(text)), Error) << text;
  Json json = to_json(full_plan());
  json["changes"][0]["action"] = "explode";
  try {
    plan_from_json(json);
    FAIL() << "accepted an unknown action";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
    EXPECT_THAT(error.message(), HasSubstr("explode"));
  }
}

TEST(States, RoundTripThroughTheirNames) {
  for (int i = 0; i <= static_cast<int>(OperationState::kCancelled); ++i) {
    const auto state = static_cast<OperationState>(i);
    EXPECT_EQ(operation_state_from(to_string(state)), state);
    EXPECT_EQ(is_final(state), i >= static_cast<int>(OperationState::kSucceeded));
  }
  for (int i = 0; i <= static_cast<int>(StepState::kUndone); ++i)
    EXPECT_EQ(step_state_from(to_string(static_cast<StepState>(i))), static_cast<StepState>(i));
  for (int i = 0; i <= static_cast<int>(ResourceState::kDeleted); ++i)
    EXPECT_EQ(resource_state_from(to_string(static_cast<ResourceState>(i))),
              static_cast<ResourceState>(i));
  EXPECT_EQ(to_string(StepState::kUndone), "undone");
  EXPECT_EQ(to_string(OperationState::kCancelled), "cancelled");
  EXPECT_EQ(to_string(ResourceState::kDeleted), "deleted");
  EXPECT_THROW(operation_state_from("Running"), Error);
  EXPECT_THROW(step_state_from(""), Error);
  EXPECT_THROW(resource_state_from("gone"), Error);
}

TEST(OperationJson, ShowsEveryFieldAlways) {
  Operation operation;
  operation.id = "op_1";
  operation.state = OperationState::kCancelling;
  operation.expected = Millis{1'500};
  operation.created_at = Time{Millis{1'000}};
  EXPECT_EQ(
      dump(to_json(operation)),
      R"({"id":"op_1","organizationId":"","resourceId":"","kind":"","resourceName":"",)"
      R"("action":"","actor":null,"summary":"","state":"cancelling","error":null,"stuck":false,)"
      R"("stepsTotal":0,"stepsDone":0,"expectedMs":1500,"monthlyUsdBefore":0.0,)"
      R"("monthlyUsdAfter":0.0,"createdAt":"1970-01-01T00:00:01.000Z","startedAt":null,)"
      R"("finishedAt":null,"idleMs":0})");
}

TEST(Elapsed, CountsNoTimeThatTheOperationLayIdle) {
  Operation operation;
  EXPECT_EQ(elapsed(operation, Time{Millis{9'000}}), Millis{0}) << "it has not begun";
  operation.started_at = Time{Millis{1'000}};
  EXPECT_EQ(elapsed(operation, Time{Millis{9'000}}), Millis{8'000});
  operation.idle = Millis{5'000};
  EXPECT_EQ(elapsed(operation, Time{Millis{9'000}}), Millis{3'000});
  operation.finished_at = Time{Millis{7'000}};
  EXPECT_EQ(elapsed(operation, Time{Millis{9'000}}), Millis{1'000});
}

TEST(Late, IsFourTimesWhatWasExpectedButNoMoment) {
  EXPECT_EQ(late_after(step("a", {}, Millis{20'000})), Millis{80'000});
  EXPECT_EQ(late_after(step("a", {}, Millis{50})), Millis{10'000});
}

TEST(StepJson, HidesTheLeaseAndPrivateState) {
  StepRecord record;
  record.id = "st_1";
  record.planned = step("a", {"b"});
  record.lease_owner = "worker-7";
  record.lease_until = Time{Millis{5}};
  record.state_data = {{"cursor", 3}};
  record.because = "the machine boots";
  record.figures = {{"bytes", 3}};
  record.not_before = Time{Millis{2'000}};
  EXPECT_EQ(dump(to_json(record)),
            R"({"id":"st_1","operationId":"","position":0,"key":"a","type":"t","title":"",)"
            R"("phase":"","node":null,"args":{},"after":["b"],"afterEnded":[],)"
            R"("expectedMs":10,"deadlineMs":300000,"state":"pending","attempts":0,"outputs":{},)"
            R"("because":"the machine boots","figures":{"bytes":3},)"
            R"("notBefore":"1970-01-01T00:00:02.000Z",)"
            R"("startedAt":null,"progressAt":null,"finishedAt":null,"stuck":false,)"
            R"("lateAfterMs":10000})");
}

TEST(EventJson, HasNullForNone) {
  const Json json = to_json(Event{.number = 4, .operation_id = "op", .type = "step.done"});
  EXPECT_EQ(json["number"], 4);
  EXPECT_TRUE(json.at("stepId").is_null());
  EXPECT_TRUE(json.at("stepKey").is_null());
  EXPECT_EQ(json["at"], "1970-01-01T00:00:00.000Z");
}

TEST(ResourceJson, ShowsSpecStatusAndGeneration) {
  Resource resource{.id = "r", .name = "prod", .spec = {{"tls", true}}, .generation = 3};
  const Json json = to_json(resource);
  EXPECT_EQ(json["spec"]["tls"], true);
  EXPECT_EQ(json["generation"], 3);
  EXPECT_TRUE(json.at("currentOperationId").is_null());
  EXPECT_TRUE(json.at("status").is_object());
}

TEST(MachineJson, RoundTrips) {
  const Machine machine{.id = "m",
                        .organization_id = "o",
                        .resource_id = "r",
                        .node = "master-1",
                        .role = "master",
                        .name = "prod-master-1",
                        .provider = "digitalocean",
                        .provider_id = "17",
                        .region = "nyc1",
                        .size = "s",
                        .public_address = "",
                        .private_address = "10.0.0.2",
                        .host_key = "ssh-ed25519 AAAA",
                        .created_at = Time{Millis{123}}};
  const Json json = to_json(machine);
  EXPECT_TRUE(json.at("publicAddress").is_null());
  EXPECT_EQ(to_json(machine_from_json(json)), json);
  EXPECT_EQ(machine_from_json(json).created_at, machine.created_at);
  EXPECT_THROW(machine_from_json(Json::object()), Error);
}

}  // namespace
}  // namespace ashlar
