// Declaring, changing, reading and deleting resources.

#include <gmock/gmock.h>

#include <set>

#include "api/test_world.hpp"

namespace ashlar::api {
namespace {

using ::testing::HasSubstr;

TEST(Deploy, MakesAnOperationThatCanBeFollowed) {
  World world;
  const Answer answer = world.deploy(toy_cluster("one", 3));
  ASSERT_EQ(answer.status, 202) << answer.text;
  const Json& entry = answer.json["operations"][0];
  EXPECT_EQ(answer.json["correlationId"], entry["correlationId"]);
  EXPECT_EQ(entry["changed"], true);
  EXPECT_EQ(entry["name"], "one");
  const Json operation = world.final_operation(entry["correlationId"].get<std::string>());
  EXPECT_EQ(operation["state"], "succeeded");
  EXPECT_EQ(operation["progressPercent"], 100);
  EXPECT_EQ(operation["stepsDone"], 4);
  EXPECT_EQ(operation["steps"].size(), 4u);
  EXPECT_TRUE(operation["phase"].is_null());
}

TEST(Deploy, OfWhatIsThereChangesNothing) {
  World world;
  const std::string id = world.deployed("one");
  const Answer again = world.deploy(toy_cluster("one"));
  EXPECT_EQ(again.status, 200) << again.text;
  EXPECT_TRUE(again.json["correlationId"].is_null());
  EXPECT_EQ(again.json["operations"][0]["resourceId"], id);
  EXPECT_EQ(again.json["operations"][0]["changed"], false);
}

TEST(Deploy, TakesAllClustersOrNone) {
  World world;
  const Answer both =
      world.send("POST", "/infrastructure/redis/deploy",
                 Json{{"targetClusters", {"redis-single"}},
                      {"clusters", Json::array({toy_cluster("a"), toy_cluster("b")})}});
  ASSERT_EQ(both.status, 202) << both.text;
  std::set<std::string> operations;
  for (const Json& entry : both.json["operations"]) {
    operations.insert(entry["correlationId"].get<std::string>());
    world.final_operation(entry["correlationId"].get<std::string>());
    const Json server = world.get("/servers/" + entry["resourceId"].get<std::string>()).json;
    EXPECT_EQ(server["spec"]["targetClusters"], Json::array({"redis-single"}));
  }
  EXPECT_EQ(operations.size(), 2u);
  EXPECT_EQ(both.json["correlationId"], both.json["operations"][0]["correlationId"]);
}

TEST(Deploy, IsRefusedWhileAnotherOperationRuns) {
  World world;
  world.toy.hold = true;
  const Answer first = world.deploy(toy_cluster("busy"));
  ASSERT_EQ(first.status, 202);
  const Answer second = world.deploy(toy_cluster("busy", 4));
  EXPECT_EQ(second.status, 409) << second.text;
  const std::string id = first.json["operations"][0]["resourceId"].get<std::string>();
  EXPECT_EQ(world.send("DELETE", "/servers/" + id).status, 409);
}

TEST(IdempotencyKey, RepeatsTheFirstAnswer) {
  World world;
  const http::Headers key{{"Idempotency-Key", "deploy-1"}};
  const Answer first = world.deploy(toy_cluster("one"), key);
  ASSERT_EQ(first.status, 202) << first.text;
  EXPECT_EQ(world.deploy(toy_cluster("one"), key).json, first.json);
  world.final_operation(first.json["correlationId"].get<std::string>());
  const Answer late = world.deploy(toy_cluster("one"), key);
  EXPECT_EQ(late.status, 202) << late.text;
  EXPECT_EQ(late.json["correlationId"], first.json["correlationId"]);
  EXPECT_EQ(world.get("/operations").json["items"].size(), 1u);
}

TEST(IdempotencyKey, OfAnotherRequestIsRefused) {
  World world;
  const http::Headers key{{"Idempotency-Key", "k"}};
  const Answer first = world.deploy(toy_cluster("one"), key);
  world.final_operation(first.json["correlationId"].get<std::string>());
  EXPECT_EQ(world.deploy(toy_cluster("two"), key).status, 409);
  const std::string id = first.json["operations"][0]["resourceId"].get<std::string>();
  EXPECT_EQ(world.send("DELETE", "/servers/" + id, std::string(), key).status, 409);
  EXPECT_EQ(world.get("/infrastructure/redis").json["items"].size(), 1u);
  EXPECT_EQ(world.get("/servers/" + id).json["state"], "active");
}

TEST(IdempotencyKey, MakesDeletingTwiceOneDeletion) {
  World world;
  const std::string id = world.deployed("one");
  const http::Headers key{{"Idempotency-Key", "delete-1"}};
  const Answer first = world.send("DELETE", "/servers/" + id, std::string(), key);
  ASSERT_EQ(first.status, 202) << first.text;
  world.final_operation(first.json["correlationId"].get<std::string>());
  EXPECT_EQ(world.get("/servers/" + id).status, 404);
  const Answer second = world.send("DELETE", "/servers/" + id, std::string(), key);
  EXPECT_EQ(second.status, 202) << second.text;
  EXPECT_EQ(second.json["correlationId"], first.json["correlationId"]);
  EXPECT_EQ(
      world.send("DELETE", "/servers/" + id, std::string(), {{"Idempotency-Key", "new"}}).status,
      404);
  EXPECT_EQ(world.get("/operations").json["items"].size(), 2u);
}

TEST(IdempotencyKey, MakesPatchingTwiceOneChange) {
  World world;
  const std::string id = world.deployed("one");
  const Json patch{{"desiredState", {{"roles", {{"master", {{"count", 4}}}}}}}};
  const http::Headers key{{"Idempotency-Key", "patch-1"}};
  const Answer first = world.send("PATCH", "/servers/" + id, patch, key);
  ASSERT_EQ(first.status, 202) << first.text;
  EXPECT_EQ(world.send("PATCH", "/servers/" + id, patch, key).json, first.json);
  world.final_operation(first.json["correlationId"].get<std::string>());
  EXPECT_EQ(world.send("PATCH", "/servers/" + id, patch, key).json["correlationId"],
            first.json["correlationId"]);
  EXPECT_EQ(world.get("/servers/" + id).json["generation"], 2);
}

TEST(Server, HasItsGenerationAsETag) {
  World world;
  const std::string id = world.deployed("one");
  const Answer server = world.get("/servers/" + id);
  EXPECT_EQ(server.header("ETag"), "\"1\"");
  EXPECT_EQ(server.json["state"], "active");
  EXPECT_EQ(server.json["machines"].size(), 2u);
  EXPECT_EQ(world.get("/infrastructure/redis/" + id).json, server.json);
}

TEST(Server, CanBeObservedNow) {
  World world;
  const std::string id = world.deployed("one");
  const Answer refreshed = world.get("/servers/" + id + "?refresh=true");
  EXPECT_EQ(refreshed.status, 200) << refreshed.text;
  EXPECT_EQ(refreshed.json["status"]["made"], 2);
}

TEST(Update, MergesAPatchAndGrowsTheGeneration) {
  World world;
  const std::string id = world.deployed("one");
  const Json patch{{"desiredState", {{"roles", {{"master", {{"count", 4}}}}}}}};
  const Answer answer =
      world.send("PATCH", "/servers/" + id, patch,
                 {{"If-Match", "\"1\""}, {"Content-Type", "application/merge-patch+json"}});
  ASSERT_EQ(answer.status, 202) << answer.text;
  EXPECT_EQ(answer.json["operations"][0]["generation"], 2);
  world.final_operation(answer.json["correlationId"].get<std::string>());
  const Answer server = world.get("/servers/" + id);
  EXPECT_EQ(server.header("ETag"), "\"2\"");
  EXPECT_EQ(server.json["spec"]["desiredState"]["roles"]["master"]["count"], 4);
  EXPECT_EQ(server.json["spec"]["region"], "nyc1");
}

TEST(Update, OfAnotherGenerationIsRefused) {
  World world;
  const std::string id = world.deployed("one");
  const Json patch{{"desiredState", {{"roles", {{"master", {{"count", 4}}}}}}}};
  const Answer stale = world.send("PATCH", "/servers/" + id, patch, {{"If-Match", "\"7\""}});
  EXPECT_EQ(stale.status, 412) << stale.text;
  EXPECT_EQ(world.deploy(toy_cluster("one", 5), {{"If-Match", "\"7\""}}).status, 412);
  EXPECT_EQ(world.send("DELETE", "/servers/" + id, std::string(), {{"If-Match", "\"7\""}}).status,
            412);
  EXPECT_EQ(world.send("PATCH", "/servers/" + id, patch, {{"If-Match", "*"}}).status, 202);
}

TEST(Deploy, OfWhatMustBeNewIsRefusedByPlanAndDeployAlike) {
  World world;
  const http::Headers only_new{{"If-None-Match", "*"}};
  const Json body{{"kind", "redis"}, {"spec", toy_cluster("one")}};
  EXPECT_EQ(world.send("POST", "/plans", body, only_new).status, 200);
  const std::string id = world.deployed("one");
  const Answer plan = world.send("POST", "/plans", body, only_new);
  EXPECT_EQ(plan.status, 412) << plan.text;
  EXPECT_THAT(plan.error_at("spec.name"), HasSubstr(id));
  const Answer deploy = world.deploy(toy_cluster("one", 5), only_new);
  EXPECT_EQ(deploy.status, 412) << deploy.text;
  EXPECT_EQ(deploy.json["code"], "precondition-failed");
  EXPECT_THAT(deploy.error_at("clusters[0].name"), HasSubstr("'one' is taken"));
  EXPECT_THAT(deploy.json["remedy"].get<std::string>(), HasSubstr("another name"));
  EXPECT_EQ(world.get("/servers/" + id).header("ETag"), "\"1\"") << "it is as it was";
  EXPECT_EQ(world.deploy(toy_cluster("two"), only_new).status, 202);
  for (const http::Headers& wrong : {http::Headers{{"If-None-Match", "\"1\""}},
                                     http::Headers{{"If-None-Match", "*"}, {"If-Match", "\"1\""}}})
    EXPECT_EQ(world.deploy(toy_cluster("three"), wrong).status, 400);
}

TEST(Deploy, OfWhatTheProviderDoesNotHaveIsRefusedByPlanAndDeployAlike) {
  World world;
  Json spec = toy_cluster("one");
  spec["vpcUUID"] = "nowhere";
  const Answer plan = world.send("POST", "/plans", Json{{"kind", "redis"}, {"spec", spec}});
  EXPECT_EQ(plan.status, 422) << plan.text;
  EXPECT_EQ(plan.error_at("spec.vpcUUID"), "does not exist");
  EXPECT_EQ(world.deploy(spec).error_at("clusters[0].vpcUUID"), "does not exist");
}

TEST(Update, OfWhatWeakensIsRefusedUntilTheNameIsSaid) {
  World world;
  const std::string id = world.deployed("one");
  const Json patch{{"vpcUUID", "weak"}};
  const Answer plan = world.send("POST", "/servers/" + id + "/plans/update", patch);
  EXPECT_EQ(plan.json["dangers"],
            (Json{{{"kind", "encryption"}, {"message", "the toy is weakened"}}}));
  EXPECT_TRUE(plan.json["reassurance"].is_null());
  Json weak = toy_cluster("one");
  weak["vpcUUID"] = "weak";
  for (const Answer& refused :
       {world.send("PATCH", "/servers/" + id, patch),
        world.send("PATCH", "/servers/" + id, patch, {{"Ashlar-Confirm", "two, three"}}),
        world.deploy(weak)}) {
    EXPECT_EQ(refused.status, 428) << refused.text;
    EXPECT_EQ(refused.json["code"], "not-confirmed");
    EXPECT_THAT(refused.json["detail"].get<std::string>(), HasSubstr("the toy is weakened"));
    EXPECT_THAT(refused.json["remedy"].get<std::string>(), HasSubstr("Ashlar-Confirm: one"));
  }
  EXPECT_EQ(world.get("/servers/" + id).header("ETag"), "\"1\"") << "it is as it was";
  EXPECT_NE(world.send("PATCH", "/servers/" + id, patch, {{"Ashlar-Confirm", "two, one"}}).status,
            428);
}

TEST(Server, SaysInOneWordHowItIs) {
  World world;
  const std::string id = world.deployed("one");
  world.get("/servers/" + id + "?refresh=true");
  const Json healthy{{"word", "healthy"}, {"severity", "good"}, {"reason", nullptr}};
  EXPECT_EQ(world.get("/servers/" + id).json["condition"], healthy);
  EXPECT_EQ(world.get("/servers").json["items"][0]["condition"], healthy);
  EXPECT_EQ(world.get("/infrastructure/redis").json["items"][0]["condition"], healthy);
  EXPECT_EQ(world.get("/servers/" + id + "/drift").json["condition"], healthy);
  world.toy.fail = true;
  const Answer changed = world.deploy(toy_cluster("one", 4));
  world.final_operation(changed.json["correlationId"].get<std::string>());
  // What is there works still, and the change failed: one word, not two.
  const Json condition = world.get("/servers/" + id + "?refresh=true").json["condition"];
  EXPECT_EQ(condition["word"], "degraded");
  EXPECT_THAT(condition["reason"].get<std::string>(), HasSubstr("what is there works, but"));
  EXPECT_EQ(world.get("/servers").json["items"][0]["condition"], condition);
}

TEST(Update, CannotRename) {
  World world;
  const std::string id = world.deployed("one");
  const Answer answer = world.send("PATCH", "/servers/" + id, Json{{"name", "two"}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.error_at("name"), HasSubstr("'one'"));
}

TEST(Update, NamesFaultyFieldsOfThePatch) {
  World world;
  const std::string id = world.deployed("one");
  const Answer answer = world.send("PATCH", "/servers/" + id, Json{{"region", "mars1"}});
  EXPECT_EQ(answer.status, 422) << answer.text;
  EXPECT_THAT(answer.error_at("region"), HasSubstr("nyc1"));
}

TEST(Delete, EndsWithNothingLeft) {
  World world;
  const std::string id = world.deployed("one");
  const Answer plan = world.send("POST", "/servers/" + id + "/plans/delete", std::string());
  ASSERT_EQ(plan.status, 200) << plan.text;
  EXPECT_EQ(plan.json["action"], "delete");
  EXPECT_EQ(plan.json["resourceId"], id);
  const Answer answer = world.send("DELETE", "/servers/" + id);
  ASSERT_EQ(answer.status, 202) << answer.text;
  EXPECT_EQ(world.final_operation(answer.json["correlationId"].get<std::string>())["state"],
            "succeeded");
  EXPECT_EQ(world.get("/servers/" + id).status, 404);
  EXPECT_EQ(world.get("/infrastructure/redis").json["items"], Json::array());
  EXPECT_EQ(world.deploy(toy_cluster("one")).status, 202) << "the name is free again";
}

TEST(Plan, ShowsWhatWouldHappenAndStoresNothing) {
  World world;
  const Answer plan =
      world.send("POST", "/plans", Json{{"kind", "redis"}, {"spec", toy_cluster("new", 3)}});
  ASSERT_EQ(plan.status, 200) << plan.text;
  EXPECT_EQ(plan.json["empty"], false);
  EXPECT_TRUE(plan.json["resourceId"].is_null());
  EXPECT_EQ(plan.json["changes"].size(), 3u);
  EXPECT_EQ(plan.json["monthlyUsdAfter"], 18);
  EXPECT_EQ(world.get("/infrastructure/redis").json["items"], Json::array());

  const std::string id = world.deployed("old");
  const Answer nothing =
      world.send("POST", "/plans", Json{{"kind", "redis"}, {"spec", toy_cluster("old")}});
  EXPECT_EQ(nothing.json["empty"], true);
  EXPECT_EQ(nothing.json["resourceId"], id);
  EXPECT_EQ(nothing.json["generation"], 1);
}

/// Every item of a list, page by page.
std::vector<std::string> ids_by_page(World& world, const std::string& path, int limit, int& pages) {
  std::vector<std::string> ids;
  Json next;
  do {
    const std::string query = path + (path.find('?') == path.npos ? "?" : "&") +
                              "limit=" + std::to_string(limit) +
                              (next.is_null() ? "" : "&cursor=" + next.get<std::string>());
    const Answer page = world.get(query);
    EXPECT_EQ(page.status, 200) << page.text;
    for (const Json& item : page.json["items"]) ids.push_back(item["id"].get<std::string>());
    next = page.json["next"];
    ++pages;
  } while (!next.is_null() && pages < 50);
  return ids;
}

TEST(Pages, TogetherAreTheWholeListNewestFirst) {
  World world;
  std::vector<std::string> newest_first;
  for (int i = 0; i < 7; ++i)
    newest_first.insert(newest_first.begin(), world.deployed("c" + std::to_string(i)));
  for (const int limit : {1, 3, 7, 200}) {
    int pages = 0;
    EXPECT_EQ(ids_by_page(world, "/infrastructure/redis", limit, pages), newest_first);
    EXPECT_GE(pages, 7 / limit) << limit;
    pages = 0;
    EXPECT_EQ(ids_by_page(world, "/operations", limit, pages).size(), 7u);
    pages = 0;
    EXPECT_EQ(ids_by_page(world, "/operations?resourceId=" + newest_first[0], limit, pages).size(),
              1u);
  }
}

TEST(Catalog, ListsRegionsSizesAndProviders) {
  World world;
  EXPECT_EQ(world.get("/global/digitalocean/regions").json["items"][0]["slug"], "nyc1");
  const Json size = world.get("/global/digitalocean/sizes").json["items"][0];
  EXPECT_EQ(size["memoryBytes"], 1 << 30);
  const Json provider = world.get("/providers").json["items"][0];
  EXPECT_EQ(provider["usable"], true);
  EXPECT_EQ(provider["quotaRemaining"], 4999);
  EXPECT_TRUE(provider["quotaResetsAt"].is_null());
}

}  // namespace
}  // namespace ashlar::api
