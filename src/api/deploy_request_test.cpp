#include "api/deploy_request.hpp"

#include <gtest/gtest.h>

namespace ashlar::api {
namespace {

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
  EXPECT_EQ(request.inherits_targets, (std::vector<bool>{true, false, true}));
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
                               {"targetClusters", "must be a list of deployment types"},
                               {"clusters", "must have 1 to 20 entries, not 0"}}));
  EXPECT_EQ(faults_of(R"({"targetClusters":["a",2],"clusters":[1,{"name":"x"},{"name":"x"}]})"),
            (std::vector<FieldError>{{"targetClusters[1]", "must be a string"},
                                     {"clusters[0]", "must be an object"},
                                     {"clusters[2].name", "is the same as that of clusters[1]"}}));
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

}  // namespace
}  // namespace ashlar::api
