// What kinds say of themselves, and that a second one is served like the first: by its own words.

#include <gmock/gmock.h>

#include "api/test_world.hpp"

namespace ashlar::api {
namespace {

using ::testing::HasSubstr;

/// Everything that the toy is, under other names and at another place.
engine::Kind teapot(Toy& toy) {
  engine::Kind kind = toy.kind();
  kind.name = "teapot";
  kind.title = "Teapot";
  kind.collection = "/tea/pots";
  kind.deploy_body = {.list = "pots", .item = "pot", .shared = {"type"}};
  kind.roles = {{"lid", "Lid"}, {"spout", "Spout"}};
  kind.secret_fields = {"guests[].password"};
  kind.display = {.node_columns = {{"heat", "water.kelvin", "K", ""}},
                  .addresses = "spouts",
                  .addresses_title = "Guests sit at"};
  kind.examples = {{"small", "One cup", {{"name", "cup"}}}};
  kind.actions.front().schema = {{"type", "object"}};
  const auto named = [](Plan plan) {
    plan.kind = "teapot";
    return plan;
  };
  kind.plan = [named, plan = kind.plan](const engine::PlanInput& input) {
    return named(plan(input));
  };
  kind.plan_delete = [named, plan = kind.plan_delete](const Json& spec, const Json& observed,
                                                      const Catalog& catalog) {
    return named(plan(spec, observed, catalog));
  };
  return kind;
}

struct TwoKinds : testing::Test {
  Toy toy;
  World world{{.more_kinds = {teapot(toy)}}};

  std::string deployed(const std::string& name) {
    const Answer answer =
        world.send("POST", "/tea/pots/deploy", Json{{"pots", Json::array({toy_cluster(name)})}});
    EXPECT_EQ(answer.status, 202) << answer.text;
    world.final_operation(answer.json["correlationId"].get<std::string>());
    return answer.json["operations"][0]["resourceId"].get<std::string>();
  }
};

TEST_F(TwoKinds, SayWhatTheyAre) {
  const Answer all = world.get("/kinds");
  ASSERT_EQ(all.status, 200) << all.text;
  ASSERT_EQ(all.json["items"].size(), 2u);
  const Json& pot = all.json["items"][1];
  EXPECT_EQ(pot, world.get("/kinds/teapot").json);
  EXPECT_EQ(pot["title"], "Teapot");
  EXPECT_EQ(pot["collection"], "/tea/pots");
  EXPECT_EQ(pot["list"], "pots");
  EXPECT_EQ(pot["item"], "pot");
  EXPECT_EQ(pot["shared"], Json::array({"type"}));
  EXPECT_EQ(pot["roles"][1], (Json{{"name", "spout"}, {"title", "Spout"}}));
  EXPECT_EQ(pot["secretFields"], Json::array({"guests[].password"}));
  EXPECT_EQ(
      pot["display"]["nodeColumns"][0],
      (Json{{"title", "heat"}, {"member", "water.kelvin"}, {"unit", "K"}, {"role", nullptr}}));
  EXPECT_EQ(pot["display"]["addressesTitle"], "Guests sit at");
  EXPECT_EQ(pot["examples"][0]["spec"], (Json{{"name", "cup"}}));
  EXPECT_EQ(all.json["items"][0]["collection"], "/infrastructure/redis");
  EXPECT_TRUE(all.json["items"][0]["display"]["addresses"].is_null());
}

TEST_F(TwoKinds, MarkSecretArguments) {
  const Json actions = world.get("/kinds/teapot").json["actions"];
  EXPECT_EQ(actions[0]["name"], "update");
  EXPECT_EQ(actions[0]["arguments"]["properties"]["systemPassword"]["writeOnly"], true);
}

TEST_F(TwoKinds, AreToldToAnyTokenAndOneThatIsNotThereIsNotFound) {
  const http::Headers little = bearer(world.token({"metrics:read"}));
  EXPECT_EQ(world.get("/kinds", little).status, 200);
  EXPECT_EQ(world.get("/kinds", {{"Authorization", ""}}).status, 401);
  const Answer missing = world.get("/kinds/kettle", little);
  EXPECT_EQ(missing.status, 404);
  EXPECT_THAT(missing.text, HasSubstr("there are: redis, teapot"));
}

TEST_F(TwoKinds, HaveEachTheirCollection) {
  const std::string pot = deployed("one");
  const std::string other = world.deployed("one");  // the same name, of the other kind
  const Answer list = world.get("/tea/pots");
  ASSERT_EQ(list.json["items"].size(), 1u) << list.text;
  EXPECT_EQ(list.json["items"][0]["id"], pot);
  EXPECT_EQ(world.get("/tea/pots/" + pot).status, 200);
  EXPECT_EQ(world.get("/tea/pots/" + other).status, 404);
  EXPECT_EQ(world.get("/infrastructure/redis/" + pot).status, 404);
  const Json patch{{"desiredState", {{"roles", {{"master", {{"count", 3}}}}}}}};
  EXPECT_EQ(world.send("PATCH", "/tea/pots/" + other, patch).status, 404);
  EXPECT_EQ(world.send("DELETE", "/infrastructure/redis/" + pot).status, 404);
  EXPECT_EQ(world.get("/servers?name=one").json["total"], 2);
  EXPECT_EQ(world.get("/servers?name=one&kind=teapot").json["total"], 1);
  EXPECT_EQ(world.get("/servers?region=nyc1&kind=teapot").json["items"][0]["nodes"], 2);
  const Answer patched = world.send("PATCH", "/tea/pots/" + pot, patch);
  ASSERT_EQ(patched.status, 202) << patched.text;
  world.final_operation(patched.json["correlationId"].get<std::string>());
  EXPECT_EQ(world.send("DELETE", "/tea/pots/" + pot).status, 202);
}

TEST_F(TwoKinds, AreDeployedInTheirOwnWords) {
  Json pot = toy_cluster("one");
  pot["region"] = "mars1";
  const Answer wrong =
      world.send("POST", "/tea/pots/deploy", Json{{"type", 7}, {"pots", Json::array({pot})}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(wrong.error_at("pots[0].region"), "is not a region; there is nyc1");
  const Answer foreign =
      world.send("POST", "/tea/pots/deploy", Json{{"clusters", Json::array({pot})}});
  EXPECT_EQ(foreign.error_at("clusters"), "is not known here; known are type, pots");
  const Answer shared = world.send(
      "POST", "/tea/pots/deploy",
      Json{{"type", "round"}, {"pots", Json::array({toy_cluster("one"), toy_cluster("two")})}});
  ASSERT_EQ(shared.status, 202) << shared.text;
  for (const Json& entry : shared.json["operations"])
    EXPECT_EQ(world.get("/servers/" + entry["resourceId"].get<std::string>()).json["spec"]["type"],
              "round");
  const Answer matched =
      world.send("POST", "/tea/pots/deploy",
                 Json{{"pots", Json::array({toy_cluster("one"), toy_cluster("two")})}},
                 {{"If-Match", "\"1\""}});
  EXPECT_EQ(matched.status, 400);
  EXPECT_THAT(matched.text, HasSubstr("more than one pot"));
}

TEST(Kinds, CannotHaveOneNameOrOneCollection) {
  Toy toy;
  engine::KindRegistry kinds;
  kinds.add(toy.kind());
  EXPECT_THROW(kinds.add(toy.kind()), Error);
  engine::Kind other = teapot(toy);
  other.collection = "/infrastructure/redis";
  EXPECT_THROW(kinds.add(std::move(other)), Error);
}

TEST(Asking, IsKeptWithTheNameOfTheTokenOrThePerson) {
  World world;
  const http::Headers ci =
      bearer(world.store->create_token(world.organization_id, "ci", {"*"}, world.clock.now())
                 .secret.reveal());
  world.toy.fail = true;
  const Answer deployed = world.deploy(toy_cluster("one"), ci);
  const std::string id = deployed.json["correlationId"].get<std::string>();
  const Json operation = world.final_operation(id);
  EXPECT_EQ(operation["actor"]["type"], "token");
  EXPECT_EQ(operation["actor"]["name"], "ci");
  EXPECT_TRUE(operation["actor"]["id"].get<std::string>().starts_with("tok_"));

  const Answer signed_in = world.send("POST", "/session", Json{{"token", world.admin}});
  const std::string cookie = signed_in.header("Set-Cookie");
  const http::Headers person{{"Authorization", ""},
                             {"Cookie", cookie.substr(0, cookie.find(';'))},
                             {"X-CSRF-Token", signed_in.json["csrfToken"].get<std::string>()}};
  EXPECT_EQ(world.send("POST", "/operations/" + id + "/cancel", std::string(), person).status, 202);
  world.final_operation(id);
  int by_person = 0;
  const Answer events = world.get("/operations/" + id + "/events");
  for (const Json& event : events.json["items"]) {
    const bool steers = event["type"] == "operation.cancelling";
    EXPECT_EQ(event["actor"]["type"], steers ? "user" : "token") << event;
    EXPECT_EQ(event["actor"]["name"], steers ? "administrator" : "ci") << event;
    by_person += steers;
  }
  EXPECT_EQ(by_person, 1);
}

}  // namespace
}  // namespace ashlar::api
