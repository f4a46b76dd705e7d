#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_world.hpp"

namespace ashlar::api {
namespace {

using ::testing::HasSubstr;

Orphan orphan(const std::string& resource_id, const World& world) {
  return {.type = "machine",
          .provider_id = "7",
          .name = "prod-master-1",
          .region = "nyc1",
          .size = "s-1vcpu-1gb",
          .resource_id = resource_id,
          .because = "redis 'prod' was deleted",
          .monthly_usd = 6,
          .created_at = world.clock.now() - std::chrono::hours(2)};
}

TEST(Orphans, AreListedWithTheirCostAndAge) {
  World world;
  world.left_behind = {orphan(world.deployed("prod"), world)};
  const Answer listed = world.get("/orphans");
  ASSERT_EQ(listed.status, 200) << listed.text;
  EXPECT_EQ(listed.json["monthlyUsd"], 6);
  ASSERT_EQ(listed.json["items"].size(), 1u);
  const Json& item = listed.json["items"][0];
  EXPECT_EQ(item["provider"], "digitalocean");
  EXPECT_EQ(item["because"], "redis 'prod' was deleted");
  EXPECT_GE(item["ageSeconds"], 7'200);
  EXPECT_LE(item["ageSeconds"], 7'260);
}

TEST(Orphans, AreTheirOwnOrganizationsOnly) {
  World world;
  world.left_behind = {orphan(world.deployed("prod"), world)};
  const http::Headers foreign = bearer(world.foreign_token());
  EXPECT_TRUE(world.get("/orphans", foreign).json["items"].empty());
  const std::string path = "/orphans/digitalocean/machine/7";
  EXPECT_EQ(world.send("DELETE", path, std::string(), foreign).status, 404);
  EXPECT_EQ(world.send("DELETE", path).status, 202);
}

TEST(Orphans, NeedPermissionsOfTheirOwn) {
  World world;
  world.left_behind = {orphan(world.deployed("prod"), world)};
  const http::Headers viewer = bearer(world.token({"orphans:read"}));
  EXPECT_EQ(world.get("/orphans", viewer).status, 200);
  EXPECT_EQ(world.get("/orphans", bearer(world.token({"servers:read"}))).status, 403);
  const Answer refused =
      world.send("DELETE", "/orphans/digitalocean/machine/7", std::string(), viewer);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.text, HasSubstr("orphans:delete"));
}

TEST(Orphans, AreNamedByAProviderThatExists) {
  World world;
  EXPECT_EQ(world.send("DELETE", "/orphans/nowhere/machine/7").status, 404);
}

}  // namespace
}  // namespace ashlar::api
