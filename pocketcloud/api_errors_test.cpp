// What is said of requests that no route takes.

#include <gmock/gmock.h>

#include "pocketcloud/api.hpp"

namespace ashlar::pocketcloud {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

http::Request request(const std::string& method, const std::string& path) {
  http::Request made;
  made.method = method;
  made.path = path;
  return made;
}

TEST(NoRoute, ToldApartByWhatTheSpecificationKnows) {
  for (const auto& [method, path] :
       std::vector<std::pair<const char*, const char*>>{{"POST", "/v2/load_balancers"},
                                                        {"GET", "/v2/load_balancers/4de7ac8b"},
                                                        {"GET", "/v2/databases"},
                                                        {"GET", "/v2/droplets/1/kernels"},
                                                        {"DELETE", "/v2/volumes"}}) {
    const auto error = no_route(request(method, path), {});
    EXPECT_EQ(error.status, 501) << path;
    EXPECT_EQ(error.id, "not_implemented");
    EXPECT_THAT(error.message, AllOf(HasSubstr("does not offer"), HasSubstr(method),
                                     HasSubstr(path), HasSubstr("/_pocket/routes")));
  }
  for (const char* path :
       {"/v2/nothing", "/v2", "/v2/droplets/1/2/3", "/v2/load_balancers/1/2/3/4"})
    EXPECT_EQ(no_route(request("GET", path), {}).status, 404) << path;
  const auto other_method = no_route(request("PATCH", "/v2/droplets"), {"DELETE", "GET", "POST"});
  EXPECT_EQ(other_method.status, 405);
  EXPECT_THAT(other_method.message, HasSubstr("it offers DELETE, GET, POST"));
  const auto offered_in_part = no_route(request("POST", "/v2/images"), {"GET"});
  EXPECT_EQ(offered_in_part.status, 501);
  EXPECT_THAT(offered_in_part.message, HasSubstr("At this path it offers GET"));
}

TEST(Query, HasOnlyTheValuesThatTheSpecificationHas) {
  http::Request asked = request("GET", "/v2/images");
  EXPECT_EQ(choice_of(asked, "type", {"distribution", "application"}), "distribution");
  asked.query.emplace("type", "application");
  EXPECT_EQ(choice_of(asked, "type", {"distribution", "application"}), "application");
  asked.query = {{"type", "snapshot"}, {"tag_name", "a"}};
  try {
    choice_of(asked, "type", {"distribution", "application"});
    FAIL() << "it was taken";
  } catch (const ApiError& error) {
    EXPECT_EQ(error.status, 400);
    EXPECT_THAT(error.message, HasSubstr("type must be one of: distribution, application"));
  }
  EXPECT_THROW(refuse_together(asked, "tag_name", "type"), ApiError);
  refuse_together(asked, "tag_name", "name");
}

}  // namespace
}  // namespace ashlar::pocketcloud
