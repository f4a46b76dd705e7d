#include "kinds/redis/server/credentials.hpp"

#include <gtest/gtest.h>

#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/spec/spec.hpp"
#include "kinds/redis/testing/test_catalog.hpp"

namespace ashlar::redis {
namespace {

Json node(const char* name, const char* role, const Json& group, const char* address, int port) {
  return {{"name", name},
          {"role", role},
          {"group", group},
          {"privateAddress", address},
          {"publicAddress", nullptr},
          {"port", port}};
}

Resource proved_cluster() {
  Resource resource;
  resource.spec = to_json(parse(*parse_json(R"({
      "name": "shop", "type": "sentinel", "region": "nyc1", "enableTLS": true,
      "desiredState": {"roles": {"master": {"count": 1, "size": "s-2vcpu-4gb"},
                                 "replica": {"count": 1, "size": "s-2vcpu-4gb"},
                                 "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})"),
                                test_catalog())
                              ->spec);
  resource.status = {
      {"nodes",
       {node("master-1", "replica", "shop-m1", "10.0.0.2", 6379),
        node("replica-1", "master", "shop-m1", "10.0.0.3", 6379),
        node("sentinel-1", "sentinel", nullptr, "10.0.0.4", 26379)}},
      {"groups", {{{"name", "shop-m1"}, {"master", "replica-1"}, {"address", "10.0.0.3:6379"}}}},
      {"connection", {{"sentinels", {"10.0.0.4:26379"}}}}};
  return resource;
}

engine::FindSecret secrets(const std::string& password) {
  return [password](const std::string& name) -> std::optional<Secret> {
    if (name == secret_name::kSystem) return Secret(password);
    if (name == secret_name::kAuthority) return Secret("-----BEGIN CERTIFICATE-----");
    return std::nullopt;
  };
}

TEST(Credentials, SayWhereToGoWithThem) {
  const Json found = credentials(proved_cluster(), secrets("a plain password"));
  EXPECT_EQ(
      dump(found.at("connection")),
      R"({"tls":true,"endpoints":[)"
      R"({"name":"master-1","role":"replica","group":"shop-m1","host":"10.0.0.2","port":6379},)"
      R"({"name":"replica-1","role":"master","group":"shop-m1","host":"10.0.0.3","port":6379},)"
      R"({"name":"sentinel-1","role":"sentinel","group":null,"host":"10.0.0.4","port":26379}],)"
      R"("sentinels":["10.0.0.4:26379"],"groups":[{"name":"shop-m1","master":"replica-1",)"
      R"("url":"rediss://default:a%20plain%20password@10.0.0.3:6379/0"}]})");
}

TEST(Credentials, EscapeAPasswordInUrls) {
  const Json found = credentials(proved_cluster(), secrets(R"(p@:/?#[]%&'"\ ü$(id))"));
  EXPECT_EQ(found.at("password"), R"(p@:/?#[]%&'"\ ü$(id))");
  EXPECT_EQ(found["connection"]["groups"][0]["url"],
            "rediss://default:p%40%3A%2F%3F%23%5B%5D%25%26%27%22%5C%20%C3%BC%24%28id%29"
            "@10.0.0.3:6379/0");
}

TEST(Credentials, HaveNoUrlOfAGroupThatNobodyLeads) {
  Resource resource = proved_cluster();
  resource.status["groups"][0]["master"] = nullptr;
  resource.status["groups"][0]["address"] = nullptr;
  const Json found = credentials(resource, secrets("a plain password"));
  EXPECT_TRUE(found["connection"]["groups"][0]["url"].is_null());
}

TEST(Credentials, HaveNoConnectionBeforeItWasProved) {
  Resource resource = proved_cluster();
  for (const Json& status : {Json::object(), Json{{"connection", nullptr}}}) {
    resource.status = status;
    EXPECT_TRUE(credentials(resource, secrets("a plain password")).at("connection").is_null());
  }
}

}  // namespace
}  // namespace ashlar::redis
