#include "cli/commands.hpp"

#include <gmock/gmock.h>

#include "cli/peer.hpp"

namespace ashlar::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Json server(const std::string& name) {
  return {{"id", "res_" + name},
          {"kind", "redis"},
          {"name", name},
          {"state", "active"},
          {"generation", 3},
          {"spec", {{"region", "nyc1"}, {"enableTLS", true}}},
          {"status", Json::object()},
          {"machines", Json::array()},
          {"currentOperationId", "op_9"},
          {"createdAt", "2026-11-21T00:24:40.123Z"}};
}

Json page(const Json& items, const Json& next = nullptr) {
  return {{"items", items}, {"next", next}};
}

Json plan_of(bool empty, Json generation = nullptr) {
  return {{"summary", "Deploy demo"},     {"kind", "redis"},
          {"resourceName", "demo"},       {"empty", empty},
          {"generation", generation},     {"changes", Json::array()},
          {"disruptions", Json::array()}, {"notes", Json::array()},
          {"steps", Json::array()},       {"monthlyUsdBefore", 0},
          {"monthlyUsdAfter", 24},        {"expectedMs", 1000}};
}

Json deletion() {
  Json plan = plan_of(false, 3);
  plan["dangers"] = {{{"kind", "data"}, {"message", "demo is deleted"}}};
  return plan;
}

const Consent kYes{.yes = true, .confirmed = {}};

Json operation(const std::string& state) {
  return {{"id", "op_1"},  {"action", "deploy"}, {"resourceName", "demo"}, {"state", state},
          {"final", true}, {"elapsedMs", 1000},  {"steps", Json::array()}};
}

Json accepted(const Json& id) {
  return {{"correlationId", id},
          {"operations",
           {{{"correlationId", id},
             {"resourceId", "res_demo"},
             {"kind", "redis"},
             {"name", "demo"},
             {"generation", 1},
             {"changed", !id.is_null()}}}}};
}

struct Commands : testing::Test {
  Peer peer;
  Person person;
  std::filesystem::path spec =
      std::filesystem::temp_directory_path() / ("ashlar-" + random_hex(6) + ".yaml");

  Commands() { write_file_atomically(spec, "kind: redis\nname: demo\nregion: nyc1\n"); }
  ~Commands() override {
    std::filesystem::remove(spec);
    EXPECT_THAT(person.out.str() + person.err.str(), Not(HasSubstr("canary")));
  }

  Context context(Format format = Format::kTable) {
    Context made = person.context(peer.endpoint());
    made.format = format;
    return made;
  }
  std::string file() const { return spec.string(); }

  template <class Body>
  Error error_of_running(Body body) {
    try {
      body();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return {ErrorCode::kInternal, "no error"};
  }
};

TEST_F(Commands, PlanAsksForAPlanAndChangesNothing) {
  peer.expect("POST /plans", [](const http::Request& request) {
    EXPECT_EQ(request.json(),
              (Json{{"kind", "redis"}, {"spec", {{"name", "demo"}, {"region", "nyc1"}}}}));
    return http::Response::json(200, plan_of(false));
  });
  EXPECT_EQ(plan(context(), {file()}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("$0.00 → $24.00 a month"));
}

TEST_F(Commands, PlanShowsFaultsOfTheServerInTheFile) {
  peer.expect("POST /plans", 422,
              {{"code", "invalid-input"},
               {"detail", "1 field is not valid"},
               {"errors", {{{"path", "spec.region"}, {"message", "there is no region 'nyc1'"}}}}});
  const Error error = error_of_running([&] { plan(context(), {file()}); });
  EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(error.message(), "1 field is not valid\n" + file() +
                                 ":3: region: there is no region 'nyc1'\n     3 | region: nyc1");
}

TEST_F(Commands, ApplyDeploysWhatWasPlannedAndFollows) {
  peer.expect("POST /plans", 200, plan_of(false, 3))
      .expect("POST /infrastructure/redis/deploy",
              [](const http::Request& request) {
                EXPECT_EQ(request.header("If-Match"), "\"3\"");
                EXPECT_EQ(request.header("Idempotency-Key")->size(), 32u);
                EXPECT_EQ(request.json()["clusters"],
                          Json::array({{{"name", "demo"}, {"region", "nyc1"}}}));
                return http::Response::json(202, accepted("op_1"));
              })
      .expect("GET /operations/op_1", 200, operation("succeeded"))
      .expect("GET /operations/op_1/events", 200, page(Json::array()));
  EXPECT_EQ(apply(context(), {{file()}, kYes, false}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("✓ deploy demo: done and proved in 1 s"));
}

TEST_F(Commands, AKindBringsTables) {
  Json pot = server("demo");
  pot["kind"] = "teapot";
  pot["status"] = {{"seated", Json::array({{{"name", "Alice"}, {"sugarCubes", 2}}})}};
  peer.expect("GET /servers", 200, page(Json::array({pot})));
  peer.expect("GET /servers/res_demo", 200, pot);
  EXPECT_EQ(of_kind(context(), {{"teapot", "guests", "demo"}, {}, false}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("sugar cubes"));
  EXPECT_THAT(person.out.str(), HasSubstr("Alice"));
}

TEST_F(Commands, AKindBringsActionsWithTheirArguments) {
  Json pot = server("demo");
  pot["kind"] = "teapot";
  peer.expect("GET /servers", 200, page(Json::array({pot})));
  peer.expect("POST /servers/res_demo/plans/pour", [](const http::Request& request) {
    EXPECT_EQ(*parse_json(request.body), (Json{{"cups", 2}}));
    return http::Response::json(200, plan_of(true, 3));
  });
  EXPECT_EQ(of_kind(context(), {{"teapot", "pour", "demo", "cups=2"}, kYes, false}), 0);
}

TEST_F(Commands, WhatAKindDoesNotBringIsRefusedByName) {
  const auto refusal = [&](std::vector<std::string> words) {
    try {
      of_kind(context(), {std::move(words), kYes, false});
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
      return error.message() + "; " + error.remedy();
    }
    return std::string("it was taken");
  };
  EXPECT_THAT(refusal({"teaspoon", "stir", "demo"}), HasSubstr("no command 'teaspoon'"));
  EXPECT_THAT(refusal({"teapot", "stir", "demo"}), HasSubstr("there are: guests, pour"));
  EXPECT_THAT(refusal({"teapot", "pour"}), HasSubstr("ashlar teapot pour NAME"));
  EXPECT_THAT(refusal({"teapot", "pour", "demo", "spell=x"}), HasSubstr("is a secret"));
  EXPECT_THAT(refusal({"teapot", "pour", "demo", "cups"}), HasSubstr("is no ARGUMENT=VALUE"));
}

TEST_F(Commands, ApplySaysWhenThereIsNothingToChange) {
  peer.expect("POST /plans", 200, plan_of(true, 3));
  EXPECT_EQ(apply(context(), {{file()}, kYes, false}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("Nothing to change"));
}

TEST_F(Commands, ApplyRepeatsAnUnansweredRequestWithTheSameKey) {
  auto key = std::make_shared<std::string>();
  peer.expect("POST /plans", 200, plan_of(false))
      .expect("POST /infrastructure/redis/deploy",
              [key](const http::Request& request) {
                *key = *request.header("Idempotency-Key");
                EXPECT_FALSE(request.header("If-Match"));
                EXPECT_EQ(request.header("If-None-Match"), "*") << "it was planned as a new one";
                http::Response response;
                response.drop_connection = true;
                return response;
              })
      .expect("POST /infrastructure/redis/deploy", [key](const http::Request& request) {
        EXPECT_EQ(request.header("Idempotency-Key"), *key);
        return http::Response::json(202, accepted("op_1"));
      });
  EXPECT_EQ(apply(context(), {{file()}, kYes, true}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("ashlar watch op_1"));
}

TEST_F(Commands, ApplyOfAChangedResourceSaysToPlanAgain) {
  peer.expect("POST /plans", 200, plan_of(false, 3))
      .expect("POST /infrastructure/redis/deploy", 412,
              {{"code", "precondition-failed"}, {"detail", "generation 4"}});
  const Error error = error_of_running([&] { apply(context(), {{file()}, kYes, false}); });
  EXPECT_EQ(error.code(), ErrorCode::kPrecondition);
  EXPECT_THAT(error.message(), HasSubstr("changed by someone else"));
}

TEST_F(Commands, PlanAndApplyRefuseANameThatIsGivenTwiceAndSayWhere) {
  const std::string twice = "kind: redis\nname: demo\n---\nkind: redis\nclusters:\n- name: demo\n";
  write_file_atomically(spec, twice);
  const auto refused = [&](const auto& body) {
    peer.expect("POST /plans", 200, plan_of(false)).expect("POST /plans", 200, plan_of(false));
    return error_of_running(body);
  };
  for (const Error& error : {refused([&] { plan(context(), {file()}); }),
                             refused([&] { apply(context(), {{file()}, kYes, false}); })}) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
    EXPECT_THAT(error.message(),
                HasSubstr(file() + ":6: clusters[0].name: 'demo' is declared already at " + file() +
                          ":2\n     6 | - name: demo"));
  }
}

TEST_F(Commands, PlanRefusesANameThatTwoFilesGive) {
  const std::string other = file() + ".other.yaml";
  write_file_atomically(other, "name: demo\nkind: redis\n");
  peer.expect("POST /plans", 200, plan_of(false)).expect("POST /plans", 200, plan_of(false));
  const Error error = error_of_running([&] { plan(context(), {file(), other}); });
  std::filesystem::remove(other);
  EXPECT_THAT(error.message(),
              HasSubstr(other + ":1: name: 'demo' is declared already at " + file() + ":2"));
}

TEST_F(Commands, ApplyConfirmsEachOfSeveralByItsName) {
  write_file_atomically(spec, "kind: redis\nname: demo\n---\nkind: redis\nname: other\n");
  Json harmless = plan_of(false, 3);
  harmless["resourceName"] = "other";
  const auto planned = [&] {
    peer.expect("POST /plans", 200, deletion()).expect("POST /plans", 200, harmless);
  };
  planned();
  EXPECT_EQ(error_of_running([&] { apply(context(), {{file()}, kYes, true}); }).code(),
            ErrorCode::kNotConfirmed);
  planned();
  peer.expect("POST /infrastructure/redis/deploy", [](const http::Request& request) {
    EXPECT_EQ(request.header("Ashlar-Confirm"), "demo");
    return http::Response::json(202, accepted("op_1"));
  });
  EXPECT_EQ(apply(context(), {{file()}, {.yes = true, .confirmed = {"demo"}}, true}), 0);
}

TEST_F(Commands, ApplyAsksAndTakesNoForAnAnswer) {
  peer.expect("POST /plans", 200, plan_of(false));
  person.in.str("no\n");
  Context asked = context();
  asked.in_is_terminal = true;
  EXPECT_EQ(apply(asked, {{file()}, {}, false}), kExitNotConfirmed);
  EXPECT_THAT(person.out.str(), HasSubstr("Nothing was changed."));
}

TEST_F(Commands, ApplyWithNoOneToAskNeedsYes) {
  peer.expect("POST /plans", 200, plan_of(false));
  const Error error = error_of_running([&] { apply(context(), {{file()}, {}, false}); });
  EXPECT_THAT(error.remedy(), HasSubstr("--yes"));
}

TEST_F(Commands, AnUnknownKindIsRefusedBeforeAsking) {
  write_file_atomically(spec, "kind: mysql\nname: demo\n");
  const Error error = error_of_running([&] { plan(context(), {file()}); });
  EXPECT_THAT(error.message(),
              HasSubstr(":1: kind: there is no kind 'mysql'; there are: redis, teapot"));
}

TEST_F(Commands, GetReadsAllPages) {
  peer.expect("GET /infrastructure/redis", 200, page(Json::array({server("one")}), "more"))
      .expect("GET /infrastructure/redis", [](const http::Request& request) {
        EXPECT_EQ(request.query_value("cursor"), "more");
        return http::Response::json(200, page(Json::array({server("two")})));
      });
  EXPECT_EQ(get(context(), {"redis"}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("redis  one"));
  EXPECT_THAT(person.out.str(), HasSubstr("redis  two"));
}

TEST_F(Commands, GetOfNothingTeaches) {
  peer.expect("GET /infrastructure/redis", 200, page(Json::array()))
      .expect("GET /tea/pots", 200, page(Json::array()));
  EXPECT_EQ(get(context(), {}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("ashlar apply -f FILE"));
}

TEST_F(Commands, AnUnknownNameListsThoseThereAre) {
  peer.expect("GET /servers",
              [](const http::Request& request) {
                EXPECT_EQ(request.query_value("name"), "three");
                return http::Response::json(200, page(Json::array({server("three-more")})));
              })
      .expect("GET /servers", 200, page(Json::array({server("one"), server("two")})));
  const Error error = error_of_running([&] { describe(context(), {{"three"}, false}); });
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_EQ(error.message(), "there is no resource named 'three'");
  EXPECT_EQ(error.remedy(), "there are: one, two");
}

TEST_F(Commands, ANameThatTwoKindsHaveNeedsItsKind) {
  Json pot = server("demo");
  pot["kind"] = "teapot";
  peer.expect("GET /servers", 200, page(Json::array({server("demo"), pot})))
      .expect("GET /servers", [&pot](const http::Request& request) {
        EXPECT_EQ(request.query_value("kind"), "teapot");
        return http::Response::json(200, page(Json::array({pot})));
      });
  const Error error = error_of_running([&] { drift(context(), {{"demo"}, false}); });
  EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(error.message(), "'demo' is the name of 2 resources");
  EXPECT_EQ(error.remedy(), "write one of: redis demo, teapot demo");
  peer.expect("GET /servers/res_demo/drift", 200, {{"drifted", false}});
  EXPECT_EQ(drift(context(), {{"teapot", "demo"}, false}), 0);
}

TEST_F(Commands, AKindThatThereIsNotIsNamedWithThoseThereAre) {
  peer.expect("GET /servers", 200, page(Json::array()));
  const Error error = error_of_running([&] { describe(context(), {{"mysql", "demo"}, false}); });
  EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(error.message(), "there is no kind 'mysql'");
  EXPECT_EQ(error.remedy(), "there are: redis, teapot");
}

TEST_F(Commands, EachKindIsDeployedInItsOwnWords) {
  write_file_atomically(spec, "kind: teapot\nmode: green\npots:\n- name: a\n- name: b\n");
  peer.expect("POST /plans", 200, plan_of(false)).expect("POST /plans", 200, plan_of(false));
  peer.expect("POST /tea/pots/deploy", [](const http::Request& request) {
    EXPECT_EQ(request.json()["pots"], Json::array({{{"name", "a"}, {"mode", "green"}},
                                                   {{"name", "b"}, {"mode", "green"}}}));
    return http::Response::json(
        422, {{"code", "invalid-input"},
              {"detail", "1 field is not valid"},
              {"errors", {{{"path", "pots[1].mode"}, {"message", "is too weak"}}}}});
  });
  const Error error =
      error_of_running([&] { apply(context(), {{file()}, kYes, /*no_wait=*/true}); });
  EXPECT_THAT(error.message(), HasSubstr("pots[1].mode: is too weak"));
}

TEST_F(Commands, KindsAreListedAndShownWithTheirExamples) {
  EXPECT_EQ(list_kinds(context(), {}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("teapot  Teapot"));
  person.out.str("");
  EXPECT_EQ(list_kinds(context(), {"redis"}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("rotate         Rotate"));
  EXPECT_THAT(person.out.str(), HasSubstr("\"kind\": \"redis\""));
  EXPECT_THROW(list_kinds(context(), {"mysql"}), Error);
}

TEST_F(Commands, DescribeLooksAtTheMachinesUnlessToldNotTo) {
  for (const char* refresh : {"true", ""}) {
    peer.expect("GET /servers", 200, page(Json::array({server("demo")})))
        .expect("GET /servers/res_demo", [refresh](const http::Request& request) {
          EXPECT_EQ(request.query_value("refresh").value_or(""), refresh);
          return http::Response::json(200, server("demo"));
        });
  }
  Json asked_for = operation("succeeded");
  asked_for["actor"] = {{"type", "token"}, {"id", "tok_1"}, {"name", "ci"}};
  peer.expect("GET /operations/op_9", 200, asked_for);
  EXPECT_EQ(describe(context(), {{"redis", "demo"}, false}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("op_9, deploy, asked for by token 'ci'"));
  EXPECT_EQ(describe(context(Format::kJson), {{"demo"}, true}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("\"id\": \"res_demo\""));
}

TEST_F(Commands, DeleteAsksForTheName) {
  peer.expect("GET /servers", 200, page(Json::array({server("demo")})))
      .expect("POST /servers/res_demo/plans/delete", 200, deletion())
      .expect("DELETE /servers/res_demo",
              [](const http::Request& request) {
                EXPECT_EQ(request.header("If-Match"), "\"3\"");
                EXPECT_TRUE(request.header("Idempotency-Key"));
                return http::Response::json(202, accepted("op_1"));
              })
      .expect("GET /operations/op_1", 200, operation("succeeded"))
      .expect("GET /operations/op_1/events", 200, page(Json::array()));
  person.in.str("demo\n");
  Context asked = context();
  asked.in_is_terminal = true;
  EXPECT_EQ(remove(asked, {{"redis", "demo"}, {}, false}), 0);
}

TEST_F(Commands, DeleteNamesWhatItDestroysSoThatYesIsEnough) {
  peer.expect("GET /servers", 200, page(Json::array({server("demo")})))
      .expect("POST /servers/res_demo/plans/delete", 200, deletion())
      .expect("DELETE /servers/res_demo", 202, accepted("op_1"));
  EXPECT_EQ(remove(context(), {{"redis", "demo"}, kYes, true}), 0);
}

TEST_F(Commands, DeleteWithAnotherNameChangesNothing) {
  peer.expect("GET /servers", 200, page(Json::array({server("demo")})))
      .expect("POST /servers/res_demo/plans/delete", 200, deletion());
  person.in.str("yes\n");
  Context asked = context();
  asked.in_is_terminal = true;
  EXPECT_EQ(remove(asked, {{"redis", "demo"}, {}, false}), kExitNotConfirmed);
}

TEST_F(Commands, CredentialsPrintOneValueAlone) {
  peer.expect("GET /servers", 200, page(Json::array({server("demo")})))
      .expect(
          "GET /servers/res_demo/credentials", 200,
          {{"resourceId", "res_demo"}, {"password", "of-the-system"}, {"caCertificate", nullptr}});
  EXPECT_EQ(credentials(context(), {{"demo"}, "password", false}), 0);
  EXPECT_EQ(person.out.str(), "of-the-system\n");
}

const Json kCredentials = {
    {"password", "of-the-system"},
    {"caCertificate", nullptr},
    {"connection", {{"tls", false}, {"sentinels", {"10.0.0.4:26379", "10.0.0.5:26379"}}}}};

TEST_F(Commands, CredentialsThatAreNotThereAreNamed) {
  for (const char* field : {"caCertificate", "connection.port", "password.length", "."}) {
    peer.expect("GET /servers", 200, page(Json::array({server("demo")})))
        .expect("GET /servers/res_demo/credentials", 200, kCredentials);
    const Error error = error_of_running([&] { credentials(context(), {{"demo"}, field, false}); });
    EXPECT_EQ(error.code(), ErrorCode::kNotFound) << field;
    EXPECT_EQ(error.remedy(), "there are: password, connection.tls, connection.sentinels");
  }
}

TEST_F(Commands, CredentialsPrintAListLineByLine) {
  peer.expect("GET /servers", 200, page(Json::array({server("demo")})))
      .expect("GET /servers/res_demo/credentials", 200, kCredentials);
  EXPECT_EQ(credentials(context(), {{"demo"}, "connection.sentinels", false}), 0);
  EXPECT_EQ(person.out.str(), "10.0.0.4:26379\n10.0.0.5:26379\n");
}

TEST_F(Commands, ConnectAsksForNoSecret) {
  peer.expect("GET /servers", 200, page(Json::array({server("demo")})))
      .expect("GET /servers/res_demo", 200, server("demo"));
  EXPECT_EQ(credentials(context(), {{"demo"}, "", true}), 0);
}

TEST_F(Commands, WatchTakesTheLastOperationOfAName) {
  peer.expect("GET /servers", 200, page(Json::array({server("demo")})))
      .expect("GET /operations/op_9", 200, operation("succeeded"))
      .expect("GET /operations/op_9/events", 200, page(Json::array()));
  EXPECT_EQ(watch(context(), {{"demo"}, false}), 0);
}

TEST_F(Commands, CancelSucceedsWhenTheOperationIsCancelled) {
  peer.expect("POST /operations/op_1/cancel", 202, operation("cancelling"))
      .expect("GET /operations/op_1", 200, operation("cancelled"))
      .expect("GET /operations/op_1/events", 200, page(Json::array()));
  EXPECT_EQ(cancel(context(), {{"op_1"}, false}), 0);
}

TEST_F(Commands, RetryOfARunningOperationIsAConflict) {
  peer.expect("POST /operations/op_1/retry", 409,
              {{"code", "conflict"}, {"detail", "it is running"}});
  EXPECT_EQ(error_of_running([&] { retry(context(), {{"op_1"}, false}); }).code(),
            ErrorCode::kConflict);
}

TEST_F(Commands, OperationsOfOneResource) {
  peer.expect("GET /servers", 200, page(Json::array({server("demo")})))
      .expect("GET /operations", [](const http::Request& request) {
        EXPECT_EQ(request.query_value("resourceId"), "res_demo");
        return http::Response::json(200, page(Json::array({operation("succeeded")})));
      });
  EXPECT_EQ(operations(context(), {"demo"}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("op_1"));
}

TEST_F(Commands, SomethingThatIsNotAshlarIsSaidToBe) {
  peer.expect("GET /operations",
              [](const http::Request&) { return http::Response::text(200, "<html>"); })
      .expect("GET /operations",
              [](const http::Request&) { return http::Response::text(502, "<html>"); });
  for (int i = 0; i < 2; ++i) {
    const Error error = error_of_running([&] { operations(context(), {}); });
    EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
    EXPECT_THAT(error.remedy(), HasSubstr("address of an Ashlar server"));
  }
}

TEST_F(Commands, AMissingTokenFileIsExplained) {
  Context without = context();
  without.endpoint.token_file = "/no/such/token";
  const Error error = error_of_running([&] { get(without, {}); });
  EXPECT_EQ(error.code(), ErrorCode::kUnauthenticated);
  EXPECT_THAT(error.remedy(), HasSubstr("--token-file"));
}

TEST(Encode, KeepsAPathOnePart) {
  EXPECT_EQ(encode("a-b_c.d~1"), "a-b_c.d~1");
  EXPECT_EQ(encode("../x?y#z é"), "..%2Fx%3Fy%23z%20%C3%A9");
}

Json orphan(const char* type, const char* id) {
  return {{"type", type},
          {"providerId", id},
          {"provider", "digitalocean"},
          {"name", "prod-master-1"},
          {"region", "nyc1"},
          {"size", "s-1vcpu-1gb"},
          {"resourceId", "res_1"},
          {"because", "redis 'prod' was deleted"},
          {"monthlyUsd", 6},
          {"createdAt", "2026-11-21T00:24:40.123Z"},
          {"ageSeconds", 7'200}};
}

TEST_F(Commands, OrphansAreListedAndDestroyedByTheirIds) {
  const Json found{{"items", {orphan("machine", "7"), orphan("tag", "ashlar-redis-prod-res_1")}},
                   {"nextCursor", nullptr},
                   {"monthlyUsd", 12}};
  peer.expect("GET /orphans", 200, found)
      .expect("GET /orphans", 200, found)
      .expect("GET /orphans", 200, found)
      .expect("DELETE /orphans/digitalocean/machine/7", 202, orphan("machine", "7"));
  EXPECT_EQ(orphans(context(), {}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("machine/7"));
  EXPECT_THAT(person.out.str(), HasSubstr("2 h 00 min"));
  EXPECT_THAT(person.out.str(), HasSubstr("$12.00 a month in all"));
  EXPECT_THROW(orphans(context(), {.destroy = {"machine/8"}, .yes = true}), Error);
  person.out.str("");
  EXPECT_EQ(orphans(context(), {.destroy = {"machine/7"}, .yes = true}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("Destroyed machine/7."));
}

TEST_F(Commands, TokensAreListedMadeAndRevoked) {
  const Json listed{{"id", "tok_1"},
                    {"name", "grafana"},
                    {"permissions", {"metrics:read", "servers:read"}},
                    {"createdAt", "2026-11-21T00:24:40.123Z"},
                    {"current", false}};
  peer.expect("GET /tokens", 200, page(Json::array({listed})))
      .expect("POST /tokens",
              [&](const http::Request& request) {
                EXPECT_EQ(request.json(),
                          (Json{{"name", "grafana"}, {"permissions", {"metrics:read"}}}));
                Json made = listed;
                made["token"] = "ashlar_0123";
                return http::Response::json(201, made);
              })
      .expect("DELETE /tokens/tok_1",
              [](const http::Request&) { return http::Response::empty(204); });
  EXPECT_EQ(tokens(context()), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("tok_1"));
  EXPECT_THAT(person.out.str(), HasSubstr("metrics:read servers:read"));
  person.out.str("");
  EXPECT_EQ(create_token(context(), "grafana", {"metrics:read"}), 0);
  EXPECT_EQ(person.out.str(), "ashlar_0123\n") << "nothing beside the token, for a file";
  EXPECT_EQ(revoke(context(), "tok_1"), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("Revoked tok_1."));
}

}  // namespace
}  // namespace ashlar::cli
