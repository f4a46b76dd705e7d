#include <gtest/gtest.h>

#include "base/field_reader.hpp"
#include "base/testing/paths.hpp"
#include "base/yaml.hpp"
#include "kinds/redis/spec/spec.hpp"
#include "kinds/redis/spec/topology.hpp"
#include "kinds/redis/testing/golden.hpp"
#include "kinds/redis/testing/test_catalog.hpp"

namespace ashlar::redis {
namespace {

Json valid_spec() {
  return *parse_json(R"({
    "name": "prod-redis", "type": "sentinel", "region": "nyc1",
    "desiredState": {"roles": {
      "master": {"count": 2, "size": "s-2vcpu-4gb"},
      "replica": {"count": 2, "size": "s-2vcpu-2gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
}

Spec accepted(const Json& input) {
  const auto parsed = parse(input, test_catalog());
  if (!parsed) throw Error(ErrorCode::kInvalidInput, "the spec is refused", parsed.error());
  return parsed->spec;
}

Json errors_to_json(const std::vector<FieldError>& errors) {
  Json list = Json::array();
  for (const auto& error : errors)
    list.push_back({{"path", error.path},
                    {"message", error.message},
                    {"of", error.of == FaultOf::kSchema ? "schema" : "rule"}});
  return list;
}

TEST(ParseTest, EveryBrokenSpecIsRefusedWithItsExactErrors) {
  const auto path = room_path("testdata/broken_specs.json");
  Json cases = *parse_json(read_file(path));
  ASSERT_GE(cases.size(), 60u);
  for (auto& one : cases) {
    SCOPED_TRACE(one.at("case").get<std::string>());
    Json input = one.contains("input") ? one.at("input") : valid_spec();
    if (one.contains("patch")) input.merge_patch(one.at("patch"));
    const auto parsed = parse(input, test_catalog());
    ASSERT_FALSE(parsed.has_value());
    ASSERT_FALSE(parsed.error().empty());
    const Json errors = errors_to_json(parsed.error());
    EXPECT_EQ(dump(errors).find("canary"), std::string::npos) << "a password in an error";
    if (regenerating_golden())
      one["errors"] = errors;
    else
      EXPECT_EQ(errors.dump(2), one.at("errors").dump(2));
  }
  if (!regenerating_golden()) return;
  write_file_atomically(path, dump(cases, 2) + "\n");
  GTEST_SKIP() << "regenerated " << path;
}

TEST(ParseTest, FillsInDefaultsForAnOrdinaryCluster) {
  const Spec spec = accepted(valid_spec());
  EXPECT_EQ(spec.deployment_type, "redis-sentinel-cluster-1");
  EXPECT_FALSE(spec.tls);
  EXPECT_EQ(spec.persistence, Persistence::kRdb);
  EXPECT_EQ(spec.max_memory_policy, "noeviction");
  EXPECT_EQ(spec.down_after_milliseconds, 5'000);
  EXPECT_EQ(spec.image, "debian-12-x64");
  EXPECT_TRUE(spec.client_ranges.empty());
  EXPECT_EQ(spec.node_count(), 7u);
}

TEST(ParseTest, ProductionMeansTlsAndAppendOnlyUnlessSaidOtherwise) {
  Json input = valid_spec();
  input["deploymentType"] = "redis-sentinel-prod";
  EXPECT_TRUE(accepted(input).tls);
  EXPECT_EQ(accepted(input).persistence, Persistence::kAof);
  input["enableTLS"] = false;
  input["persistence"] = {{"mode", "none"}};
  EXPECT_FALSE(accepted(input).tls);
  EXPECT_EQ(accepted(input).persistence, Persistence::kNone);
}

TEST(ParseTest, TakesTheDeploymentTypeFromTheFirstKnownTargetCluster) {
  Json input = valid_spec();
  input.erase("type");
  input["targetClusters"] = {"team-blue", "redis-sentinel-prod", "redis-sentinel-cluster-1"};
  EXPECT_EQ(accepted(input).deployment_type, "redis-sentinel-prod");
  EXPECT_TRUE(accepted(input).sentinel);
}

TEST(ParseTest, TakesTheSeedsRequestWithEveryNodeListed) {
  const auto input = parse_json(R"({
    "name": "my-cluster", "type": "sentinel", "region": "nyc1", "vpcUUID": "vpc-xxx",
    "systemPassword": "secure-password", "enableTLS": true,
    "targetClusters": ["redis-sentinel-cluster-1"],
    "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-2vcpu-4gb",
                 "nodes": [{"id": "node-1", "size": "s-4vcpu-8gb", "region": "nyc1", "tags": ["master"]}]},
      "replica": {"nodes": [{"size": "s-2vcpu-2gb"}, {"size": "s-2vcpu-4gb"}]},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb", "nodes": []}}}})");
  const auto parsed = parse(*input, test_catalog());
  ASSERT_TRUE(parsed) << errors_to_json(parsed.error()).dump(2);
  EXPECT_EQ(parsed->system_password->reveal(), "secure-password");
  const Spec& spec = parsed->spec;
  EXPECT_EQ(spec.vpc_id, "vpc-xxx");
  EXPECT_EQ(spec.nodes(Role::kMaster).front(),
            (NodeSpec{{"node-1", "s-4vcpu-8gb", {"master"}}, 1}));
  EXPECT_EQ(spec.nodes(Role::kReplica).at(1), (NodeSpec{{"replica-2", "s-2vcpu-4gb", {}}, 1}));
  EXPECT_EQ(spec.nodes(Role::kSentinel).at(2).id, "sentinel-3");
}

TEST(ParseTest, TheNormalizedSpecHoldsNoSecretAndParsesToItself) {
  Json input = valid_spec();
  input["systemPassword"] = "canary-canary";
  input["clientRanges"] = {"10.0.0.0/8", "fd00::/8"};
  const Spec spec = accepted(input);
  const Json normalized = to_json(spec);
  EXPECT_EQ(dump(normalized).find("canary"), std::string::npos);
  EXPECT_EQ(accepted(normalized), spec);
  EXPECT_EQ(spec_from_json(normalized), spec);
  EXPECT_EQ(to_json(spec_from_json(normalized)), normalized);
}

TEST(ParseTest, AnyPasswordThatCanBePrintedIsTaken) {
  for (const char* password :
       {"#begins a comment", R"(quotes ' and " and \ )", " spaces around it ", "&&;|<>()[]{}$`!*?~",
        "Grüße aus Köln", "パスワードパスワードパス", "🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑",
        "%41%00+%2B@:/?=", "default on nopass ~* &* +@all"}) {
    Json input = valid_spec();
    input["systemPassword"] = password;
    const auto parsed = parse(input, test_catalog());
    ASSERT_TRUE(parsed) << password << errors_to_json(parsed.error()).dump(2);
    EXPECT_EQ(parsed->system_password->reveal(), password);
  }
}

TEST(ParseTest, WholeNumbersMayBeWrittenWithAFraction) {
  Json input = valid_spec();
  input["downAfterMilliseconds"] = 1000.0;
  EXPECT_EQ(accepted(input).down_after_milliseconds, 1000);
}

TEST(ParseTest, TheExamplesAreAccepted) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() + "/examples")) {
    if (!entry.path().filename().string().starts_with("redis-")) continue;
    SCOPED_TRACE(entry.path());
    const auto documents = parse_yaml(read_file(entry.path()));
    ASSERT_TRUE(documents) << documents.error().what();
    for (const auto& document : *documents) {
      const auto parsed = parse(document.value, test_catalog());
      EXPECT_TRUE(parsed) << errors_to_json(parsed.error()).dump(2);
    }
    ++count;
  }
  EXPECT_GE(count, 3);
}

TEST(ParseTest, NullFieldsCountAsAbsent) {
  Json input = valid_spec();
  for (const char* name : {"kind", "deploymentType", "vpcUUID", "systemPassword", "enableTLS",
                           "targetClusters", "clientRanges", "persistence", "image"})
    input[name] = nullptr;
  EXPECT_EQ(accepted(input), accepted(valid_spec()));
}

TEST(SpecTest, AStoredSpecThatCannotBeReadIsAnInternalError) {
  try {
    spec_from_json({{"name", "x"}});
    FAIL() << "it was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInternal);
  }
}

TEST(DidYouMeanTest, SuggestsTheNearestAndNothingFar) {
  EXPECT_EQ(did_you_mean("cuont", {"count", "size"}), "count");
  EXPECT_EQ(did_you_mean("COUNT", {"count"}), "count");
  EXPECT_EQ(did_you_mean("banana", {"count", "size"}), std::nullopt);
  EXPECT_EQ(did_you_mean("", {"count"}), std::nullopt);
}

TEST(TopologyTest, DealsReplicasEvenlyAndNamesGroupsAfterTheCluster) {
  Json input = valid_spec();
  input["desiredState"]["roles"]["replica"]["count"] = 5;
  const Topology topology = topology_of(accepted(input));
  ASSERT_EQ(topology.groups.size(), 2u);
  EXPECT_EQ(topology.groups[0].name, "prod-redis-m1");
  EXPECT_EQ(topology.groups[0].replicas,
            (std::vector<std::string>{"replica-1", "replica-3", "replica-5"}));
  EXPECT_EQ(topology.groups[1].members(),
            (std::vector<std::string>{"master-2", "replica-2", "replica-4"}));
  EXPECT_EQ(topology.node("sentinel-1").group, "");
  EXPECT_THROW(topology.node("master-9"), Error);
}

TEST(TopologyTest, TheSmallestMemberLimitsTheMemoryOfItsGroup) {
  const Catalog catalog = test_catalog();
  const Topology topology = topology_of(accepted(valid_spec()), &catalog);
  EXPECT_EQ(topology.groups[0].max_memory_bytes, max_memory_bytes(2LL << 30, Persistence::kRdb));
}

TEST(TopologyTest, MemoryLimitsLeaveRoomForTheSystemAndForSnapshots) {
  const long long gibibyte = 1LL << 30;
  for (long long memory : {gibibyte / 4, gibibyte, 4 * gibibyte, 64 * gibibyte}) {
    EXPECT_GT(max_memory_bytes(memory, Persistence::kRdb), 0);
    EXPECT_LE(max_memory_bytes(memory, Persistence::kAof), memory * 70 / 100);
    EXPECT_LE(max_memory_bytes(memory, Persistence::kNone), memory * 85 / 100);
  }
}

TEST(TopologyTest, TheQuorumIsAMajority) {
  Json input = valid_spec();
  for (const auto& [sentinels, quorum] : {std::pair{3, 2}, {4, 3}, {5, 3}, {7, 4}}) {
    input["desiredState"]["roles"]["sentinel"]["count"] = sentinels;
    EXPECT_EQ(quorum_of(accepted(input)), quorum);
  }
}

}  // namespace
}  // namespace ashlar::redis
