// Actions on resources that exist, their previews, and drift.

#include <gmock/gmock.h>

#include "api/test_world.hpp"

namespace ashlar::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const char* const kActions[] = {"upgrade",    "downgrade", "stop", "start",
                                "switchover", "rotate",    "heal"};

TEST(Actions, StartOperationsNamedAfterThem) {
  World world;
  const std::string id = world.deployed("one");
  for (const std::string action : kActions) {
    const Answer answer = world.send("PATCH", "/servers/" + id + "/" + action, Json::object());
    ASSERT_EQ(answer.status, 202) << action << answer.text;
    EXPECT_EQ(answer.json["operations"][0]["summary"], action + " the toy");
    const Json operation = world.final_operation(answer.json["correlationId"].get<std::string>());
    EXPECT_EQ(operation["state"], "succeeded") << action;
    EXPECT_EQ(operation["action"], action);
  }
}

TEST(Actions, NeedNoBodyWhenTheyTakeNoArguments) {
  World world;
  const std::string id = world.deployed("one");
  const Answer stop = world.send("PATCH", "/servers/" + id + "/stop");
  ASSERT_EQ(stop.status, 202) << stop.text;
  world.final_operation(stop.json["correlationId"].get<std::string>());
  EXPECT_EQ(world.get("/servers/" + id).json["state"], "stopped");
}

TEST(Actions, AreRefusedWhenTheyAreAskedForWrongly) {
  World world;
  const std::string id = world.deployed("one");
  for (const std::string action : kActions) {
    SCOPED_TRACE(action);
    const std::string path = "/servers/" + id + "/" + action;
    EXPECT_EQ(world.send("PATCH", path, std::string("{")).status, 400);
    EXPECT_EQ(world.send("PATCH", path, std::string("[]")).status, 422);
    EXPECT_EQ(world.send("PATCH", path, std::string("{}"), {{"Content-Type", "text/plain"}}).status,
              415);
    EXPECT_EQ(world.send("PATCH", path, Json::object(), {{"If-Match", "\"7\""}}).status, 412);
    EXPECT_EQ(world.send("PATCH", path, Json::object(), {{"If-Match", "7"}}).status, 400);
    EXPECT_EQ(world.send("PATCH", path, Json::object(), {{"Idempotency-Key", "a b"}}).status, 400);
    EXPECT_EQ(world.send("PATCH", "/servers/res_none/" + action, Json::object()).status, 404);
    EXPECT_EQ(world.send("POST", path, Json::object()).status, 405);
    const Answer unknown = world.send("PATCH", path, Json{{"sideways", 1}});
    EXPECT_EQ(unknown.status, 422);
    EXPECT_EQ(unknown.error_at("sideways"), "is not an argument of " + action);
  }
  EXPECT_EQ(world.send("PATCH", "/servers/" + id + "/explode", Json::object()).status, 404);
  EXPECT_EQ(world.send("PATCH", "/servers/" + id + "/update", Json::object()).status, 404);
  const Answer count = world.send("PATCH", "/servers/" + id + "/upgrade", Json{{"count", 10}});
  EXPECT_EQ(count.error_at("count"), "must be from 1 to 9");
  EXPECT_EQ(world.get("/operations").json["items"].size(), 1U) << "only the deployment";
}

TEST(Actions, ConflictWithTheStateOfTheResource) {
  World world;
  const std::string id = world.deployed("one");
  world.send("PATCH", "/servers/" + id, Json{{"vpcUUID", "running"}});
  const Answer started = world.send("PATCH", "/servers/" + id + "/start", Json::object());
  EXPECT_EQ(started.status, 409);
  EXPECT_THAT(started.json["detail"].get<std::string>(), HasSubstr("runs already"));
  world.toy.hold = true;
  const Answer busy = world.send("PATCH", "/servers/" + id,
                                 Json{{"desiredState", {{"roles", {{"master", {{"count", 3}}}}}}}});
  ASSERT_EQ(busy.status, 202) << busy.text;
  const Answer stop = world.send("PATCH", "/servers/" + id + "/stop", Json::object());
  EXPECT_EQ(stop.status, 409);
  EXPECT_THAT(stop.json["detail"].get<std::string>(),
              HasSubstr(busy.json["correlationId"].get<std::string>()));
}

TEST(Actions, RepeatedWithAKeyHaveOneEffect) {
  World world;
  const std::string path = "/servers/" + world.deployed("one") + "/heal";
  const Answer first = world.send("PATCH", path, Json::object(), {{"Idempotency-Key", "k"}});
  EXPECT_EQ(world.send("PATCH", path, Json::object(), {{"Idempotency-Key", "k"}}).json, first.json);
  world.final_operation(first.json["correlationId"].get<std::string>());
  EXPECT_EQ(world.send("PATCH", path, Json::object(), {{"Idempotency-Key", "k"}}).json, first.json);
}

TEST(Actions, ArePermittedByUpdateOrByTheirOwnName) {
  World world;
  const std::string path = "/servers/" + world.deployed("one") + "/stop";
  const auto status = [&](const std::string& permission) {
    return world.send("PATCH", path, Json{{"x", 1}}, bearer(world.token({permission}))).status;
  };
  EXPECT_EQ(status("servers:update"), 422);
  EXPECT_EQ(status("servers:stop"), 422);
  EXPECT_EQ(status("servers:upgrade"), 403);
  EXPECT_EQ(status("servers:read"), 403);
}

TEST(Actions, NeverShowASecretArgument) {
  World world;
  const std::string id = world.deployed("one");
  const std::string path = "/servers/" + id + "/rotate";
  for (const Json& bad :
       {Json{{"systemPassword", 918273645546}}, Json{{"systemPassword", "weak-1"}}}) {
    const Answer answer = world.send("PATCH", path, bad);
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(answer.text, Not(HasSubstr(dump(bad["systemPassword"]))));
    EXPECT_THAT(answer.text, Not(HasSubstr("weak-1")));
  }
  const std::string canary = "canary-rotated-password";
  const Answer answer = world.send("PATCH", path, Json{{"systemPassword", canary}});
  ASSERT_EQ(answer.status, 202) << answer.text;
  const std::string operation = answer.json["correlationId"].get<std::string>();
  world.final_operation(operation);
  for (const std::string& shown :
       {answer.text, world.get("/operations/" + operation).text,
        world.get("/operations/" + operation + "/events").text, world.get("/servers/" + id).text})
    EXPECT_THAT(shown, Not(HasSubstr(canary)));
  EXPECT_EQ(world.get("/servers/" + id + "/credentials").json["password"], canary);
}

TEST(ActionPlans, ShowWhatWouldBeDoneAndDoNothing) {
  World world;
  const std::string id = world.deployed("one");
  const Answer plan = world.send("POST", "/servers/" + id + "/plans/upgrade", Json{{"count", 4}});
  ASSERT_EQ(plan.status, 200) << plan.text;
  EXPECT_EQ(plan.json["action"], "upgrade");
  EXPECT_EQ(plan.json["generation"], 1);
  EXPECT_EQ(
      plan.json["specChanges"],
      Json::array({{{"path", "desiredState.roles.master.count"}, {"before", 2}, {"after", 4}}}));
  const Answer update =
      world.send("POST", "/servers/" + id + "/plans/update", Json{{"enableTLS", true}});
  EXPECT_EQ(update.json["empty"], true) << update.text;
  EXPECT_EQ(update.json["specChanges"][0]["path"], "enableTLS");
  EXPECT_EQ(world.send("POST", "/servers/" + id + "/plans/explode", Json::object()).status, 404);
  EXPECT_EQ(world.send("POST", "/servers/" + id + "/plans/upgrade", Json{{"x", 1}}).error_at("x"),
            "is not an argument of upgrade");
  EXPECT_EQ(world.get("/operations").json["items"].size(), 1U);
  EXPECT_EQ(world.get("/servers/" + id).json["generation"], 1);
}

TEST(Drift, TellsWhatAshlarIsGoingToDoByItself) {
  World world;
  const std::string id = world.deployed("one");
  world.toy.wanted = {{.node = "toy-1",
                       .what = "old",
                       .because = "toy-1 is old",
                       .action = "rotate",
                       .actor = schedule("toys"),
                       .waits_for = "toy-2 is broken"},
                      {.node = "toy-2", .what = "x", .because = "x", .action = "no such action"}};
  for (const char* path : {"/drift", ""}) {
    const Json tasks = world.get("/servers/" + id + path).json["healing"]["tasks"];
    ASSERT_EQ(tasks.size(), 1U) << path;
    EXPECT_EQ(tasks[0]["action"], "rotate");
    EXPECT_EQ(tasks[0]["actor"]["name"], "toys");
    EXPECT_EQ(tasks[0]["nodes"], Json::array({"toy-1"}));
    EXPECT_EQ(tasks[0]["because"], "toy-1 is old");
    EXPECT_EQ(tasks[0]["waitsBecause"], "toy-2 is broken");
    EXPECT_EQ(tasks[0]["notBefore"], nullptr);
  }
}

TEST(Operations, SayWhyAshlarBeganThemByItself) {
  World world;
  const std::string id = world.deployed("one");
  const auto begin = [&](const engine::Engine::AcceptOptions& how) {
    const auto begun = world.engine->act(world.organization_id, id, "heal", Json::object(), how);
    return world.final_operation(begun.operation->id);
  };
  engine::Engine::AcceptOptions how;
  how.because = "toy-1 is old";
  how.tasks = {"toy-1 old"};
  how.actor = schedule("toys");
  EXPECT_EQ(begin(how)["because"], "toy-1 is old");
  EXPECT_EQ(begin({})["because"], nullptr);
}

TEST(Drift, IsWhatWasObservedLast) {
  World world;
  const std::string id = world.deployed("one");
  const Answer drift = world.get("/servers/" + id + "/drift?refresh=true");
  ASSERT_EQ(drift.status, 200) << drift.text;
  EXPECT_EQ(drift.json["drifted"], true);
  EXPECT_EQ(drift.json["health"], "healthy");
  EXPECT_EQ(drift.json["healing"]["waitsFor"], nullptr);
  EXPECT_EQ(drift.json["healing"]["tasks"], Json::array());
  EXPECT_EQ(drift.json["items"][0]["what"], "size");
  EXPECT_EQ(world.get("/servers/" + id + "/drift").json["items"], drift.json["items"]);
  EXPECT_EQ(world.get("/servers/" + id + "/drift?refresh=1").status, 400);
  EXPECT_EQ(world.get("/servers/res_none/drift").status, 404);
}

}  // namespace
}  // namespace ashlar::api
