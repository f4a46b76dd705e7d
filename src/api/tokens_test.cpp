// Tokens as their organization sees them: listed, made with no more than their maker has, revoked.

#include <gmock/gmock.h>

#include "api/test_world.hpp"

namespace ashlar::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Json wanted(const Json& permissions, const Json& name = "dashboard") {
  return {{"name", name}, {"permissions", permissions}};
}

std::vector<std::string> token_names(const Answer& answer) {
  std::vector<std::string> all;
  for (const Json& item : answer.json.at("items")) all.push_back(item.at("name"));
  return all;
}

std::string id_of(World& world, const std::string& token) {
  return world.get("/me", bearer(token)).json.at("tokenId");
}

TEST(Tokens, AreMadeListedAndRevoked) {
  World world;
  const Answer made = world.send("POST", "/tokens", wanted({"servers:read", "operations:*"}));
  ASSERT_EQ(made.status, 201) << made.text;
  const std::string token = made.json.at("token");
  EXPECT_EQ(world.get("/servers", bearer(token)).status, 200);
  EXPECT_EQ(world.get("/operations", bearer(token)).status, 200);
  EXPECT_EQ(world.get("/providers", bearer(token)).status, 403);

  const Answer listed = world.get("/tokens");
  EXPECT_EQ(token_names(listed), (std::vector<std::string>{"administrator", "dashboard"}));
  EXPECT_EQ(listed.json["items"][0]["current"], true);
  EXPECT_EQ(listed.json["items"][1]["current"], false);
  EXPECT_EQ(listed.json["items"][1]["id"], made.json["id"]);

  const std::string path = "/tokens/" + made.json.at("id").get<std::string>();
  EXPECT_EQ(world.send("DELETE", path).status, 204);
  EXPECT_EQ(world.get("/servers", bearer(token)).status, 401);
  EXPECT_EQ(world.send("DELETE", path).status, 404);
  EXPECT_EQ(token_names(world.get("/tokens")), std::vector<std::string>{"administrator"});
}

TEST(Tokens, AreShownOnceAndNeverAgain) {
  World world;
  const Answer made = world.send("POST", "/tokens", wanted({"*"}));
  const std::string token = made.json.at("token");
  const Answer listed = world.get("/tokens", bearer(token));
  EXPECT_EQ(listed.status, 200);
  EXPECT_THAT(listed.text, Not(HasSubstr(token)));
  EXPECT_THAT(listed.text, Not(HasSubstr(world.admin)));
  EXPECT_EQ(made.header("Cache-Control"), "no-store");
}

TEST(Tokens, OfAnotherOrganizationDoNotExist) {
  World world;
  const std::string foreign = world.foreign_token();
  EXPECT_EQ(token_names(world.get("/tokens", bearer(foreign))).size(), 1u);
  EXPECT_EQ(world.get("/tokens").json["items"].size(), 1u);
  const Answer theirs = world.send("DELETE", "/tokens/" + id_of(world, foreign));
  EXPECT_EQ(theirs.status, 404);
  EXPECT_EQ(world.get("/me", bearer(foreign)).status, 200);
}

TEST(Tokens, GetNoPermissionThatTheirMakerLacks) {
  World world;
  const auto headers = bearer(world.token({"tokens:create", "servers:read"}));
  EXPECT_EQ(world.send("POST", "/tokens", wanted({"servers:read"}), headers).status, 201);
  for (const char* more : {"*", "servers:*", "servers:delete", "tokens:*", "tokens:delete"}) {
    const Answer refused = world.send("POST", "/tokens", wanted({"servers:read", more}), headers);
    EXPECT_EQ(refused.status, 422) << more;
    EXPECT_THAT(refused.error_at("permissions[1]"), HasSubstr("more than the token")) << more;
  }
  EXPECT_EQ(world.get("/tokens", headers).status, 403);
  EXPECT_EQ(
      world.send("DELETE", "/tokens/" + id_of(world, world.admin), std::string(), headers).status,
      403);
}

TEST(Tokens, AreRefusedWithEveryFaultNamed) {
  World world;
  const Answer unknown = world.send("POST", "/tokens", wanted({"servers:fly", 5}, ""));
  EXPECT_EQ(unknown.status, 422);
  EXPECT_THAT(unknown.error_at("permissions[0]"), HasSubstr("servers:read"));
  EXPECT_EQ(unknown.error_at("permissions[1]"), "must be a string");
  EXPECT_EQ(unknown.error_at("name"), "must have 1 to 100 characters");
  const Answer empty = world.send("POST", "/tokens", Json{{"color", "red"}});
  EXPECT_EQ(empty.error_at("name"), "is required");
  EXPECT_EQ(empty.error_at("permissions"), "must be a list of at least one");
  EXPECT_NE(empty.error_at("color"), "");
  EXPECT_EQ(world.get("/tokens").json["items"].size(), 1u) << "nothing was made";
}

TEST(Tokens, AreNotRevokedByThemselves) {
  World world;
  const Answer refused = world.send("DELETE", "/tokens/" + id_of(world, world.admin));
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.json.value("detail", ""), HasSubstr("this very request"));
  EXPECT_EQ(world.get("/me").status, 200);
}

}  // namespace
}  // namespace ashlar::api
