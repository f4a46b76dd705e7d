// Signing in from a browser: the cookie, its CSRF token, how it ends, and what is not let in.

#include "api/session.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "api/sign_in_limit.hpp"
#include "api/test_world.hpp"

namespace ashlar::api {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

/// What a browser keeps of a sign-in.
struct Browser {
  std::string cookie;  // name=value
  std::string csrf;

  http::Headers headers() const { return {{"Authorization", ""}, {"Cookie", cookie}}; }
  http::Headers changing() const {
    http::Headers all = headers();
    all["X-CSRF-Token"] = csrf;
    return all;
  }
};

Answer sign_in(World& world, const std::string& token, http::Headers headers = {}) {
  headers["Authorization"] = "";
  return world.send("POST", "/session", Json{{"token", token}}, std::move(headers));
}

Browser browser_of(const Answer& answer) {
  EXPECT_EQ(answer.status, 200) << answer.text;
  const std::string header = answer.header("Set-Cookie");
  return {header.substr(0, header.find(';')), answer.json.value("csrfToken", "")};
}

Browser signed_in(World& world) {
  return browser_of(sign_in(world, world.admin));
}

std::string detail(const Answer& answer) {
  return answer.json.value("detail", "");
}

TEST(SignIn, GivesACookieThatScriptsCannotReadAndNoTokenBack) {
  World world;
  const Answer answer = sign_in(world, world.admin);
  EXPECT_THAT(answer.header("Set-Cookie"),
              MatchesRegex("ashlar_session=[0-9a-f]{64}; Path=/; Max-Age=43200; HttpOnly; "
                           "SameSite=Strict"));
  EXPECT_EQ(answer.json["organization"],
            (Json{{"id", world.organization_id}, {"name", "default"}}));
  EXPECT_EQ(answer.json["name"], "administrator");
  EXPECT_EQ(answer.json["permissions"], Json::array({"*"}));
  EXPECT_THAT(answer.text, Not(HasSubstr(world.admin)));
  const std::string id = browser_of(answer).cookie.substr(sizeof("ashlar_session"));
  EXPECT_THAT(answer.text, Not(HasSubstr(id)));
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
}

TEST(SignIn, MarksTheCookieAsSecureBehindALocalTlsProxy) {
  World world;
  const Answer answer = sign_in(world, world.admin, {{"X-Forwarded-Proto", "https"}});
  EXPECT_THAT(answer.header("Set-Cookie"), HasSubstr("; Secure"));
}

TEST(SignIn, NeedsAValidTokenInJson) {
  World world;
  const Answer wrong = sign_in(world, "canary-wrong-token");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.header("Set-Cookie"), "");
  EXPECT_THAT(wrong.text, Not(HasSubstr("canary")));
  const http::Headers anonymous{{"Authorization", ""}};
  EXPECT_EQ(world.send("POST", "/session", Json::object(), anonymous).error_at("token"),
            "is required");
  EXPECT_EQ(world.send("POST", "/session", Json{{"token", 5}}, anonymous).status, 422);
  EXPECT_EQ(world.send("POST", "/session", Json{{"token", "x"}, {"y", 1}}, anonymous).status, 422);
  // A form of another site can send a cookie-less POST, but never one declared as JSON.
  const Answer form =
      world.send("POST", "/session", "token=" + world.admin,
                 {{"Authorization", ""}, {"Content-Type", "application/x-www-form-urlencoded"}});
  EXPECT_EQ(form.status, 415);
}

TEST(SignIn, EndsTheSessionThatTheBrowserHad) {
  World world;
  const Browser first = signed_in(world);
  const Browser second = browser_of(sign_in(world, world.admin, {{"Cookie", first.cookie}}));
  EXPECT_EQ(world.get("/session", first.headers()).status, 401);
  EXPECT_EQ(world.get("/session", second.headers()).status, 200);
}

TEST(SignIn, IsRefusedForAWhileAfterManyFailures) {
  World world;
  for (int i = 0; i < SignInLimit::kMostFailures; ++i)
    EXPECT_EQ(sign_in(world, "wrong").status, 401) << i;
  const Answer limited = sign_in(world, world.admin);
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.json["code"], "too-many-requests");
  EXPECT_THAT(limited.header("Retry-After"), MatchesRegex("[1-9][0-9]?"));
  EXPECT_EQ(sign_in(world, world.admin, {{"X-Forwarded-For", "203.0.113.7"}}).status, 200)
      << "others behind the same proxy are not kept out";
  EXPECT_EQ(world.get("/me").status, 200) << "nor are requests with a token of their own";
}

TEST(Session, MayDoWhatItsTokenMay) {
  World world;
  const Browser browser =
      browser_of(sign_in(world, world.token({"servers:read", "operations:read"})));
  EXPECT_EQ(world.get("/infrastructure/redis", browser.headers()).status, 200);
  EXPECT_EQ(world.get("/providers", browser.headers()).status, 403);
  const Answer me = world.get("/me", browser.headers());
  EXPECT_EQ(me.json["organizationId"], world.organization_id);
  EXPECT_EQ(me.json["permissions"], Json::array({"servers:read", "operations:read"}));
}

TEST(Session, IsShownAgainWithTheSameCsrfToken) {
  World world;
  const Answer begun = sign_in(world, world.admin);
  const Browser browser = browser_of(begun);
  EXPECT_EQ(world.get("/session", browser.headers()).json, begun.json);
  EXPECT_EQ(world.get("/session").status, 401) << "a bearer token is no session";
  EXPECT_EQ(world.get("/session", {{"Authorization", ""}}).status, 401);
}

TEST(Session, StreamsEvents) {
  World world;
  const Answer deploy = world.deploy(toy_cluster("streamed"));
  const std::string id = deploy.json["correlationId"].get<std::string>();
  world.final_operation(id);
  const Answer stream =
      world.get("/operations/" + id + "/events/stream", signed_in(world).headers());
  EXPECT_EQ(stream.status, 200);
  EXPECT_THAT(stream.text, HasSubstr("event: operation.succeeded"));
}

TEST(Session, EndsItsStreamsWhenItEnds) {
  World world({.heartbeat = Millis{50}});
  world.toy.hold = true;
  const Answer deploy = world.deploy(toy_cluster("held"));
  const std::string id = deploy.json["correlationId"].get<std::string>();
  const Browser browser = signed_in(world);
  http::Headers headers = browser.headers();
  headers.erase("Authorization");
  bool ended = false;
  const auto answer = world.client.stream(
      {.url = world.server->url() + "/api/operations/" + id + "/events/stream",
       .headers = headers,
       .timeout = Millis{10'000}},
      [&](std::string_view) {
        if (!ended)
          world.store->remove_session(Secret(browser.cookie.substr(browser.cookie.find('=') + 1)));
        return ended = true;
      });
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(ended);
  EXPECT_EQ(world.get("/operations/" + id).json["final"], false)
      << "it is not the end of the story";
}

TEST(Session, ChangesNothingWithoutItsCsrfToken) {
  World world;
  const Browser browser = signed_in(world);
  const Json body{{"kind", "redis"}, {"spec", toy_cluster("planned")}};
  const Answer missing = world.send("POST", "/plans", body, browser.headers());
  EXPECT_EQ(missing.status, 403);
  EXPECT_THAT(detail(missing), HasSubstr("X-CSRF-Token"));
  for (const std::string& wrong :
       {std::string(64, '0'), browser.csrf.substr(1), browser.csrf + "0", std::string("x")}) {
    http::Headers headers = browser.headers();
    headers["X-CSRF-Token"] = wrong;
    EXPECT_EQ(world.send("POST", "/plans", body, headers).status, 403) << wrong;
    EXPECT_EQ(world.send("DELETE", "/servers/x", std::string(), headers).status, 403) << wrong;
  }
  Browser mixed = browser;
  mixed.csrf = signed_in(world).csrf;
  EXPECT_EQ(world.send("POST", "/plans", body, mixed.changing()).status, 403)
      << "another session's";
  EXPECT_EQ(world.send("POST", "/plans", body, browser.changing()).status, 200);
}

TEST(Session, NeedsNoCsrfTokenBesideABearerToken) {
  World world;
  http::Headers headers{{"Cookie", signed_in(world).cookie}};
  const Json body{{"kind", "redis"}, {"spec", toy_cluster("planned")}};
  EXPECT_EQ(world.send("POST", "/plans", body, headers).status, 200);
  headers["Authorization"] = "Bearer wrong";
  EXPECT_EQ(world.send("POST", "/plans", body, headers).status, 401)
      << "a wrong token is not excused by a session";
}

TEST(Session, EndsWhenItIsSignedOut) {
  World world;
  const Browser browser = signed_in(world);
  EXPECT_EQ(world.send("DELETE", "/session", std::string(), browser.headers()).status, 403);
  const Answer out = world.send("DELETE", "/session", std::string(), browser.changing());
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(out.header("Set-Cookie"), HasSubstr("ashlar_session=; Path=/; Max-Age=0"));
  EXPECT_EQ(world.get("/session", browser.headers()).status, 401);
  EXPECT_EQ(world.send("DELETE", "/session", std::string(), browser.changing()).status, 401);
}

TEST(Session, EndsWithItsToken) {
  World world;
  const Secret token(world.token({"*"}));
  const Browser browser = browser_of(sign_in(world, token.reveal()));
  const Browser other = signed_in(world);
  const std::string id = world.store->authenticate(token)->token_id;
  EXPECT_FALSE(world.store->revoke_token("org_other", id));
  EXPECT_EQ(world.get("/me", browser.headers()).status, 200);
  EXPECT_TRUE(world.store->revoke_token(world.organization_id, id));
  EXPECT_EQ(world.get("/me", browser.headers()).status, 401);
  EXPECT_EQ(world.get("/me", bearer(token.reveal())).status, 401);
  EXPECT_EQ(world.get("/me", other.headers()).status, 200);
}

TEST(Session, EndsWithItsTime) {
  World world;
  const std::string token_id = world.store->authenticate(Secret(world.admin))->token_id;
  const auto session_until = [&](Time end) {
    const Secret id = world.store->create_session(token_id, world.clock.now(), end);
    return Browser{"ashlar_session=" + id.reveal(), csrf_token_of(id)};
  };
  const Time now = world.clock.now();
  EXPECT_EQ(world.get("/me", session_until(now + Millis{60'000}).headers()).status, 200);
  const Answer over = world.get("/me", session_until(now).headers());
  EXPECT_EQ(over.status, 401);
  EXPECT_THAT(detail(over), HasSubstr("session is over"));
}

TEST(Session, OfAnotherOrganizationSeesNothingOfOurs) {
  World world;
  const std::string resource = world.deployed("ours");
  const Browser stranger = browser_of(sign_in(world, world.foreign_token()));
  EXPECT_EQ(world.get("/servers/" + resource, stranger.headers()).status, 404);
  EXPECT_EQ(world.get("/infrastructure/redis", stranger.headers()).json["items"], Json::array());
  EXPECT_EQ(world.send("DELETE", "/servers/" + resource, std::string(), stranger.changing()).status,
            404);
}

TEST(Session, IsNotFoundInHostileCookies) {
  World world;
  const std::string good = signed_in(world).cookie;
  const std::string id = good.substr(good.find('=') + 1);
  const std::string hostile[] = {"ashlar_session=",
                                 "ashlar_session=' OR 1=1 --",
                                 "ashlar_session=" + std::string(8'000, 'a'),
                                 "ashlar_session=" + std::string(64, '0'),
                                 "ashlar_session=" + id.substr(1),
                                 "ashlar_session=" + id + "0",
                                 "ashlar_session=" + std::string(63, 'a') + "\xff",
                                 "Ashlar_Session=" + id,
                                 "ashlar_session2=" + id,
                                 ";;=;" + std::string(100, ';')};
  for (const std::string& cookie : hostile) {
    const Answer answer = world.get("/me", {{"Authorization", ""}, {"Cookie", cookie}});
    EXPECT_EQ(answer.status, 401) << cookie;
  }
  EXPECT_EQ(world.get("/me", {{"Authorization", ""}, {"Cookie", "a=b; " + good + "; c"}}).status,
            200);
}

TEST(Session, IsNotGuessedAmongSeveralCookies) {
  World world;
  const std::string good = signed_in(world).cookie;
  const Answer answer =
      world.get("/me", {{"Authorization", ""}, {"Cookie", "ashlar_session=x; " + good}});
  EXPECT_EQ(answer.status, 401);
  EXPECT_THAT(detail(answer), HasSubstr("2 cookies named ashlar_session"));
}

}  // namespace
}  // namespace ashlar::api
