// What a plan says of addresses: which end, who knows them, and what clients must change.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <map>

#include "kinds/redis/spec/host_names.hpp"
#include "kinds/redis/testing/observed_cluster.hpp"
#include "kinds/redis/testing/planning.hpp"

namespace ashlar::redis {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

Json small(const char* domain = nullptr) {
  Json input = *parse_json(R"({
    "name": "small", "type": "sentinel", "region": "nyc1", "enableTLS": true,
    "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-1vcpu-1gb"}, "replica": {"count": 2, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
  if (domain != nullptr) input["connection"] = {{"domain", domain}};
  return parsed(dump(input).c_str());
}

/// With 10.0.0.1 and so on, in the order of the spec.
Json addressed(const Json& spec) {
  Json observed = intact_cluster(spec);
  int last = 0;
  for (auto& node : observed["nodes"]) node["privateAddress"] = fmt::format("10.0.0.{}", ++last);
  return observed;
}

std::map<std::string, std::string> ends_of(const Plan& plan) {
  std::map<std::string, std::string> ends;
  for (const auto& change : plan.address_changes)
    ends[change.node] = fmt::format("{} {}", to_string(change.fate), change.address);
  return ends;
}

TEST(AddressesTest, AResizeInPlaceChangesNone) {
  const Json spec = small();
  const Plan plan = act("upgrade", spec, addressed(spec), R"({"roles": {
      "master": {"size": "s-2vcpu-2gb"}, "sentinel": {"size": "s-2vcpu-2gb"}}})");
  EXPECT_THAT(plan.address_changes, IsEmpty());
  EXPECT_THAT(plan.required_actions, IsEmpty());
}

TEST(AddressesTest, AReplacementNamesThemWhoKnowsThemAndWhatClientsDo) {
  const Json spec = small();
  const Plan plan = act("upgrade", spec, addressed(spec), R"({"strategy": "replace", "roles": {
      "replica": {"size": "s-2vcpu-2gb"}, "sentinel": {"size": "s-2vcpu-2gb"}}})");
  EXPECT_THAT(ends_of(plan), ElementsAre(Pair("replica-1", "moves 10.0.0.2:6379"),
                                         Pair("replica-2", "moves 10.0.0.3:6379"),
                                         Pair("sentinel-1", "moves 10.0.0.4:26379"),
                                         Pair("sentinel-2", "moves 10.0.0.5:26379"),
                                         Pair("sentinel-3", "moves 10.0.0.6:26379")));
  for (const auto& change : plan.address_changes)
    EXPECT_THAT(change.used_by, HasSubstr("clients")) << change.node;
  ASSERT_EQ(plan.required_actions.size(), 1U);
  EXPECT_EQ(plan.required_actions[0].who, "clients of small");
  EXPECT_THAT(plan.required_actions[0].what,
              HasSubstr("replace the addresses of sentinel-1, sentinel-2, sentinel-3: "));
  EXPECT_THAT(plan.required_actions[0].until, HasSubstr("lead to the new ones"));
}

TEST(AddressesTest, ASentinelStaysReachableWhereItWasUntilItIsDestroyed) {
  const Json spec = small();
  const Plan plan = act("upgrade", spec, addressed(spec), R"({
      "strategy": "replace", "roles": {"sentinel": {"size": "s-2vcpu-2gb"}}})");
  for (const std::string node : {"sentinel-1", "sentinel-2", "sentinel-3"}) {
    EXPECT_EQ(step_of(plan, "redis.leave/" + node + "~2").args.at("successor"), node);
    EXPECT_TRUE(waits_for(plan, "retire-machine/" + node + "~2", kProveKey));
  }
}

TEST(AddressesTest, NodesThatComeAndGoAreTold) {
  const Json spec = small();
  const Plan more = act("update", spec, addressed(spec),
                        R"({"desiredState": {"roles": {"sentinel": {"count": 5}}}})");
  EXPECT_THAT(ends_of(more),
              ElementsAre(Pair("sentinel-4", "comes "), Pair("sentinel-5", "comes ")));
  EXPECT_THAT(more.required_actions, IsEmpty());
  const Plan fewer = act("update", spec, addressed(spec),
                         R"({"desiredState": {"roles": {"replica": {"count": 1}}}})");
  EXPECT_THAT(ends_of(fewer), ElementsAre(Pair("replica-2", "goes 10.0.0.3:6379")));
}

TEST(AddressesTest, ALostMachineIsAddressedAnewAndLeadsNobodyOn) {
  const Json spec = small();
  Json observed = addressed(spec);
  observed_node(observed, "sentinel-2")["state"] = "missing";
  const Plan plan = act("update", spec, observed, "{}");
  EXPECT_THAT(ends_of(plan), ElementsAre(Pair("sentinel-2", "moves 10.0.0.5:26379")));
  ASSERT_EQ(plan.required_actions.size(), 1U);
  EXPECT_THAT(plan.required_actions[0].what, HasSubstr("replace the addresses of sentinel-2: "));
  EXPECT_THAT(plan.required_actions[0].until, Not(HasSubstr("lead to the new ones")));
}

TEST(AddressesTest, WhoUsesNamesResolvesThemAnew) {
  const Json spec = small("infra.example.com");
  const Plan plan = act("upgrade", spec, addressed(spec), R"({
      "strategy": "replace", "roles": {"sentinel": {"size": "s-2vcpu-2gb"}}})");
  ASSERT_EQ(plan.required_actions.size(), 1U);
  EXPECT_THAT(plan.required_actions[0].what, HasSubstr("`ashlar credentials small --hosts`"));
}

TEST(AddressesTest, OtherNamesNeedOtherCertificatesAndNoMachine) {
  const Json spec = small();
  const Plan plan =
      act("update", spec, addressed(spec), R"({"connection": {"domain": "infra.example.com"}})");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_EQ(nodes_of(plan, "redis.certificate").size(), 6u);
  EXPECT_TRUE(waits_for(plan, "redis.certificate/sentinel-2", "redis.tls/sentinel-1"));
  EXPECT_TRUE(waits_for(plan, kProveKey, "redis.tls/sentinel-3"));
  EXPECT_THAT(nodes_of(plan, "fleet.create_machine"), IsEmpty());
  EXPECT_THAT(plan.address_changes, IsEmpty());
}

TEST(AddressesTest, NamesBelongToTheNodeWhicheverMachinePlaysIt) {
  const Spec spec = spec_from_json(small("infra.example.com"));
  EXPECT_EQ(host_name(spec, "sentinel-1"), "sentinel-1.small.infra.example.com");
  EXPECT_EQ(host_name(spec, "sentinel-1~2"), "sentinel-1.small.infra.example.com");
  EXPECT_EQ(host_name(spec_from_json(small()), "sentinel-1"), "");
}

TEST(AddressesTest, TextsToPaste) {
  const Spec spec = spec_from_json(small("infra.example.com"));
  const std::vector<Host> hosts{{"master-1", "10.0.0.1"}, {"replica-1", "fd00::2"}};
  EXPECT_EQ(hosts_file(spec, hosts),
            "# BEGIN Redis cluster small\n"
            "10.0.0.1 master-1.small.infra.example.com\n"
            "fd00::2 replica-1.small.infra.example.com\n"
            "# END Redis cluster small\n");
  EXPECT_EQ(zone_file(spec, hosts),
            "$ORIGIN small.infra.example.com.\n"
            "$TTL 60\n"
            "master-1 IN A 10.0.0.1\n"
            "replica-1 IN AAAA fd00::2\n");
}

TEST(AddressesTest, ADomainIsOneOrRefused) {
  for (const char* wrong : {"", ".", "a..b", "-a.example", "a-.example", "Upper.example", "a_b",
                            "a b", "example.com."}) {
    Json input = small();
    input["connection"] = {{"domain", wrong}};
    EXPECT_FALSE(parse(input, test_catalog()).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace ashlar::redis
