// What a spec becomes, and what is said of each fault that it may have.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.hpp"
#include "base/testing/paths.hpp"
#include "base/yaml.hpp"
#include "kinds/kafka/spec/advice.hpp"
#include "kinds/kafka/testing/specs.hpp"

namespace ashlar::kafka {
namespace {

using ::testing::HasSubstr;

std::string told(const std::vector<FieldError>& errors) {
  std::string all;
  for (const auto& error : errors) all += error.path + ": " + error.message + "\n";
  return all;
}

TEST(KafkaParse, FillsInWhatIsNotSaid) {
  const Spec spec = accepted(valid_spec());
  EXPECT_TRUE(spec.tls);
  EXPECT_EQ(spec.voters, 3);
  EXPECT_EQ(spec.defaults.replication_factor, 3);
  EXPECT_EQ(spec.defaults.min_insync_replicas, 2);
  EXPECT_EQ(spec.topics.front(), (Topic{"orders", 6, 3, {}}));
  EXPECT_EQ(spec.users.front().name, "client");
  EXPECT_EQ(spec.nodes(Role::kController).front().number, 1);
  EXPECT_EQ(spec.nodes(Role::kBroker).back().number, 6);
  EXPECT_EQ(spec.highest_number, 6);
}

TEST(KafkaParse, TheNormalizedSpecHoldsNoSecretAndParsesToItself) {
  Json input = valid_spec();
  input["users"] = Json::array(
      {{{"name", "billing"},
        {"password", "canary-canary"},
        {"acls", Json::array({{{"topic", "orders*"}, {"operations", {"read", "describe"}}},
                              {{"group", "billing"}, {"operations", {"read"}}},
                              {{"cluster", true}, {"operations", {"describe"}}}})}}});
  input["topics"] = Json::array({{{"name", "orders"},
                                  {"partitions", 12},
                                  {"configuration",
                                   {{"retention.ms", 3'600'000},
                                    {"cleanup.policy", "compact,delete"},
                                    {"preallocate", false}}}}});
  input["package"] = {{"url", "https://example.com/kafka.tgz"}, {"sha512", std::string(128, 'a')}};
  input["defaults"] = {{"retentionBytes", 1'000'000}, {"partitions", 3}};
  input["configuration"] = {{"num.io.threads", 16}};
  const auto parsed = parse(input, test_catalog());
  ASSERT_TRUE(parsed) << told(parsed.error());
  EXPECT_EQ(parsed->passwords.at("billing").reveal(), "canary-canary");
  const Json normalized = to_json(parsed->spec);
  EXPECT_EQ(dump(normalized).find("canary"), std::string::npos);
  EXPECT_EQ(accepted(normalized), parsed->spec);
  EXPECT_EQ(spec_from_json(normalized), parsed->spec);
  EXPECT_EQ(parsed->spec.topics.front().configuration.at("retention.ms"), "3600000");
}

TEST(KafkaParse, ANodeKeepsItsNumberAndNoNumberIsGivenTwice) {
  const Json stored = to_json(accepted(valid_spec()));
  Json fewer = valid_spec();
  fewer["desiredState"]["roles"]["broker"]["count"] = 2;
  fewer["defaults"] = {{"replicationFactor", 2}, {"minInsyncReplicas", 1}};
  const Json shrunk = to_json(accepted(fewer, stored));
  const Spec grown = accepted(valid_spec(), shrunk);
  EXPECT_EQ(grown.nodes(Role::kBroker).at(0).number, 4);
  EXPECT_EQ(grown.nodes(Role::kBroker).at(2).id, "broker-3");
  EXPECT_EQ(grown.nodes(Role::kBroker).at(2).number, 7) << "6 was another broker's";
}

TEST(KafkaParse, ControllersAreAmongTheBrokersUnlessTheyHaveMachinesOfTheirOwn) {
  Json input = valid_spec();
  input["type"] = "kafka-cluster";
  input["desiredState"]["roles"] = {{"broker", role_json(5)}};
  const Topology topology = topology_of(accepted(input));
  EXPECT_EQ(topology.controllers(), (std::vector<std::string>{"broker-1", "broker-2", "broker-3"}));
  EXPECT_EQ(topology.brokers().size(), 5u);
}

TEST(KafkaParse, TheExamplesAreAccepted) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() + "/examples")) {
    if (!entry.path().filename().string().starts_with("kafka")) continue;
    SCOPED_TRACE(entry.path());
    const auto documents = parse_yaml(read_file(entry.path()));
    ASSERT_TRUE(documents) << documents.error().what();
    for (const auto& document : *documents) {
      const auto parsed = parse(document.value, test_catalog());
      EXPECT_TRUE(parsed) << told(parsed.error());
    }
    ++count;
  }
  EXPECT_GE(count, 2);
}

TEST(KafkaTopology, TheHeapIsHalfOfTheMemoryWithinBounds) {
  const Spec spec = accepted(valid_spec());
  constexpr long long kGibibyte = 1LL << 30;
  EXPECT_EQ(heap_megabytes(spec, Role::kBroker, 4 * kGibibyte), 2'048);
  EXPECT_EQ(heap_megabytes(spec, Role::kBroker, 64 * kGibibyte), 6'144);
  EXPECT_EQ(heap_megabytes(spec, Role::kController, 64 * kGibibyte), 2'048);
  EXPECT_EQ(heap_megabytes(spec, Role::kController, kGibibyte / 4), kLeastHeapMegabytes);
}

TEST(KafkaAdvice, TellsOfTopicsThatCanSpareNoBroker) {
  Json input = valid_spec();
  input["topics"].push_back({{"name", "tight"},
                             {"replicationFactor", 2},
                             {"configuration", {{"min.insync.replicas", 2}}}});
  const Spec spec = accepted(input);
  EXPECT_EQ(unsparing_topics(spec), std::vector<std::string>{"tight"});
  EXPECT_THAT(advice(spec), ::testing::Contains(HasSubstr("tight")));
}

struct Broken {
  const char* pointer;  // what is changed in the valid spec
  const char* value;    // JSON
  const char* path;     // where the fault is told
  const char* message;  // part of it
};

std::ostream& operator<<(std::ostream& out, const Broken& broken) {
  return out << broken.pointer << " = " << broken.value;
}

class BrokenSpec : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenSpec, IsRefusedAtItsField) {
  Json input = valid_spec();
  const Broken& broken = GetParam();
  input[Json::json_pointer(broken.pointer)] = *parse_json(broken.value);
  const auto parsed = parse(input, test_catalog());
  ASSERT_FALSE(parsed) << "it was accepted";
  for (const auto& error : parsed.error())
    if (error.path == broken.path && error.message.find(broken.message) != std::string::npos)
      return;
  FAIL() << told(parsed.error());
}

constexpr const char* kRoles = "/desiredState/roles";

INSTANTIATE_TEST_SUITE_P(
    Kafka, BrokenSpec,
    ::testing::Values(
        Broken{"/kind", R"("redis")", "kind", "is not one of"},
        Broken{"/name", R"("Prod")", "name", "lower-case"}, Broken{"/name", "7", "name", "must be"},
        Broken{"/type", R"("kafka-prd")", "type", "did you mean"},
        Broken{"/type", "null", "type", "required"},
        Broken{"/region", R"("nyc")", "region", "did you mean \"nyc1\""},
        Broken{"/region", R"("sfo1")", "region", "takes no new machines"},
        Broken{"/vpcUUID", R"("a b")", "vpcUUID", "id of a VPC"},
        Broken{"/enableTLS", R"("yes")", "enableTLS", "true or false"},
        Broken{"/banana", "1", "banana", "not a known field"},
        Broken{kRoles, "{}", "desiredState.roles.controller.count", "at least 3"},
        Broken{"/desiredState/roles/broker/count", "0", "desiredState.roles.broker.count",
               "at least 1"},
        Broken{"/desiredState/roles/controller/count", "4", "desiredState.roles.controller.count",
               "must be odd"},
        Broken{"/desiredState/roles/controller/count", "1", "desiredState.roles.controller.count",
               "at least 3"},
        Broken{"/desiredState/roles/controller/count", "11", "desiredState.roles.controller.count",
               "at most 9"},
        Broken{"/desiredState/roles/broker/size", R"("s-2vcpu-4g")",
               "desiredState.roles.broker.size", "did you mean"},
        Broken{"/desiredState/roles/broker/size", R"("m-2vcpu-16gb")",
               "desiredState.roles.broker.size", "not offered in nyc1"},
        Broken{"/desiredState/roles/broker/heapMegabytes", "100",
               "desiredState.roles.broker.heapMegabytes", "from 256"},
        Broken{"/desiredState/roles/broker/heapMegabytes", "4000",
               "desiredState.roles.broker.nodes[0].size", "too little for a heap of 4000 MB"},
        Broken{"/desiredState/roles/broker/nodes", R"([{"zone": "a b"}, {}, {}])",
               "desiredState.roles.broker.nodes[0].zone", "letters"},
        Broken{"/desiredState/roles/broker/nodes", R"([{"held": "yes"}, {}, {}])",
               "desiredState.roles.broker.nodes[0].held", "true or false"},
        Broken{"/reassignmentBytesPerSecond", "-1", "reassignmentBytesPerSecond", "from 0"},
        Broken{"/desiredState/roles/broker/nodes", R"([{"number": 7}, {"number": 7}, {}])",
               "desiredState.roles.broker.nodes[1].number", "number of another node"},
        Broken{"/desiredState/roles/broker/nodes", R"([{"id": "b"}, {"id": "b"}, {}])",
               "desiredState.roles.broker.nodes[1].id", "another node"},
        Broken{"/version", R"("3.9.0")", "version", "from 4.0.0 on"},
        Broken{"/version", R"("4.1")", "version", "from 4.0.0 on"},
        Broken{"/version", R"("4.1.0; rm -rf /")", "version", "from 4.0.0 on"},
        Broken{"/package", R"({"url": "http://x/y.tgz"})", "package.url", "https://"},
        Broken{"/package", R"({"url": "https://x/y.tgz"})", "package.sha512", "required"},
        Broken{"/package", R"({"url": "https://x/y.tgz", "sha512": "abc"})", "package.sha512",
               "128 digits"},
        Broken{"/dataDirectory", R"("/")", "dataDirectory", "absolute path"},
        Broken{"/dataDirectory", R"("/var/../etc")", "dataDirectory", "absolute path"},
        Broken{"/defaults", R"({"replicationFactor": 4})", "defaults.replicationFactor",
               "there are 3 brokers"},
        Broken{"/defaults", R"({"minInsyncReplicas": 4})", "defaults.minInsyncReplicas",
               "nothing could be written"},
        Broken{"/defaults", R"({"partitions": 0})", "defaults.partitions", "from 1"},
        Broken{"/defaults", R"({"retentionHours": "week"})", "defaults.retentionHours",
               "whole number"},
        Broken{"/configuration", R"({"num.io.thread": 8})", "configuration.num.io.thread",
               "did you mean \"num.io.threads\""},
        Broken{"/configuration", R"({"log.retention.hours": 8})",
               "configuration.log.retention.hours", "defaults.retentionHours says it"},
        Broken{"/configuration", R"({"listeners": "x"})", "configuration.listeners",
               "Ashlar sets it"},
        Broken{"/configuration", R"({"num.io.threads": "many"})", "configuration.num.io.threads",
               "whole number"},
        Broken{"/clientRanges", R"(["10.0.0.1/8"])", "clientRanges[0]", ""},
        Broken{"/topics", R"([{"partitions": 3}])", "topics[0].name", "required"},
        Broken{"/topics", R"([{"name": "a b"}])", "topics[0].name", "Kafka takes no others"},
        Broken{"/topics", R"([{"name": "."}])", "topics[0].name", "must not be"},
        Broken{"/topics", R"([{"name": "__consumer_offsets"}])", "topics[0].name", "Kafka's own"},
        Broken{"/topics", R"([{"name": "a.b"}, {"name": "a_b"}])", "topics[1].name",
               "takes for the same"},
        Broken{"/topics", R"([{"name": "a"}, {"name": "a"}])", "topics[1].name", "another topic"},
        Broken{"/topics", R"([{"name": "a", "replicationFactor": 5}])",
               "topics[0].replicationFactor", "there are 3 brokers"},
        Broken{"/topics", R"([{"name": "a", "replicationFactor": 1}])",
               "topics[0].replicationFactor", "nothing could be written"},
        Broken{
            "/topics",
            R"([{"name": "a", "replicationFactor": 2, "configuration": {"min.insync.replicas": 3}}])",
            "topics[0].configuration.min.insync.replicas", "more than the 2 replicas"},
        Broken{"/topics", R"([{"name": "a", "configuration": {"retention.mss": 1}}])",
               "topics[0].configuration.retention.mss", "did you mean \"retention.ms\""},
        Broken{"/topics", R"([{"name": "a", "configuration": {"cleanup.policy": "keep"}}])",
               "topics[0].configuration.cleanup.policy", "must be of"},
        Broken{
            "/topics",
            R"([{"name": "a", "partitions": 100, "configuration": {"retention.bytes": 100000000000}}])",
            "topics", "disks have"},
        Broken{"/users", R"([{"name": "a b"}])", "users[0].name", "letters"},
        Broken{"/users", R"([{"name": "node"}])", "users[0].name", "machines go"},
        Broken{"/users", R"([{"name": "a"}, {"name": "a"}])", "users[1].name", "another user"},
        Broken{"/users", R"([{"name": "a", "password": "short"}])", "users[0].password",
               "12 to 128"},
        Broken{"/users", R"([{"name": "a", "acls": [{"operations": ["read"]}]}])",
               "users[0].acls[0].topic", "one of topic, group"},
        Broken{"/users",
               R"([{"name": "a", "acls": [{"topic": "x", "group": "y", "operations": ["read"]}]}])",
               "users[0].acls[0].topic", "only one of"},
        Broken{"/users", R"([{"name": "a", "acls": [{"topic": "x", "operations": ["raed"]}]}])",
               "users[0].acls[0].operations[0]", "must be one of"},
        Broken{"/users", R"([{"name": "a", "acls": [{"group": "x", "operations": ["write"]}]}])",
               "users[0].acls[0].operations[0]", "must be one of"},
        Broken{"/users", R"([{"name": "a", "acls": [{"topic": "x*y", "operations": ["read"]}]}])",
               "users[0].acls[0].topic", "only at its end"},
        Broken{"/users", R"([{"name": "a", "acls": [{"topic": "x"}]}])",
               "users[0].acls[0].operations", "required"}));

}  // namespace
}  // namespace ashlar::kafka
