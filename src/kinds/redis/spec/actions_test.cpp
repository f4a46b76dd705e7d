#include "kinds/redis/spec/actions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kinds/redis/spec/deal.hpp"
#include "kinds/redis/spec/spec.hpp"
#include "kinds/redis/testing/test_catalog.hpp"

namespace ashlar::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Json stored() {
  return to_json(parse(*parse_json(R"({
    "name": "prod", "deploymentType": "redis-sentinel-prod", "region": "nyc1",
    "desiredState": {"roles": {
      "master": {"count": 2, "size": "s-2vcpu-4gb"},
      "replica": {"count": 4, "size": "s-2vcpu-4gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})"),
                       test_catalog())
                     ->spec);
}

Parsed<engine::Intent> intend(const std::string& name, const char* arguments,
                              const Json& spec = stored()) {
  for (const auto& action : actions())
    if (action.name == name) return action.intend(spec, *parse_json(arguments), test_catalog());
  throw std::out_of_range(name);
}

/// Each fault as "path: message"; "accepted" when there is none.
std::vector<std::string> faults_of(const std::string& action, const char* arguments) {
  const auto intent = intend(action, arguments);
  if (intent) return {"accepted"};
  std::vector<std::string> texts;
  for (const auto& fault : intent.error()) texts.push_back(fault.path + ": " + fault.message);
  return texts;
}

Spec wanted(const std::string& action, const char* arguments, const Json& spec = stored()) {
  return spec_from_json(intend(action, arguments, spec).value().accepted.spec);
}

std::vector<std::string> ids(const Spec& spec, Role role) {
  std::vector<std::string> names;
  for (const auto& node : spec.nodes(role)) names.push_back(node.id);
  return names;
}

TEST(ActionsTest, AnUpdateOfAClusterFromBeforeClientRightsKeepsThem) {
  Json old = stored();
  old.erase("clientRights");
  EXPECT_EQ(wanted("update", R"({"maxMemoryPolicy": "allkeys-lru"})", old).client_rights,
            std::set{ClientRight::kAdministration});
  EXPECT_TRUE(wanted("update", R"({"clientRights": []})", old).client_rights.empty());
}

struct Broken {
  const char* action;
  const char* arguments;
  const char* path;
  const char* message;
};

class BrokenActionTest : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenActionTest, IsRefusedAtItsField) {
  const auto faults = faults_of(GetParam().action, GetParam().arguments);
  EXPECT_THAT(faults,
              ::testing::Contains(AllOf(::testing::StartsWith(std::string(GetParam().path) + ": "),
                                        HasSubstr(GetParam().message))));
}

INSTANTIATE_TEST_SUITE_P(
    Actions, BrokenActionTest,
    ::testing::Values(
        Broken{"update", R"({"name": "other"})", "name", "cannot change; it is \"prod\""},
        Broken{"update", R"({"desiredState": {"roles": {"master": {"count": 0}}}})",
               "desiredState.roles.master.count", "must be at least 1"},
        Broken{"update", R"({"desiredState": {"roles": {"master": {"count": -1}}}})",
               "desiredState.roles.master.count", ""},
        Broken{"update", R"({"desiredState": {"roles": {"sentinel": {"count": 2}}}})",
               "desiredState.roles.sentinel.count", "must be at least 3, not 2"},
        Broken{"update", R"({"desiredState": {"roles": {"replica": {"count": 1}}}})",
               "desiredState.roles.replica.count", "must be at least 2"},
        Broken{"update", R"({"desiredState": {"roles": {"replica": {"size": "s-9"}}}})",
               "desiredState.roles.replica.size", "is not a known size"},
        Broken{"update", R"({"heal": "everything"})", "heal", "is not one of"},
        Broken{"update", R"({"banana": 1})", "banana", "is not a known field"},
        Broken{"update", R"({"banana": null})", "banana", "is not a known field"},
        Broken{"update", R"({"persistence": {"banana": null}})", "persistence.banana",
               "is not a known field"},
        Broken{"update", R"([])", "", "must be an object"},
        Broken{"upgrade", R"({})", "roles", "is required"},
        Broken{"upgrade", R"({"roles": {}})", "roles", "names no size that differs"},
        Broken{"upgrade", R"({"roles": {"master": {}}})", "roles.master.size", "is required"},
        Broken{"upgrade", R"({"roles": {"master": {"size": "huge"}}})", "roles.master.size",
               "is not offered in nyc1"},
        Broken{"upgrade", R"({"roles": {"master": {"size": "m-2vcpu-16gb"}}})", "roles.master.size",
               "is not offered in nyc1"},
        Broken{"upgrade", R"({"roles": {"master": {"size": "s-1vcpu-1gb"}}})", "roles.master.size",
               "is smaller than s-2vcpu-4gb"},
        Broken{"downgrade", R"({"roles": {"replica": {"size": "s-4vcpu-8gb"}}})",
               "roles.replica.size", "is larger than s-2vcpu-4gb"},
        Broken{"upgrade", R"({"roles": {"king": {"size": "s-4vcpu-8gb"}}})", "roles.king",
               "is no role of this kind"},
        Broken{"stop", R"({"now": true})", "now", "is not a known field"},
        Broken{"start", R"({"now": true})", "now", "is not a known field"},
        Broken{"switchover", R"({})", "group", "is required, as there are several"},
        Broken{"switchover", R"({"group": "prod-m9"})", "group", "must be one of"},
        Broken{"switchover", R"({"group": "prod-m1", "to": "replica-2"})", "to",
               "must be a data node of prod-m1"},
        Broken{"rotate", R"({})", "what", "is required"},
        Broken{"rotate", R"({"what": "everything"})", "what", "is not one of"},
        Broken{"rotate", R"({"what": "certificates", "systemPassword": "long-enough-password"})",
               "systemPassword", "is only for what: passwords"},
        Broken{"rotate", R"({"what": "passwords", "systemPassword": "short"})", "systemPassword",
               "must have 12 to 128 characters"},
        Broken{"heal", R"({"all": true})", "all", "is not a known field"}));

TEST(ActionsTest, NoRefusalRepeatsAPassword) {
  for (const auto& fault :
       faults_of("rotate", R"({"what": "passwords", "systemPassword": "secret words"})"))
    EXPECT_EQ(fault.find("secret words"), std::string::npos) << fault;
}

TEST(ActionsTest, UpdatingACountKeepsTheNodesThatAreThere) {
  const Spec fewer = wanted("update", R"({"desiredState": {"roles": {"replica": {"count": 3}}}})");
  EXPECT_THAT(ids(fewer, Role::kReplica), ElementsAre("replica-1", "replica-2", "replica-3"));
  Json without_second = to_json(fewer);
  auto& nodes = without_second["desiredState"]["roles"]["replica"]["nodes"];
  nodes.erase(1);
  nodes[1]["group"] = 2;
  without_second["desiredState"]["roles"]["replica"]["count"] = 2;
  const Spec more =
      wanted("update", R"({"desiredState": {"roles": {"replica": {"count": 3}}}})", without_second);
  EXPECT_THAT(ids(more, Role::kReplica), ElementsAre("replica-1", "replica-3", "replica-2"));
  EXPECT_EQ(more.nodes(Role::kReplica)[1].group, 2) << "nobody moves to another group";
}

TEST(ActionsTest, RemovingAMasterTakesItsReplicasFirst) {
  const Spec spec = wanted("update", R"({"desiredState": {"roles": {
    "master": {"count": 1}, "replica": {"count": 2}}}})");
  EXPECT_THAT(ids(spec, Role::kMaster), ElementsAre("master-1"));
  EXPECT_THAT(ids(spec, Role::kReplica), ElementsAre("replica-1", "replica-3"));
}

TEST(ActionsTest, AStoppedClusterIsOnlyStarted) {
  Json spec = stored();
  spec["power"] = "off";
  for (const char* action : {"upgrade", "downgrade", "switchover", "rotate", "heal"})
    EXPECT_THROW((void)intend(action, "{}", spec), Error) << action;
  EXPECT_FALSE(wanted("start", "{}", spec).stopped);
  EXPECT_TRUE(wanted("update", "{}", spec).stopped) << "an update does not start it";
}

TEST(DealTest, NewMastersGetNumbersThatNobodyRemembers) {
  Spec spec = spec_from_json(stored());
  const auto known = known_groups(stored());
  spec.roles[Role::kMaster].erase(spec.roles[Role::kMaster].begin() + 1);
  spec.roles[Role::kMaster].push_back({"master-3", "s-2vcpu-4gb", {}});
  for (auto& replica : spec.roles[Role::kReplica]) replica.group = 0;
  EXPECT_TRUE(deal_groups(spec, known).empty());
  EXPECT_EQ(spec.nodes(Role::kMaster)[1].group, 3) << "group 2 is what is being removed";
}

}  // namespace
}  // namespace ashlar::redis
