#include "api/deploy_request.hpp"

#include <gtest/gtest.h>

namespace ashlar::api {
namespace {

const engine::DeployBody kForm{.list = "clusters", .item = "cluster", .shared = {"targetClusters"}};

DeployRequest parse_deploy_request(const Json& body) {
  return api::parse_deploy_request(kForm, body);
}

Json parsed(std::string_view text) {
  return parse_json(text).value();
}

std::vector<FieldError> faults_of(std::string_view text) {
  try {
    parse_deploy_request(parsed(text));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
    return error.fields();
  }
  return {};
}

TEST(DeployRequest, GivesTargetsToClustersThatNameNone) {
  const DeployRequest request = parse_deploy_request(parsed(
      R"({"targetClusters":["a"],"clusters":[{"name":"x"},{"name":"y","targetClusters":["b"]},
          {"name":"z","targetClusters":null}]})"));
  ASSERT_EQ(request.specs.size(), 3u);
  EXPECT_EQ(dump(request.specs[0]), R"({"name":"x","targetClusters":["a"]})");
  EXPECT_EQ(dump(request.specs[1]), R"({"name":"y","targetClusters":["b"]})");
  EXPECT_EQ(dump(request.specs[2]), R"({"name":"z","targetClusters":["a"]})");
  using Members = std::vector<std::string>;
  EXPECT_EQ(request.inherited, (std::vector<Members>{{"targetClusters"}, {}, {"targetClusters"}}));
}

TEST(DeployRequest, LeavesSpecsAloneWithoutTargets) {
  for (const char* text :
       {R"({"clusters":[{"name":"x"}]})", R"({"targetClusters":null,"clusters":[{"name":"x"}]})"})
    EXPECT_EQ(dump(parse_deploy_request(parsed(text)).specs[0]), R"({"name":"x"})") << text;
}

TEST(DeployRequest, NamesEveryFaultOfTheEnvelope) {
  EXPECT_EQ(faults_of("{}"), (std::vector<FieldError>{{"clusters", "is required"}}));
  EXPECT_EQ(
      faults_of(R"({"clusters":[],"targetClusters":"a","extra":1})"),
      (std::vector<FieldError>{{"extra", "is not known here; known are targetClusters, clusters"},
                               {"clusters", "must have 1 to 20 entries, not 0"}}));
  EXPECT_EQ(faults_of(R"({"targetClusters":["a"],"clusters":[1,{"name":"x"},{"name":"x"}]})"),
            (std::vector<FieldError>{
                {"clusters[0]", "must be an object"},
                {"clusters[2].name", "is the same as that of clusters[1]", 0, FaultOf::kRule}}));
}

TEST(DeployRequest, TranslatesPathsOfOneSpec) {
  const DeployRequest request = parse_deploy_request(parsed(R"({"clusters":[{"name":"x"}]})"));
  EXPECT_EQ(to_request_paths({{"name", "m"}, {"", "m"}, {"targetClusters[0]", "m"}}, request),
            (std::vector<FieldError>{{"clusters[0].name", "m"},
                                     {"clusters[0]", "m"},
                                     {"clusters[0].targetClusters[0]", "m"}}));
}

TEST(DeployRequest, TranslatesPathsOfSeveralAndMergesWhatIsInherited) {
  const DeployRequest request = parse_deploy_request(
      parsed(R"({"targetClusters":["a"],"clusters":[{"name":"x"},{"name":"y"}]})"));
  EXPECT_EQ(to_request_paths({{"[0].targetClusters[0]", "m"},
                              {"[1].targetClusters[0]", "m"},
                              {"[1].desiredState.roles", "m"},
                              {"[1]", "m"}},
                             request),
            (std::vector<FieldError>{{"targetClusters[0]", "m"},
                                     {"clusters[1].desiredState.roles", "m"},
                                     {"clusters[1]", "m"}}));
}

TEST(DeployRequest, FollowsTheWordsOfItsKind) {
  const engine::DeployBody form{.list = "servers", .item = "server", .shared = {"mode", "client"}};
  const DeployRequest request = api::parse_deploy_request(
      form, parsed(R"({"mode":"setup","client":"x","servers":[{"name":"a","mode":"app"}]})"));
  EXPECT_EQ(dump(request.specs[0]), R"({"name":"a","mode":"app","client":"x"})");
  EXPECT_EQ(to_request_paths({{"client", "m"}, {"mode", "m"}, {"clientele", "m"}}, request),
            (std::vector<FieldError>{
                {"client", "m"}, {"servers[0].mode", "m"}, {"servers[0].clientele", "m"}}));
  try {
    api::parse_deploy_request(form, parsed(R"({"servers":1})"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fields(), (std::vector<FieldError>{{"servers", "must be a list of servers"}}));
  }
}

}  // namespace
}  // namespace ashlar::api
