#include "kinds/redis/plan/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "kinds/redis/spec/topology.hpp"
#include "kinds/redis/testing/golden.hpp"
#include "kinds/redis/testing/test_catalog.hpp"

namespace ashlar::redis {
namespace {

Spec spec_of(const char* text) {
  const auto parsed = parse(*parse_json(text), test_catalog());
  if (!parsed) throw Error(ErrorCode::kInvalidInput, "the spec is refused", parsed.error());
  return parsed->spec;
}

Spec seed_spec() {
  return spec_of(R"({
    "name": "prod-redis", "deploymentType": "redis-sentinel-prod", "region": "nyc1",
    "clientRanges": ["10.0.0.0/8"],
    "desiredState": {"roles": {
      "master": {"count": 3, "size": "s-2vcpu-4gb"},
      "replica": {"count": 6, "size": "s-2vcpu-2gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
}

Spec small_spec() {
  return spec_of(R"({
    "name": "dev-redis", "type": "sentinel", "region": "ams3", "vpcUUID": "vpc-1",
    "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-1vcpu-1gb"},
      "replica": {"count": 2, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 4, "size": "s-1vcpu-1gb"}}}})");
}

Spec single_spec() {
  return spec_of(R"({
    "name": "one-redis", "type": "single", "region": "nyc1", "clientRanges": ["0.0.0.0/0"],
    "persistence": {"mode": "none"},
    "desiredState": {"roles": {"master": {"count": 1, "size": "s-1vcpu-1gb"}}}})");
}

/// An observation of an intact, proved cluster.
Json intact(const Spec& spec) {
  const Topology topology = topology_of(spec);
  Json nodes = Json::array();
  for (const auto& node : topology.nodes)
    nodes.push_back({{"name", node.name},
                     {"role", to_string(node.role)},
                     {"state", "active"},
                     {"reachable", true}});
  Json groups = Json::array();
  for (const auto& group : topology.groups)
    groups.push_back({{"name", group.name}, {"master", group.master}});
  return {{"applied", to_json(spec)},
          {"nodes", nodes},
          {"groups", groups},
          {"proof", {{"at", "2026-11-21T00:00:00.000Z"}}}};
}

Json& node_in(Json& observed, const std::string& name) {
  for (auto& node : observed["nodes"])
    if (node["name"] == name) return node;
  throw std::out_of_range(name);
}

void lose_machine(Json& observed, const std::string& name) {
  node_in(observed, name)["state"] = "missing";
  node_in(observed, name)["reachable"] = false;
}

/// The plan as reviewed: fleet's own steps have their own tests, so only their place is kept.
std::string reviewed(const Plan& plan) {
  Json json = to_json(plan);
  Json steps = Json::array();
  for (const auto& step : json["steps"])
    if (step["type"].get<std::string>().starts_with("redis.")) steps.push_back(step);
  json["steps"] = steps;
  for (const char* of_fleet : {"changes", "monthlyUsdBefore", "monthlyUsdAfter", "expectedMs"})
    json.erase(of_fleet);
  return dump(json, 2) + "\n";
}

std::vector<std::string> keys_of(const Plan& plan, const std::string& type) {
  std::vector<std::string> keys;
  for (const auto& step : plan.steps)
    if (step.type == type) keys.push_back(step.key);
  return keys;
}

const PlannedStep& step_of(const Plan& plan, const std::string& key) {
  const auto found = std::ranges::find(plan.steps, key, &PlannedStep::key);
  if (found == plan.steps.end()) throw std::out_of_range(key);
  return *found;
}

bool waits_for(const Plan& plan, const std::string& key, const std::string& dependency) {
  for (const auto& before : step_of(plan, key).after)
    if (before == dependency || waits_for(plan, before, dependency)) return true;
  return false;
}

TEST(PlanGoldenTest, SentinelClusterOfTheSeed) {
  const Plan result = plan(seed_spec(), nullptr, test_catalog());
  EXPECT_EQ(faults(result), std::vector<std::string>{});
  expect_golden("sentinel_prod.json", reviewed(result));
}

TEST(PlanGoldenTest, EvenSentinelsWithoutTls) {
  const Plan result = plan(small_spec(), nullptr, test_catalog());
  EXPECT_EQ(faults(result), std::vector<std::string>{});
  expect_golden("sentinel_small.json", reviewed(result));
}

TEST(PlanGoldenTest, SingleNode) {
  const Plan result = plan(single_spec(), nullptr, test_catalog());
  EXPECT_EQ(faults(result), std::vector<std::string>{});
  expect_golden("single.json", reviewed(result));
}

TEST(PlanGoldenTest, ALostMasterThatWasFailedOver) {
  Json observed = intact(seed_spec());
  lose_machine(observed, "master-2");
  observed["groups"][1]["master"] = "replica-5";
  const Plan result = plan(seed_spec(), observed, test_catalog());
  EXPECT_EQ(faults(result), std::vector<std::string>{});
  expect_golden("lost_master.json", reviewed(result));
}

TEST(PlanTest, AnIntactClusterNeedsNothing) {
  for (const Spec& spec : {seed_spec(), small_spec(), single_spec()})
    EXPECT_TRUE(plan(spec, intact(spec), test_catalog()).empty());
}

TEST(PlanTest, AnUnprovedClusterIsProvedAgain) {
  Json observed = intact(seed_spec());
  observed["proof"] = nullptr;
  const Plan result = plan(seed_spec(), observed, test_catalog());
  EXPECT_EQ(keys_of(result, "redis.prove").size(), 1u);
  EXPECT_TRUE(keys_of(result, "redis.install").empty());
  EXPECT_TRUE(keys_of(result, "redis.sentinel").empty());
}

TEST(PlanTest, ADeploymentThatStoppedHalfwayGoesOn) {
  Json observed = intact(small_spec());
  observed["proof"] = nullptr;
  lose_machine(observed, "replica-2");
  node_in(observed, "replica-1")["state"] = "error";  // reachable, Redis not running
  for (const char* name : {"sentinel-1", "sentinel-2", "sentinel-3", "sentinel-4"})
    node_in(observed, name)["state"] = "error";
  const Plan result = plan(small_spec(), observed, test_catalog());
  EXPECT_EQ(faults(result), std::vector<std::string>{});
  EXPECT_EQ(result.action, "deploy");
  EXPECT_EQ(keys_of(result, "redis.configure"),
            (std::vector<std::string>{"redis.configure/replica-1", "redis.configure/replica-2"}));
  EXPECT_TRUE(keys_of(result, "redis.forget").empty());
  EXPECT_TRUE(waits_for(result, "redis.configure/replica-2", fleet::ready_key("replica-2")));
  EXPECT_FALSE(waits_for(result, "redis.configure/replica-1", fleet::ready_key("replica-1")));
}

TEST(PlanTest, AMachineThatDoesNotAnswerIsNotReplacedWhileItMayHoldData) {
  Json observed = intact(single_spec());
  node_in(observed, "master-1")["state"] = "off";
  node_in(observed, "master-1")["reachable"] = false;
  const Plan proved = plan(single_spec(), observed, test_catalog());
  EXPECT_EQ(keys_of(proved, "fleet.power"), std::vector<std::string>{"power/master-1"});
  EXPECT_TRUE(keys_of(proved, "fleet.create_machine").empty());
  EXPECT_NE(dump(to_json(proved)).find("not replaced"), std::string::npos);

  observed["proof"] = nullptr;  // its deployment never ended
  const Plan unproved = plan(single_spec(), observed, test_catalog());
  EXPECT_TRUE(waits_for(unproved, install_key("master-1"), fleet::ready_key("master-1")));
}

TEST(PlanTest, MachinesThatStayCountBeforeAndAfter) {
  Json observed = intact(small_spec());  // seven machines of 6 USD
  lose_machine(observed, "replica-1");
  const Plan result = plan(small_spec(), observed, test_catalog());
  EXPECT_DOUBLE_EQ(result.monthly_usd_before(), 36);
  EXPECT_DOUBLE_EQ(result.monthly_usd_after(), 42);
  for (const auto& change : result.changes) {
    EXPECT_NE(change.what, "vpc");
    EXPECT_NE(change.what, "firewall");
  }
  EXPECT_DOUBLE_EQ(plan(small_spec(), nullptr, test_catalog()).monthly_usd_after(), 42);
}

TEST(PlanTest, SentinelsForgetOneAfterAnother) {
  Json observed = intact(seed_spec());
  lose_machine(observed, "replica-1");
  const Plan result = plan(seed_spec(), observed, test_catalog());
  EXPECT_TRUE(waits_for(result, "redis.forget/sentinel-2", "redis.forget/sentinel-1"));
  EXPECT_TRUE(waits_for(result, "redis.forget/sentinel-3", "redis.forget/sentinel-2"));
  EXPECT_TRUE(waits_for(result, kProveKey, "redis.forget/sentinel-3"));
}

TEST(PlanTest, AGroupWhoseDataIsGoneIsNotReplacedByAnEmptyOne) {
  Json observed = intact(seed_spec());
  for (const char* name : {"master-1", "replica-1", "replica-4"}) lose_machine(observed, name);
  try {
    plan(seed_spec(), observed, test_catalog());
    FAIL() << "it was planned";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConflict);
    EXPECT_NE(error.message().find("prod-redis-m1"), std::string::npos);
  }
}

TEST(PlanTest, ANodeWaitsOnlyForWhatItNeeds) {
  const Plan result = plan(seed_spec(), nullptr, test_catalog());
  EXPECT_TRUE(waits_for(result, configure_key("replica-1"), fleet::ready_key("master-1")));
  EXPECT_FALSE(waits_for(result, configure_key("replica-1"), install_key("master-1")));
  EXPECT_FALSE(waits_for(result, configure_key("replica-1"), fleet::ready_key("master-2")));
  EXPECT_FALSE(waits_for(result, install_key("replica-1"), kCredentialsKey));
  EXPECT_TRUE(waits_for(result, configure_key("sentinel-1"), replication_key("prod-redis-m3")));
  EXPECT_FALSE(waits_for(result, install_key("sentinel-1"), fleet::ready_key("master-1")));
}

TEST(PlanTest, OnlyTheClusterAndItsClientsReachRedis) {
  const fleet::Request request = fleet_request(seed_spec());
  ASSERT_EQ(request.openings.size(), 2u);
  EXPECT_EQ(request.openings[0].port, 6379);
  EXPECT_EQ(request.openings[1].port, 26379);
  for (const auto& opening : request.openings)
    EXPECT_EQ(opening.addresses, std::vector<std::string>{"10.0.0.0/8"});
  EXPECT_EQ(fleet_request(single_spec()).openings.size(), 1u);
}

TEST(PlanTest, NoStepHoldsASecret) {
  const std::string text = dump(to_json(plan(seed_spec(), nullptr, test_catalog())));
  for (const char* word : {"password", "masterauth", "PRIVATE KEY"})
    EXPECT_EQ(text.find(word), std::string::npos) << word;
}

TEST(PlanTest, DeletingDestroysAndSaysWhatItCosts) {
  const Plan result = plan_delete(seed_spec(), intact(seed_spec()), test_catalog());
  EXPECT_EQ(result.action, "delete");
  EXPECT_FALSE(result.steps.empty());
  EXPECT_EQ(result.disruptions.size(), 1u);
  EXPECT_TRUE(plan_delete(seed_spec(), nullptr, test_catalog()).disruptions.empty());
}

}  // namespace
}  // namespace ashlar::redis
