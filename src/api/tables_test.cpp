// Tables of many resources and operations, events of a resource, and its curves.

#include <gmock/gmock.h>

#include <set>

#include "api/test_world.hpp"

namespace ashlar::api {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> names(const Answer& answer) {
  EXPECT_EQ(answer.status, 200) << answer.text;
  std::vector<std::string> all;
  for (const Json& item : answer.json["items"]) all.push_back(item["name"].get<std::string>());
  return all;
}

using Names = std::vector<std::string>;

TEST(Table, ShowsALineOfEachResource) {
  World world;
  const std::string id = world.deployed("one");
  const Answer answer = world.get("/servers?kind=redis");
  ASSERT_EQ(names(answer), Names{"one"}) << answer.text;
  const Json& row = answer.json["items"][0];
  EXPECT_EQ(row["id"], id);
  EXPECT_EQ(row["state"], "active");
  EXPECT_EQ(row["region"], "nyc1");
  EXPECT_EQ(row["nodeCounts"], (Json{{"master", 2}}));
  EXPECT_EQ(row["nodes"], 2);
  EXPECT_EQ(row["monthlyUsd"], 12);
  EXPECT_EQ(row["operation"]["id"], row["currentOperationId"]);
  EXPECT_EQ(row["operation"]["state"], "succeeded");
  EXPECT_EQ(row["operation"]["progressPercent"], 100);
  EXPECT_FALSE(row.contains("spec"));
  EXPECT_EQ(answer.json["total"], 1);
  EXPECT_EQ(world.get("/servers/" + id).json["monthlyUsd"], 12);
}

TEST(Table, FiltersSortsAndPagesBothTables) {
  World world;
  for (const std::string name : {"prod-b", "prod-a", "dev"}) world.deployed(name);
  for (const std::string table : {"/servers", "/infrastructure/redis"}) {
    EXPECT_EQ(names(world.get(table)), (Names{"dev", "prod-a", "prod-b"})) << table;
    EXPECT_EQ(names(world.get(table + "?name=PROD&sort=name&order=asc")),
              (Names{"prod-a", "prod-b"}));
    EXPECT_EQ(names(world.get(table + "?state=failed,degraded")), Names{});
    EXPECT_EQ(names(world.get(table + "?state=failed&state=active&region=nyc1")).size(), 3u);
    EXPECT_EQ(names(world.get(table + "?region=ams3")), Names{});
    const Answer first = world.get(table + "?sort=name&order=desc&limit=2");
    EXPECT_EQ(names(first), (Names{"prod-b", "prod-a"}));
    EXPECT_EQ(first.json["total"], 3);
    const std::string next = first.json["next"].get<std::string>();
    const Answer second = world.get(table + "?sort=name&order=desc&limit=2&cursor=" + next);
    EXPECT_EQ(names(second), Names{"dev"});
    EXPECT_TRUE(second.json["next"].is_null());
    const Answer other = world.get(table + "?sort=region&cursor=" + next);
    EXPECT_EQ(other.status, 400);
    EXPECT_THAT(other.text, HasSubstr("cursor"));
  }
  EXPECT_EQ(names(world.get("/servers?kind=kafka")), Names{});
}

TEST(Table, RefusesWhatNoColumnCanMean) {
  World world;
  for (const std::string& query :
       {std::string("state=sleeping"), std::string("sort=colour"), std::string("order=sideways"),
        "name=" + std::string(101, 'a'), "region=" + std::string(101, 'a'), std::string("limit=0"),
        std::string("cursor=x")}) {
    const Answer answer = world.get("/servers?" + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_THAT(answer.json.value("detail", ""), HasSubstr(query.substr(0, query.find('='))));
  }
  std::string many = "/servers?type=a";
  for (int i = 0; i < 60; ++i) many += ",a";
  EXPECT_EQ(world.get(many).status, 400);
  EXPECT_EQ(world.get("/operations?state=active").status, 400) << "a state of resources";
}

TEST(Table, OfOperationsFiltersAndCounts) {
  World world;
  const std::string one = world.deployed("one");
  world.deployed("two");
  world.toy.fail = true;
  const Answer failed = world.deploy(toy_cluster("three"));
  const std::string id = failed.json["correlationId"].get<std::string>();
  world.final_operation(id);
  EXPECT_EQ(world.get("/operations").json["total"], 3);
  const Answer found = world.get("/operations?state=failed,cancelled&action=deploy");
  EXPECT_EQ(found.json["total"], 1);
  EXPECT_EQ(found.json["items"][0]["id"], id);
  EXPECT_EQ(world.get("/operations?resourceId=" + one).json["total"], 1);
  EXPECT_EQ(world.get("/operations?action=upgrade").json["total"], 0);
}

TEST(Operation, ShowsWhatItsPlanSaid) {
  World world;
  const Answer deploy = world.deploy(toy_cluster("one"));
  const Json operation = world.final_operation(deploy.json["correlationId"].get<std::string>());
  ASSERT_EQ(operation["changes"].size(), 2u);
  EXPECT_EQ(operation["changes"][0]["action"], "create");
  EXPECT_EQ(operation["changes"][0]["monthlyUsdAfter"], 6);
  EXPECT_EQ(operation["disruptions"], Json::array());
  EXPECT_EQ(operation["notes"], Json::array());
  const Json& last = operation["steps"].back();
  EXPECT_EQ(last["after"], (Json{"make/1", "make/2"}));
  EXPECT_EQ(last["irreversible"], false);
}

TEST(Operation, SaysWhichStepsCannotBeUndone) {
  World world;
  const std::string id = world.deployed("one");
  const Answer removal = world.send("DELETE", "/servers/" + id);
  ASSERT_EQ(removal.status, 202) << removal.text;
  const Json operation = world.final_operation(removal.json["correlationId"].get<std::string>());
  EXPECT_EQ(operation["steps"][0]["key"], "destroy");
  EXPECT_EQ(operation["steps"][0]["irreversible"], true);
}

TEST(ServerEvents, AreThoseOfAllItsOperations) {
  World world;
  const std::string id = world.deployed("one");
  world.deployed("two");
  const Answer grown = world.deploy(toy_cluster("one", 3));
  world.final_operation(grown.json["correlationId"].get<std::string>());
  std::set<std::string> operations;
  std::string cursor, last = "9999";
  int count = 0;
  do {
    const Answer page = world.get("/servers/" + id + "/events?limit=7" +
                                  (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(page.status, 200) << page.text;
    for (const Json& event : page.json["items"]) {
      operations.insert(event["operationId"].get<std::string>());
      EXPECT_LE(event["at"].get<std::string>(), last);
      last = event["at"].get<std::string>();
      ++count;
    }
    cursor = page.json["next"].is_null() ? "" : page.json["next"].get<std::string>();
  } while (!cursor.empty());
  EXPECT_EQ(operations.size(), 2u);
  EXPECT_GT(count, 14);
  EXPECT_EQ(world.get("/servers/" + id + "/events?cursor=x").status, 400);
  EXPECT_EQ(world.get("/servers/x/events").status, 404);
}

TEST(Series, HoldAValueForEachLook) {
  World world;
  const std::string id = world.deployed("one");
  const Answer before = world.get("/servers/" + id + "/series");
  EXPECT_EQ(before.json["times"], Json::array());
  EXPECT_EQ(before.json["series"], Json::array());
  EXPECT_EQ(world.get("/servers/" + id + "?refresh=true").status, 200);
  const Answer grown = world.deploy(toy_cluster("one", 3));
  world.final_operation(grown.json["correlationId"].get<std::string>());
  EXPECT_EQ(world.get("/servers/" + id + "?refresh=true").status, 200);

  const Json answer = world.get("/servers/" + id + "/series?minutes=360").json;
  EXPECT_EQ(answer["resourceId"], id);
  EXPECT_EQ(answer["times"].size(), 2u);
  ASSERT_EQ(answer["series"].size(), 3u);
  EXPECT_EQ(answer["series"][0], (Json{{"metric", "made"}, {"node", "toy-1"}, {"values", {1, 1}}}));
  EXPECT_EQ(answer["series"][2],
            (Json{{"metric", "made"}, {"node", "toy-3"}, {"values", {nullptr, 1}}}));
  EXPECT_EQ(world.get("/servers/" + id + "/series?metric=other").json["series"], Json::array());
  EXPECT_EQ(world.get("/servers/" + id + "/series?minutes=361").status, 400);
  EXPECT_EQ(world.get("/servers/" + id + "/series?minutes=0").status, 400);
  EXPECT_EQ(world.get("/servers/x/series").status, 404);
}

}  // namespace
}  // namespace ashlar::api
