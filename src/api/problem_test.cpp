#include "api/problem.hpp"

#include <gtest/gtest.h>

#include <map>

#include "api/api.hpp"

namespace ashlar::api {
namespace {

TEST(Problem, MasksWhatTheRequestCallsASecret) {
  http::Request request;
  request.body =
      R"({"clusters":[{"systemPassword":"open sesame","apiToken":["tk-1234"],"name":"x"}]})";
  const Error error(ErrorCode::kInvalidInput, "'open sesame' is no good",
                    std::vector<FieldError>{{"clusters[0].systemPassword", "is 'open sesame'"},
                                            {"clusters[0].apiToken[0]", "is 'tk-1234' for x"}});
  const std::string body = answer(to_problem(error), request).body;
  EXPECT_EQ(body.find("open sesame"), std::string::npos) << body;
  EXPECT_EQ(body.find("tk-1234"), std::string::npos) << body;
  EXPECT_NE(body.find("is '[secret]' for x"), std::string::npos) << body;
  EXPECT_NE(body.find("clusters[0].systemPassword"), std::string::npos) << body;
}

TEST(Problem, HasEveryFieldOfTheContract) {
  http::Request request;
  request.id = "req_1";
  request.path = "/api/x";
  const Error error(ErrorCode::kNotFound, "there is no x");
  EXPECT_EQ(answer(to_problem(error), request).body,
            R"({"type":"urn:ashlar:problem:not-found","title":"Not found","status":404,)"
            R"("code":"not-found","detail":"there is no x","instance":"/api/x",)"
            R"("requestId":"req_1","remedy":null,"errors":[]})");
}

TEST(Problem, OfAnUnreadRequestHasTheSameForm) {
  const std::map<int, std::string> codes{
      {400, "bad-request"}, {408, "timeout"},  {413, "too-large"},   {417, "bad-request"},
      {431, "too-large"},   {500, "internal"}, {503, "unavailable"}, {505, "internal"}};
  for (const auto& [status, code] : codes) {
    const http::Response response = refuse_unread(status, "why", "req_1");
    EXPECT_EQ(response.status, status);
    const Json body = parse_json(response.body).value();
    EXPECT_EQ(body["code"], code);
    EXPECT_EQ(body["requestId"], "req_1");
    EXPECT_EQ(body["detail"], "why");
  }
}

TEST(Problem, KeepsWhatWentWrongInsideToItself) {
  const Problem problem = internal_problem();
  EXPECT_EQ(problem.status, 500);
  EXPECT_TRUE(problem.errors.empty());
}

}  // namespace
}  // namespace ashlar::api
