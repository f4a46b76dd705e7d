// Every way to ask wrongly, each with its exact status, the field that it names and what it says.

#include <gmock/gmock.h>

#include "api/test_world.hpp"

namespace ashlar::api {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string name;
  std::string method;
  std::string path;
  http::Headers headers;
  std::string body;
  int status;
  std::string code;
  std::string error_path;  // an entry of `errors`; "-": none is expected
  std::string message;     // part of that entry's message, or of `detail` when there is none
};

const char* const kDeploy = "/infrastructure/redis/deploy";

/// A deploy of one cluster with `members` in it.
std::string cluster(const std::string& members) {
  return R"({"clusters":[{)" + members + "}]}";
}

const std::string kRoles = R"("desiredState":{"roles":{"master":{"count":1}}})";

std::vector<Case> envelope_cases() {
  const http::Headers none;
  return {
      {"no body",
       "POST",
       kDeploy,
       {{"Content-Type", "application/json"}},
       "",
       400,
       "bad-request",
       "-",
       "not valid JSON"},
      {"almost JSON",
       "POST",
       kDeploy,
       {{"Content-Type", "application/jsonp"}},
       "{}",
       415,
       "unsupported-media-type",
       "-",
       "application/jsonp"},
      {"form",
       "POST",
       kDeploy,
       {{"Content-Type", "application/x-www-form-urlencoded"}},
       "a=b",
       415,
       "unsupported-media-type",
       "-",
       "x-www-form-urlencoded"},
      {"text",
       "POST",
       kDeploy,
       {{"Content-Type", "text/json"}},
       "{}",
       415,
       "unsupported-media-type",
       "-",
       "text/json"},
      {"broken", "POST", kDeploy, none, "{\n  \"clusters\": }", 400, "bad-request", "-", "line 2"},
      {"cut off", "POST", kDeploy, none, R"({"clusters":[)", 400, "bad-request", "-",
       "not valid JSON"},
      {"trailing", "POST", kDeploy, none, "{} {}", 400, "bad-request", "-", "not valid JSON"},
      {"comment", "POST", kDeploy, none, "{/* */}", 400, "bad-request", "-", "not valid JSON"},
      {"not UTF-8", "POST", kDeploy, none, "{\"\xff\":1}", 400, "bad-request", "-",
       "not valid JSON"},
      {"NUL in a list", "POST", kDeploy, none,
       R"({"clusters":[{"ranges":["a","10.0.0.0\u0000/8"]}]})", 422, "invalid-input",
       "clusters[0].ranges[1]", "control character U+0000"},
      {"line break in a name", "POST", kDeploy, none, R"({"clusters":[{"na\nme":1}]})", 422,
       "invalid-input", R"(clusters[0].na\nme)", "control character U+000A"},
      {"escape in a token's name", "POST", "/tokens", none,
       R"({"name":"\u001b[31mred","permissions":["*"]})", 422, "invalid-input", "name", "U+001B"},
      {"control in a sign-in", "POST", "/session", none, R"({"token":"a\u0085b"})", 422,
       "invalid-input", "token", "U+0085"},
      {"control in an argument", "POST", "/plans", none, R"({"kind":"re\u007fdis","spec":{}})", 422,
       "invalid-input", "kind", "U+007F"},
      {"line break in a parameter", "GET", "/servers?name=a%0Ab", none, "", 400, "bad-request", "-",
       "control character"},
      {"Latin-1 in a parameter", "GET", "/operations?resourceId=caf%E9", none, "", 400,
       "bad-request", "-", "not UTF-8"},
      {"too deep", "POST", kDeploy, none, std::string(5000, '['), 400, "bad-request", "-",
       "nested deeper"},
      {"array", "POST", kDeploy, none, "[]", 422, "invalid-input", "", "must be an object"},
      {"string", "POST", kDeploy, none, R"("x")", 422, "invalid-input", "", "must be an object"},
      {"null", "POST", kDeploy, none, "null", 422, "invalid-input", "", "must be an object"},
      {"empty", "POST", kDeploy, none, "{}", 422, "invalid-input", "clusters", "is required"},
      {"unknown member", "POST", kDeploy, none, R"({"cluster":[]})", 422, "invalid-input",
       "cluster", "is not known here"},
      {"clusters null", "POST", kDeploy, none, R"({"clusters":null})", 422, "invalid-input",
       "clusters", "must be a list"},
      {"clusters object", "POST", kDeploy, none, R"({"clusters":{}})", 422, "invalid-input",
       "clusters", "must be a list"},
      {"no cluster", "POST", kDeploy, none, R"({"clusters":[]})", 422, "invalid-input", "clusters",
       "1 to 20"},
      {"cluster string", "POST", kDeploy, none, R"({"clusters":["x"]})", 422, "invalid-input",
       "clusters[0]", "must be an object"},
      {"targets string", "POST", kDeploy, none, R"({"clusters":[{}],"targetClusters":"x"})", 422,
       "invalid-input", "targetClusters", "must be a list"},
      {"targets numbers", "POST", kDeploy, none, R"({"clusters":[{}],"targetClusters":[1]})", 422,
       "invalid-input", "targetClusters[0]", "must be a string"},
      {"same names", "POST", kDeploy, none, R"({"clusters":[{"name":"x"},{"name":"x"}]})", 422,
       "invalid-input", "clusters[1].name", "same as that of clusters[0]"},
      {"too many", "POST", kDeploy, none,
       Json{{"clusters", std::vector<Json>(21, Json::object())}}.dump(), 422, "invalid-input",
       "clusters", "not 21"},
      {"too large", "POST", kDeploy, none, "\"" + std::string(1u << 20, 'x') + "\"", 413,
       "too-large", "-", "1048576"},
  };
}

std::vector<Case> spec_cases() {
  const http::Headers none;
  return {
      {"no name", "POST", kDeploy, none, cluster(R"("region":"nyc1",)" + kRoles), 422,
       "invalid-input", "clusters[0].name", "is required"},
      {"name number", "POST", kDeploy, none, cluster(R"("name":7,"region":"nyc1",)" + kRoles), 422,
       "invalid-input", "clusters[0].name", "is required"},
      {"name letters", "POST", kDeploy, none, cluster(R"("name":"A B","region":"nyc1",)" + kRoles),
       422, "invalid-input", "clusters[0].name", "lower-case"},
      {"no region", "POST", kDeploy, none, cluster(R"("name":"x",)" + kRoles), 422, "invalid-input",
       "clusters[0].region", "nyc1"},
      {"unknown region", "POST", kDeploy, none, cluster(R"("name":"x","region":"mars1",)" + kRoles),
       422, "invalid-input", "clusters[0].region", "nyc1"},
      {"unknown field", "POST", kDeploy, none, cluster(R"("nmae":"x")"), 422, "invalid-input",
       "clusters[0].nmae", "not a field"},
      {"no roles", "POST", kDeploy, none, cluster(R"("name":"x","region":"nyc1")"), 422,
       "invalid-input", "clusters[0].desiredState.roles.master.count", "1 to 9"},
      {"count zero", "POST", kDeploy, none,
       cluster(R"("desiredState":{"roles":{"master":{"count":0}}})"), 422, "invalid-input",
       "clusters[0].desiredState.roles.master.count", "1 to 9"},
      {"count text", "POST", kDeploy, none,
       cluster(R"("desiredState":{"roles":{"master":{"count":"1"}}})"), 422, "invalid-input",
       "clusters[0].desiredState.roles.master.count", "1 to 9"},
      {"TLS text", "POST", kDeploy, none, cluster(R"("enableTLS":"yes")"), 422, "invalid-input",
       "clusters[0].enableTLS", "true or false"},
      {"weak password", "POST", kDeploy, none, cluster(R"("systemPassword":"pw-12")"), 422,
       "invalid-input", "clusters[0].systemPassword", "\"[secret]\" is too weak"},
      {"inherited targets", "POST", kDeploy, none,
       R"({"targetClusters":["mongo"],"clusters":[{"name":"x"},{"name":"y"}]})", 422,
       "invalid-input", "targetClusters[0]", "not a deployment type"},
      {"own targets", "POST", kDeploy, none,
       R"({"clusters":[{"name":"x"},{"targetClusters":["mongo"]}]})", 422, "invalid-input",
       "clusters[1].targetClusters[0]", "not a deployment type"},
      {"second of two", "POST", kDeploy, none,
       R"({"clusters":[{"name":"x","region":"nyc1",)" + kRoles +
           R"(},{"name":"y","region":"mars1",)" + kRoles + "}]}",
       422, "invalid-input", "clusters[1].region", "nyc1"},
      {"plan without kind", "POST", "/plans", none, R"({"spec":{}})", 422, "invalid-input", "kind",
       "is required"},
      {"plan of a number", "POST", "/plans", none, R"({"kind":1,"spec":{}})", 422, "invalid-input",
       "kind", "must be a string"},
      {"plan of no kind", "POST", "/plans", none, R"({"kind":"mongo","spec":{}})", 422,
       "invalid-input", "kind", "there are redis"},
      {"plan without spec", "POST", "/plans", none, R"({"kind":"redis"})", 422, "invalid-input",
       "spec", "is required"},
      {"plan with a list", "POST", "/plans", none, R"({"kind":"redis","spec":[]})", 422,
       "invalid-input", "spec", "must be an object"},
      {"plan with more", "POST", "/plans", none, R"({"kind":"redis","spec":{},"apply":true})", 422,
       "invalid-input", "apply", "is not known here"},
      {"plan of a bad spec", "POST", "/plans", none,
       R"({"kind":"redis","spec":{"region":"mars1"}})", 422, "invalid-input", "spec.region",
       "nyc1"},
      {"plan as text",
       "POST",
       "/plans",
       {{"Content-Type", "text/plain"}},
       "x",
       415,
       "unsupported-media-type",
       "-",
       "text/plain"},
  };
}

std::vector<Case> parameter_cases() {
  const http::Headers none;
  const std::string good = cluster(R"("name":"x","region":"nyc1",)" + kRoles);
  const std::string two = R"({"clusters":[{"name":"x"},{"name":"y"}]})";
  return {
      {"limit zero", "GET", "/infrastructure/redis?limit=0", none, "", 400, "bad-request", "-",
       "limit is '0', not an integer from 1 to 200"},
      {"limit much", "GET", "/operations?limit=201", none, "", 400, "bad-request", "-",
       "limit is '201'"},
      {"limit word", "GET", "/operations?limit=ten", none, "", 400, "bad-request", "-",
       "limit is 'ten'"},
      {"limit empty", "GET", "/operations?limit=", none, "", 400, "bad-request", "-",
       "limit is ''"},
      {"limit huge", "GET", "/operations?limit=99999999999999999999", none, "", 400, "bad-request",
       "-", "limit"},
      {"cursor empty", "GET", "/operations?cursor=", none, "", 400, "bad-request", "-", "cursor"},
      {"cursor long", "GET", "/operations?cursor=" + std::string(300, 'a'), none, "", 400,
       "bad-request", "-", "cursor"},
      {"cursor forged", "GET", "/operations?cursor=nonsense", none, "", 400, "bad-request",
       "cursor", "not a cursor"},
      {"refresh word", "GET", "/servers/x?refresh=yes", none, "", 400, "bad-request", "-",
       "refresh is 'yes'"},
      {"after negative", "GET", "/operations/x/events?after=-1", none, "", 400, "bad-request", "-",
       "after is '-1'"},
      {"after word", "GET", "/operations/x/events/stream?after=all", none, "", 400, "bad-request",
       "-", "after is 'all'"},
      {"events limit", "GET", "/operations/x/events?limit=1001", none, "", 400, "bad-request", "-",
       "1 to 1000"},
      {"last event id",
       "GET",
       "/operations/x/events/stream",
       {{"Last-Event-ID", "seven"}},
       "",
       400,
       "bad-request",
       "-",
       "Last-Event-ID is 'seven'"},
      {"If-Match bare",
       "POST",
       kDeploy,
       {{"If-Match", "3"}},
       good,
       400,
       "bad-request",
       "-",
       "not one quoted ETag"},
      {"If-Match two",
       "POST",
       kDeploy,
       {{"If-Match", R"("3", "4")"}},
       good,
       400,
       "bad-request",
       "-",
       "not one quoted"},
      {"If-Match weak",
       "POST",
       kDeploy,
       {{"If-Match", R"(W/"3")"}},
       good,
       412,
       "precondition-failed",
       "-",
       "no generation"},
      {"If-Match many",
       "POST",
       kDeploy,
       {{"If-Match", R"("3")"}},
       two,
       400,
       "bad-request",
       "If-Match",
       "is for one cluster"},
      {"key with space",
       "POST",
       kDeploy,
       {{"Idempotency-Key", "a b"}},
       good,
       400,
       "bad-request",
       "-",
       "Idempotency-Key"},
      {"key long",
       "POST",
       kDeploy,
       {{"Idempotency-Key", std::string(129, 'k')}},
       good,
       400,
       "bad-request",
       "-",
       "Idempotency-Key"},
      {"no such server", "GET", "/servers/res_none", none, "", 404, "not-found", "-",
       "no resource 'res_none'"},
      {"no such cluster", "GET", "/infrastructure/redis/res_none", none, "", 404, "not-found", "-",
       "res_none"},
      {"nothing to delete", "DELETE", "/servers/res_none", none, "", 404, "not-found", "-",
       "res_none"},
      {"nothing to patch", "PATCH", "/servers/res_none", none, "{}", 404, "not-found", "-",
       "res_none"},
      {"no such operation", "GET", "/operations/op_none", none, "", 404, "not-found", "-",
       "no operation 'op_none'"},
      {"nothing to cancel", "POST", "/operations/op_none/cancel", none, "", 404, "not-found", "-",
       "op_none"},
      {"no events", "GET", "/operations/op_none/events", none, "", 404, "not-found", "-",
       "op_none"},
      {"no stream", "GET", "/operations/op_none/events/stream", none, "", 404, "not-found", "-",
       "op_none"},
      {"unknown kind", "GET", "/infrastructure/mongo", none, "", 404, "not-found", "-",
       "nothing at /api/infrastructure/mongo"},
      {"trailing slash", "GET", "/operations/", none, "", 404, "not-found", "-", "nothing at"},
      {"quoting id", "GET", "/servers/x'%20OR%201=1--", none, "", 404, "not-found", "-", "OR 1=1"},
      {"wrong method", "PUT", "/plans", none, "{}", 405, "method-not-allowed", "-",
       "PUT is not possible"},
      {"post to a list", "POST", "/operations", none, "{}", 405, "method-not-allowed", "-",
       "POST is not possible"},
      {"odd method", "BREW", "/me", none, "", 405, "method-not-allowed", "-",
       "BREW is not possible"},
  };
}

class BadRequest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = std::make_unique<World>(); }
  static void TearDownTestSuite() { world_.reset(); }

  void check(const std::vector<Case>& cases) {
    for (const Case& bad : cases) {
      SCOPED_TRACE(bad.name);
      const Answer answer = world_->send(bad.method, bad.path, bad.body, bad.headers);
      EXPECT_EQ(answer.status, bad.status) << answer.text;
      EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
      ASSERT_TRUE(answer.json.is_object()) << answer.text;
      EXPECT_EQ(answer.json["code"], bad.code);
      if (bad.error_path == "-") {
        EXPECT_THAT(answer.json["detail"].get<std::string>(), HasSubstr(bad.message));
        EXPECT_EQ(answer.json["errors"], Json::array());
      } else {
        EXPECT_THAT(answer.error_at(bad.error_path), HasSubstr(bad.message)) << answer.text;
      }
    }
  }

  static std::unique_ptr<World> world_;
};
std::unique_ptr<World> BadRequest::world_;

TEST_F(BadRequest, OfADeployEnvelope) {
  check(envelope_cases());
}
TEST_F(BadRequest, OfASpec) {
  check(spec_cases());
}
TEST_F(BadRequest, OfParametersAndPaths) {
  check(parameter_cases());
}

TEST_F(BadRequest, NamesEveryFaultAtOnceAndStoresNothing) {
  const Answer answer = world_->send(
      "POST", kDeploy,
      std::string(R"({"clusters":[{"name":"A","region":"mars1","extra":1},{"name":"b"}]})"));
  EXPECT_EQ(answer.status, 422);
  for (const char* path : {"clusters[0].name", "clusters[0].region", "clusters[0].extra",
                           "clusters[0].desiredState.roles.master.count", "clusters[1].region"})
    EXPECT_NE(answer.error_at(path), "") << path << " in " << answer.text;
  EXPECT_EQ(world_->get("/infrastructure/redis").json["items"], Json::array());
  EXPECT_EQ(world_->get("/operations").json["items"], Json::array());
}

TEST_F(BadRequest, OfAWrongMethodSaysWhichArePossible) {
  EXPECT_EQ(world_->send("PUT", "/servers/x", std::string("{}")).header("Allow"),
            "DELETE, GET, PATCH");
}

}  // namespace
}  // namespace ashlar::api
