// Who may do what: authentication, permissions and organizations, over every route of the contract.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <map>

#include "api/test_world.hpp"

namespace ashlar::api {
namespace {

using ::testing::HasSubstr;

/// A path of the pattern with `id` in the place of {id}.
std::string filled(std::string pattern, const std::string& id, const std::string& step = "x") {
  if (const size_t at = pattern.find("{id}"); at != pattern.npos) pattern.replace(at, 4, id);
  if (const size_t at = pattern.find("{kind}"); at != pattern.npos) pattern.replace(at, 6, "redis");
  if (const size_t at = pattern.find("{stepId}"); at != pattern.npos) pattern.replace(at, 8, step);
  return pattern;
}

std::string body_for(const ContractRoute& route) {
  return route.method == "POST" || route.method == "PATCH" ? "{}" : "";
}

TEST(Contract, ListsExactlyTheRoutesThatAreServed) {
  World world;
  std::map<std::string, std::string> served, promised;
  for (const auto& route : world.api->routes())
    served[route.method + " " + route.pattern] = route.is_public ? "public" : route.permission;
  for (const auto& route : contract_routes())
    promised[route.label()] = route.is_public ? "public" : route.permission;
  EXPECT_EQ(served, promised);
  EXPECT_GE(promised.size(), 23u);
}

TEST(Authentication, IsNeededByEveryRouteButHealthAndSignIn) {
  World world;
  for (const auto& route : contract_routes()) {
    const std::string path = filled(route.pattern, "x");
    if (route.label() == "POST /session") continue;  // session_test.cpp
    if (route.is_public) {
      EXPECT_THAT(route.pattern, HasSubstr("/health"));
      EXPECT_EQ(world.get(path, {{"Authorization", ""}}).status, 200) << route.label();
      continue;
    }
    for (const std::string wrong : {"", "Bearer", "Bearer ", "Bearer nonsense", "Basic dTpw"}) {
      const Answer answer =
          world.send(route.method, path, body_for(route), {{"Authorization", wrong}});
      EXPECT_EQ(answer.status, 401) << route.label() << " with '" << wrong << "'";
      EXPECT_EQ(answer.json["code"], "unauthenticated");
      EXPECT_THAT(answer.header("WWW-Authenticate"), HasSubstr("Bearer"));
    }
  }
}

TEST(Authentication, ComesBeforeSayingWhichPathsExist) {
  World world;
  EXPECT_EQ(world.get("/nothing/here", {{"Authorization", ""}}).status, 401);
  EXPECT_EQ(world.get("/nothing/here").status, 404);
}

TEST(Permissions, AreNamedWhenTheyLackAndEnoughWhenTheyAreThere) {
  World world;
  const std::string none = world.token({});
  for (const auto& route : contract_routes()) {
    if (route.permission.empty()) continue;
    const std::string path = filled(route.pattern, "x");
    const Answer refused = world.send(route.method, path, body_for(route), bearer(none));
    EXPECT_EQ(refused.status, 403) << route.label();
    EXPECT_THAT(refused.json["detail"].get<std::string>(), HasSubstr(route.permission));
    const std::string group = route.permission.substr(0, route.permission.find(':')) + ":*";
    for (const std::string& enough : {route.permission, group}) {
      const Answer allowed =
          world.send(route.method, path, body_for(route), bearer(world.token({enough})));
      EXPECT_NE(allowed.status, 403) << route.label() << " with " << enough << ": " << allowed.text;
      EXPECT_NE(allowed.status, 401) << route.label();
    }
  }
}

TEST(Permissions, OfOneGroupGiveNothingInAnother) {
  World world;
  const std::string servers = world.token({"servers:*"});
  EXPECT_EQ(world.get("/operations", bearer(servers)).status, 403);
  EXPECT_EQ(world.get("/infrastructure/redis", bearer(servers)).status, 200);
  const std::string reader = world.token({"servers:read"});
  EXPECT_EQ(world.get("/servers/x/credentials", bearer(reader)).status, 403);
}

TEST(Permissions, ToCreateAreNotEnoughToChangeWhatExists) {
  World world;
  world.deployed("mine");
  const std::string creator = world.token({"servers:create"});
  const Answer refused = world.deploy(toy_cluster("mine", 3), bearer(creator));
  EXPECT_EQ(refused.status, 403) << refused.text;
  EXPECT_THAT(refused.json["detail"].get<std::string>(), HasSubstr("servers:update"));
  EXPECT_EQ(world.deploy(toy_cluster("other"), bearer(creator)).status, 202);
}

TEST(Permissions, ToCreateAreEnoughToRepeatACreation) {
  World world;
  http::Headers headers = bearer(world.token({"servers:create"}));
  headers["Idempotency-Key"] = "create-1";
  const Answer first = world.deploy(toy_cluster("mine"), headers);
  ASSERT_EQ(first.status, 202) << first.text;
  EXPECT_EQ(world.deploy(toy_cluster("mine"), headers).json, first.json);
  EXPECT_EQ(world.deploy(toy_cluster("mine", 3), headers).status, 409) << "another request";
}

/// What a stranger's request to a route does, given ids of our organization.
enum class Isolation {
  kNotFound,    // the id is not found
  kEmptyList,   // the list does not show ours
  kOwnThings,   // acts on the stranger's own organization only; checked one by one elsewhere
  kNothingOurs  // nothing in it belongs to an organization
};

const std::map<std::string, Isolation>& isolation_table() {
  static const std::map<std::string, Isolation> table{
      {"POST /infrastructure/redis/deploy", Isolation::kOwnThings},
      {"GET /infrastructure/redis", Isolation::kEmptyList},
      {"GET /infrastructure/redis/{id}", Isolation::kNotFound},
      {"PATCH /infrastructure/redis/{id}", Isolation::kNotFound},
      {"DELETE /infrastructure/redis/{id}", Isolation::kNotFound},
      {"GET /kinds", Isolation::kNothingOurs},
      {"GET /kinds/{kind}", Isolation::kNothingOurs},
      {"GET /servers", Isolation::kEmptyList},
      {"GET /servers/{id}", Isolation::kNotFound},
      {"GET /servers/{id}/events", Isolation::kNotFound},
      {"GET /servers/{id}/series", Isolation::kNotFound},
      {"PATCH /servers/{id}", Isolation::kNotFound},
      {"DELETE /servers/{id}", Isolation::kNotFound},
      {"GET /servers/{id}/credentials", Isolation::kNotFound},
      {"PATCH /servers/{id}/upgrade", Isolation::kNotFound},
      {"PATCH /servers/{id}/downgrade", Isolation::kNotFound},
      {"PATCH /servers/{id}/stop", Isolation::kNotFound},
      {"PATCH /servers/{id}/start", Isolation::kNotFound},
      {"PATCH /servers/{id}/switchover", Isolation::kNotFound},
      {"PATCH /servers/{id}/rotate", Isolation::kNotFound},
      {"PATCH /servers/{id}/heal", Isolation::kNotFound},
      {"PATCH /servers/{id}/reassign", Isolation::kNotFound},
      {"PATCH /servers/{id}/reissue", Isolation::kNotFound},
      {"PATCH /servers/{id}/throttle", Isolation::kNotFound},
      {"GET /servers/{id}/drift", Isolation::kNotFound},
      {"POST /servers/{id}/plans/delete", Isolation::kNotFound},
      {"POST /servers/{id}/plans/{action}", Isolation::kNotFound},
      {"POST /plans", Isolation::kOwnThings},
      {"GET /tokens", Isolation::kOwnThings},
      {"POST /tokens", Isolation::kOwnThings},
      {"DELETE /tokens/{id}", Isolation::kNotFound},
      {"GET /operations", Isolation::kEmptyList},
      {"GET /operations/{id}", Isolation::kNotFound},
      {"POST /operations/{id}/cancel", Isolation::kNotFound},
      {"POST /operations/{id}/retry", Isolation::kNotFound},
      {"GET /operations/{id}/events", Isolation::kNotFound},
      {"GET /operations/{id}/steps/{stepId}/output", Isolation::kNotFound},
      {"GET /operations/{id}/events/stream", Isolation::kNotFound},
      {"GET /global/digitalocean/regions", Isolation::kNothingOurs},
      {"GET /global/digitalocean/sizes", Isolation::kNothingOurs},
      {"GET /providers", Isolation::kNothingOurs},
      {"GET /orphans", Isolation::kEmptyList},
      {"DELETE /orphans/{provider}/{type}/{id}", Isolation::kNotFound},
      {"GET /me", Isolation::kOwnThings},
      {"POST /session", Isolation::kOwnThings},
      {"GET /session", Isolation::kOwnThings},
      {"DELETE /session", Isolation::kOwnThings},
      {"GET /health", Isolation::kNothingOurs},
      {"GET /health/live", Isolation::kNothingOurs},
      {"GET /health/ready", Isolation::kNothingOurs},
      {"GET /metrics", Isolation::kNothingOurs},
  };
  return table;
}

TEST(Organizations, SeeNothingOfEachOtherOnAnyRoute) {
  World world;
  world.toy.fail = true;  // so that cancel and retry would be possible
  const Answer deploy = world.deploy(toy_cluster("ours"));
  const std::string operation = deploy.json["correlationId"].get<std::string>();
  const std::string resource = deploy.json["operations"][0]["resourceId"].get<std::string>();
  EXPECT_EQ(world.final_operation(operation)["state"], "failed");
  // What an observation may change at any time says nothing of what strangers did.
  const auto declared = [&] {
    Json view = world.get("/servers/" + resource).json;
    for (const char* observed : {"status", "updatedAt"}) view.erase(observed);
    return view;
  };
  const Json before = declared();
  const http::Headers stranger = bearer(world.foreign_token());
  const std::string token = world.get("/me").json.at("tokenId");

  const std::string step = world.get("/operations/" + operation).json["steps"][0]["id"];
  std::map<std::string, Isolation> uncovered = isolation_table();
  for (const auto& route : contract_routes()) {
    const auto found = isolation_table().find(route.label());
    ASSERT_NE(found, isolation_table().end()) << route.label() << " has no case here";
    uncovered.erase(route.label());
    const std::string id = route.pattern.starts_with("/operations") ? operation
                           : route.pattern.starts_with("/tokens")   ? token
                                                                    : resource;
    if (found->second == Isolation::kNotFound) {
      EXPECT_EQ(world.send(route.method, filled(route.pattern, id, step), body_for(route), stranger)
                    .status,
                404)
          << route.label();
    } else if (found->second == Isolation::kEmptyList) {
      const Answer list = world.get(route.pattern, stranger);
      EXPECT_EQ(list.status, 200) << list.text;
      EXPECT_EQ(list.json["items"], Json::array()) << route.label();
    } else if (found->second == Isolation::kNothingOurs) {
      const Answer answer = world.get(filled(route.pattern, id), stranger);
      EXPECT_EQ(answer.status, 200) << route.label();
      for (const std::string& ours :
           {resource, operation, world.organization_id, std::string("ours")})
        EXPECT_EQ(answer.text.find("\"" + ours + "\""), std::string::npos) << route.label();
    }
  }
  for (const auto& [label, isolation] : uncovered)
    ADD_FAILURE() << label << " is not in the contract";
  EXPECT_EQ(declared(), before);
  EXPECT_EQ(world.get("/operations", stranger).json["items"], Json::array());
  EXPECT_EQ(world.get("/operations?resourceId=" + resource, stranger).json["items"], Json::array());
}

TEST(Organizations, MayUseTheSameNames) {
  World world;
  const std::string ours = world.deployed("shared-name");
  const http::Headers stranger = bearer(world.foreign_token());
  const Answer plan = world.send(
      "POST", "/plans", Json{{"kind", "redis"}, {"spec", toy_cluster("shared-name")}}, stranger);
  EXPECT_EQ(plan.status, 200) << plan.text;
  EXPECT_TRUE(plan.json["resourceId"].is_null()) << "the plan saw another organization's resource";
  const Answer theirs = world.deploy(toy_cluster("shared-name"), stranger);
  EXPECT_EQ(theirs.status, 202) << theirs.text;
  EXPECT_NE(theirs.json["operations"][0]["resourceId"], ours);
  EXPECT_EQ(world.get("/infrastructure/redis", stranger).json["items"].size(), 1u);
  EXPECT_EQ(world.get("/infrastructure/redis").json["items"].size(), 1u);
  EXPECT_EQ(world.get("/me", stranger).json["organizationId"], world.foreign_organization_id);
}

TEST(Organizations, MayUseTheSameIdempotencyKeys) {
  World world;
  const http::Headers stranger = bearer(world.foreign_token());
  const Answer ours = world.deploy(toy_cluster("a"), {{"Idempotency-Key", "one"}});
  http::Headers theirs_headers = stranger;
  theirs_headers["Idempotency-Key"] = "one";
  const Answer theirs = world.deploy(toy_cluster("a"), theirs_headers);
  EXPECT_EQ(theirs.status, 202) << theirs.text;
  EXPECT_NE(ours.json["correlationId"], theirs.json["correlationId"]);
}

TEST(Answers, CarrySecurityHeadersAndARequestId) {
  World world;
  for (const Answer& answer : {world.get("/me"), world.get("/nothing"), world.get("/health")}) {
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_THAT(answer.header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_FALSE(answer.header("X-Request-Id").empty());
  }
  const Answer missing = world.get("/nothing");
  EXPECT_EQ(missing.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(missing.json["requestId"], missing.header("X-Request-Id"));
}

TEST(Answers, OfHealthAndMetricsAreTheSameAtTheRoot) {
  World world;
  const auto at_root = [&](const std::string& path, const http::Headers& headers) {
    return world.client.send({.url = world.server->url() + path, .headers = headers});
  };
  for (const char* path : {"/health", "/health/live", "/health/ready"}) {
    const auto answer = at_root(path, {});
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.body, world.get(path).text) << path;
  }
  EXPECT_EQ(at_root("/metrics", {}).status, 401);
  EXPECT_EQ(at_root("/metrics", bearer(world.token({"servers:read"}))).status, 403);
  EXPECT_THAT(at_root("/metrics", bearer(world.admin)).body, HasSubstr("ashlar_build_info"));
  for (const char* path : {"/me", "/servers", "/health/x"})
    EXPECT_EQ(at_root(path, bearer(world.admin)).status, 404) << path;
}

TEST(Answers, ToHeadHaveNoBody) {
  World world;
  const Answer head = world.send("HEAD", "/me");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.text, "");
}

TEST(Metrics, CountRequestsByPatternAndNeverById) {
  World world;
  world.get("/servers/res_secretly_long_id");
  world.get("/nowhere/at/all");
  world.send("BREW", "/me");
  const std::string text = world.get("/metrics").text;
  EXPECT_THAT(
      text,
      HasSubstr(
          R"(ashlar_http_requests_total{method="GET",route="/servers/{id}",status="404"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(route="none",status="404"})"));
  EXPECT_THAT(text, HasSubstr("ashlar_engine_transitions_total"));
  EXPECT_THAT(text, HasSubstr(R"(ashlar_build_info{version="1.2.3"} 1)"));
  EXPECT_EQ(text.find("secretly"), std::string::npos);
  EXPECT_EQ(text.find("BREW"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::api
