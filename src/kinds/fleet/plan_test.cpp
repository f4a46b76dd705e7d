#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "kinds/fleet/census.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/fleet/names.hpp"
#include "kinds/fleet/testing/memory_machines.hpp"

namespace ashlar::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Request request() {
  return {
      .resource_name = "prod",
      .region = "nyc1",
      .extra_tags = {"team-a"},
      .openings = {{"tcp", 6379, {"10.0.0.0/8"}}},
      .nodes = {{"master-1", "master", "s-2vcpu-4gb"}, {"replica-1", "replica", "s-1vcpu-1gb"}}};
}

Catalog catalog() {
  ManualClock clock;
  return cloud::testing::MemoryCloud(clock).catalog();
}

/// "key type node <- dependencies" of each step.
std::vector<std::string> outline(const Plan& plan) {
  std::vector<std::string> lines;
  for (const auto& step : plan.steps) {
    std::string line = step.key + " " + step.type;
    if (!step.node.empty()) line += " @" + step.node;
    if (!step.after.empty()) line += " <-";
    for (const auto& key : step.after) line += " " + key;
    lines.push_back(line);
  }
  return lines;
}

TEST(FleetPlan, CreatesWhatMachinesShareAndThenEachMachine) {
  Plan plan;
  plan_create(plan, request(), catalog());
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_THAT(outline(plan),
              ElementsAre("ssh-key fleet.ssh_key", "vpc fleet.vpc", "firewall fleet.firewall",
                          "create-machine/master-1 fleet.create_machine @master-1 <- ssh-key vpc "
                          "firewall",
                          "machine-ready/master-1 fleet.machine_ready @master-1 <- "
                          "create-machine/master-1",
                          "create-machine/replica-1 fleet.create_machine @replica-1 <- ssh-key vpc "
                          "firewall",
                          "machine-ready/replica-1 fleet.machine_ready @replica-1 <- "
                          "create-machine/replica-1",
                          "count-machines fleet.count"));
  EXPECT_EQ(plan.monthly_usd_before(), 0);
  EXPECT_EQ(plan.monthly_usd_after(), 30);
  const auto& args = plan.steps[3].args;
  EXPECT_EQ(args["machine"], "prod-master-1");
  EXPECT_EQ(args["tags"], Json::array({"team-a"}));
  const auto& openings = plan.steps[2].args["openings"];
  ASSERT_EQ(openings.size(), 2u);
  EXPECT_EQ(openings[0]["port"], 22);
  EXPECT_EQ(openings[1]["addresses"], Json::array({"10.0.0.0/8"}));
}

TEST(FleetPlan, NamesItsChangesForPeople) {
  Plan plan;
  plan_create(plan, request(), catalog());
  std::vector<std::string> lines;
  for (const auto& change : plan.changes) {
    lines.push_back(std::string(to_string(change.action)) + " " + change.what + " " + change.name +
                    ": " + change.detail);
  }
  EXPECT_THAT(
      lines, ElementsAre("create vpc prod-vpc: in nyc1", "create firewall prod-fw: 2 inbound rules",
                         "create machine prod-master-1: s-2vcpu-4gb in nyc1",
                         "create machine prod-replica-1: s-1vcpu-1gb in nyc1"));
}

TEST(FleetPlan, MakesNoVpcWhereOneIsGiven) {
  auto given = request();
  given.vpc_id = "v-1";
  Plan plan;
  plan_create(plan, given, catalog());
  EXPECT_EQ(plan.steps[1].args["vpc_id"], "v-1");
  Plan removal;
  plan_destroy(removal, given, nullptr, catalog(), {});
  for (const auto* each : {&plan, &removal}) {
    for (const auto& change : each->changes) EXPECT_NE(change.what, "vpc");
  }
  for (const auto& step : removal.steps) EXPECT_NE(step.type, "fleet.delete_vpc");
}

TEST(FleetPlan, AddsNothingForNoNodes) {
  auto none = request();
  none.nodes.clear();
  Plan plan;
  plan_create(plan, none, catalog());
  EXPECT_TRUE(plan.empty());
  EXPECT_THAT(plan.changes, IsEmpty());
}

TEST(FleetPlan, DestroysMachinesBeforeWhatTheyStandOn) {
  Plan plan;
  plan.steps.push_back({.key = "drain", .type = "x.drain"});
  EXPECT_EQ(plan_destroy(plan, request(), nullptr, catalog(), {"drain"}), "forget");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_THAT(outline(plan),
              ElementsAre("drain x.drain",
                          "destroy-machine/master-1 fleet.destroy_machine @master-1 <- drain",
                          "destroy-machine/replica-1 fleet.destroy_machine @replica-1 <- drain",
                          "machines-gone fleet.machines_gone <- drain destroy-machine/master-1 "
                          "destroy-machine/replica-1",
                          "delete-firewall fleet.delete_firewall <- machines-gone",
                          "delete-vpc fleet.delete_vpc <- machines-gone",
                          "forget fleet.forget <- machines-gone delete-firewall delete-vpc"));
  EXPECT_EQ(plan.monthly_usd_before(), 30);
  EXPECT_EQ(plan.monthly_usd_after(), 0);
}

TEST(FleetPlan, EveryPlannedStepTypeExists) {
  ManualClock clock;
  cloud::testing::MemoryCloud cloud(clock);
  testing::MemoryMachines machines(cloud);
  std::vector<std::string> types;
  for (const auto& type : steps({cloud, machines, "key"})) types.push_back(type.name);
  Plan plan;
  plan_create(plan, request(), catalog());
  plan_destroy_unrecorded(plan,
                          {{"providerId", "7"},
                           {"name", "stray"},
                           {"size", "s-1vcpu-1gb"},
                           {"region", "nyc1"},
                           {"monthlyUsd", 6}},
                          {});
  plan_destroy(plan, request(), nullptr, catalog(), {});
  plan_retire(plan, request(), {});
  plan_power(plan, request(), true, {});
  plan_resize(plan, request(), {{"master-1", "s-1"}, {"replica-1", "s-1"}}, {});
  std::vector<std::string> planned;
  for (const auto& step : plan.steps) planned.push_back(step.type);
  std::ranges::sort(planned);
  planned.erase(std::ranges::unique(planned).begin(), planned.end());
  EXPECT_THAT(planned, ::testing::UnorderedElementsAreArray(types));
}

TEST(FleetNames, StepTagsFitWhatTheProviderAllows) {
  EXPECT_EQ(step_tag("step_01ab"), "ashlar-step-step_01ab");
  EXPECT_EQ(step_tag("step_01ab", 2), "ashlar-step-step_01ab-r2");
}

}  // namespace
}  // namespace ashlar::fleet
