// The commands that act on a resource that exists, and drift.

#include "cli/act.hpp"

#include <gmock/gmock.h>

#include "cli/commands.hpp"
#include "cli/peer.hpp"
#include "cli/render.hpp"
#include "cli/screen_golden.hpp"

namespace ashlar::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const Json kServers{{"items", {{{"id", "res_demo"}, {"kind", "redis"}, {"name", "demo"}}}},
                    {"next", nullptr}};

Json plan(bool empty, Json spec_changes = Json::array()) {
  return {{"kind", "redis"},    {"resourceName", "demo"}, {"summary", "Act on demo"},
          {"empty", empty},     {"generation", 4},        {"specChanges", std::move(spec_changes)},
          {"expectedMs", 1000}, {"steps", Json::array()}};
}

Json acted(const Json& id) {
  return {{"correlationId", id}, {"operations", Json::array()}};
}

struct Acting : testing::Test {
  Peer peer;
  Person person;

  Context context() { return person.context(peer.endpoint()); }
  ActOptions at_once(Consent consent = {.yes = true, .confirmed = {}}) {
    return {{"redis", "demo"}, std::move(consent), /*no_wait=*/true};
  }

  /// Expects the plan and the request of `action`, both with `arguments`.
  void expect(const std::string& action, const Json& arguments) {
    peer.expect("GET /servers", 200, kServers)
        .expect("POST /servers/res_demo/plans/" + action,
                [arguments](const http::Request& request) {
                  EXPECT_EQ(request.json(), arguments);
                  return http::Response::json(200, plan(false));
                })
        .expect("PATCH /servers/res_demo/" + action, [arguments](const http::Request& request) {
          EXPECT_EQ(request.json(), arguments);
          EXPECT_EQ(request.header("If-Match"), "\"4\"");
          EXPECT_TRUE(request.header("Idempotency-Key"));
          return http::Response::json(202, acted("op_1"));
        });
  }
  template <class Body>
  Error error_of(Body body) {
    try {
      body();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return {ErrorCode::kInternal, ""};
  }
};

TEST_F(Acting, UpgradeAndDowngradeSendTheSizesThatAreGiven) {
  expect("upgrade", {{"roles", {{"master", {{"size", "l"}}}, {"replica", {{"size", "m"}}}}}});
  EXPECT_EQ(resize(context(), {at_once(), {{"master", "l"}, {"replica", "m"}}, true}), 0);
  expect("downgrade", {{"roles", {{"sentinel", {{"size", "s"}}}}}});
  EXPECT_EQ(resize(context(), {at_once(), {{"sentinel", "s"}}, false}), 0);
  EXPECT_THAT(error_of([&] { resize(context(), {at_once(), {}, true}); }).remedy(),
              HasSubstr("--size ROLE=SIZE"));
}

TEST_F(Acting, ARoleThatTheKindDoesNotHaveIsRefusedBeforeAnythingIsAsked) {
  peer.expect("GET /servers", 200, kServers);
  const Error error = error_of([&] { resize(context(), {at_once(), {{"broker", "l"}}, true}); });
  EXPECT_EQ(error.message(), "redis has no role 'broker'");
  EXPECT_EQ(error.remedy(), "there are: master, replica, sentinel");
}

TEST(Sizes, AreRolesWithTheirSize) {
  using Sizes = std::map<std::string, std::string>;
  EXPECT_EQ(sizes_by_role({"master=s-1", "spout=m"}), (Sizes{{"master", "s-1"}, {"spout", "m"}}));
  for (const char* wrong : {"", "master", "master=", "=s-1"})
    EXPECT_THROW(sizes_by_role({wrong}), Error) << wrong;
  EXPECT_THROW(sizes_by_role({"master=s-1", "master=s-2"}), Error);
}

TEST(Sizes, AreSpelledOutWhereARoleStandsAsAnOption) {
  const auto is_option = [](const std::string& option) {
    return option == "--yes" || option == "--confirm" || option == "--size";
  };
  const auto spelled = [&](std::vector<std::string> words) {
    return spell_out_sizes(std::move(words), is_option);
  };
  using Words = std::vector<std::string>;
  EXPECT_EQ(spelled({"upgrade", "demo", "--broker", "l", "--yes"}),
            (Words{"upgrade", "demo", "--size", "broker=l", "--yes"}));
  EXPECT_EQ(spelled({"upgrade", "--broker=l", "demo", "--confirm", "demo"}),
            (Words{"upgrade", "--size", "broker=l", "demo", "--confirm", "demo"}));
  for (const Words& as_they_are :
       {Words{"upgrade", "demo", "--frobnicate"}, Words{"upgrade", "--typo", "--yes"},
        Words{"upgrade", "-y", "--size", "a=b", "--"}})
    EXPECT_EQ(spelled(as_they_are), as_they_are);
}

TEST_F(Acting, OthersSendTheirArguments) {
  expect("stop", Json::object());
  EXPECT_EQ(stop(context(), at_once()), 0);
  expect("start", Json::object());
  EXPECT_EQ(start(context(), at_once()), 0);
  expect("heal", Json::object());
  EXPECT_EQ(heal(context(), at_once()), 0);
  expect("switchover", {{"group", "demo-m1"}, {"to", "replica-1"}});
  EXPECT_EQ(switchover(context(), {at_once(), "demo-m1", "replica-1"}), 0);
  expect("switchover", Json::object());
  EXPECT_EQ(switchover(context(), {at_once(), "", ""}), 0);
  expect("rotate", {{"what", "certificates"}});
  EXPECT_EQ(rotate(context(), {at_once(), false, true, "", {}}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("ashlar watch op_1"));
}

TEST_F(Acting, RotateReadsThePasswordFromAFileAndShowsItNowhere) {
  const auto file = std::filesystem::temp_directory_path() / ("ashlar-" + random_hex(6));
  write_file_atomically(file, "new-password-from-file\n", 0600);
  expect("rotate", {{"what", "passwords"}, {"systemPassword", "new-password-from-file"}});
  EXPECT_EQ(rotate(context(), {at_once(), true, false, file, {}}), 0);
  EXPECT_THAT(person.out.str() + person.err.str(), Not(HasSubstr("new-password")));
  write_file_atomically(file, "\n", 0600);
  EXPECT_THAT(error_of([&] { rotate(context(), {at_once(), true, false, file, {}}); }).message(),
              HasSubstr("is empty"));
  std::filesystem::remove(file);
  EXPECT_EQ(error_of([&] { rotate(context(), {at_once(), true, true, "", {}}); }).code(),
            ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { rotate(context(), {at_once(), false, false, "", {}}); }).code(),
            ErrorCode::kInvalidInput);
}

TEST_F(Acting, RotateSendsTheOverlapThatIsGiven) {
  expect("rotate", {{"what", "passwords"}, {"overlapSeconds", 900}});
  EXPECT_EQ(rotate(context(), {at_once(), true, false, "", 900}), 0);
  EXPECT_EQ(error_of([&] { rotate(context(), {at_once(), false, true, "", 900}); }).code(),
            ErrorCode::kInvalidInput);
}

// --- What destroys or weakens
// ---------------------------------------------------------------------

Json dangerous_plan() {
  Json dangerous = plan(false);
  dangerous["dangers"] = {{{"kind", "data"}, {"message", "group demo-m2 and all its data go"}}};
  return dangerous;
}

struct Confirming : Acting {
  void expect_plan() {
    peer.expect("GET /servers", 200, kServers)
        .expect("POST /servers/res_demo/plans/stop", 200, dangerous_plan());
  }
  void expect_all() {
    expect_plan();
    peer.expect("PATCH /servers/res_demo/stop", [](const http::Request& request) {
      EXPECT_EQ(request.header("Ashlar-Confirm"), "demo");
      return http::Response::json(202, acted("op_1"));
    });
  }
};

TEST_F(Confirming, YesDoesNotCoverItAndSaysWhatToAdd) {
  expect_plan();
  const Error error = error_of([&] { stop(context(), at_once()); });
  EXPECT_EQ(error.code(), ErrorCode::kNotConfirmed);
  EXPECT_EQ(info(error.code()).exit_code, kExitNotConfirmed);
  EXPECT_THAT(error.message(), HasSubstr("--yes does not cover"));
  EXPECT_EQ(error.remedy(), "to accept it, add --confirm demo");
  EXPECT_THAT(person.out.str(), HasSubstr("! group demo-m2 and all its data go"));
}

TEST_F(Confirming, TheNameOnTheCommandLineDoes) {
  expect_all();
  EXPECT_EQ(stop(context(), at_once({.yes = true, .confirmed = {"demo"}})), 0);
  expect_all();
  EXPECT_EQ(stop(context(), at_once({.yes = false, .confirmed = {"demo"}})), 0);
}

TEST_F(Confirming, AnotherNameIsAMistake) {
  expect_plan();
  const Error error =
      error_of([&] { stop(context(), at_once({.yes = true, .confirmed = {"demo", "dmeo"}})); });
  EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(error.message(), HasSubstr("'dmeo'"));
}

TEST_F(Confirming, ThePersonTypesTheNameAndYesIsNoAnswer) {
  expect_all();
  person.in.str("demo\n");
  Context asked = context();
  asked.in_is_terminal = true;
  EXPECT_EQ(stop(asked, at_once({})), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("Type 'demo' to go on"));
  expect_plan();
  person.in.clear();
  person.in.str("yes\n");
  EXPECT_EQ(stop(asked, at_once({})), kExitNotConfirmed);
}

TEST_F(Confirming, WithoutATerminalItSaysWhichOptionAnswers) {
  expect_plan();
  EXPECT_THAT(error_of([&] { stop(context(), at_once({})); }).remedy(),
              HasSubstr("--confirm demo"));
}

TEST_F(Acting, AsksAndTakesNoForAnAnswer) {
  peer.expect("GET /servers", 200, kServers)
      .expect("POST /servers/res_demo/plans/stop", 200, plan(false));
  person.in.str("no\n");
  Context asked = context();
  asked.in_is_terminal = true;
  EXPECT_EQ(stop(asked, {{"demo"}, {}, false}), kExitNotConfirmed);
}

TEST_F(Acting, FollowsTheOperationToItsEnd) {
  expect("stop", Json::object());
  const Json ended{{"id", "op_1"},      {"action", "stop"},        {"resourceName", "demo"},
                   {"state", "failed"}, {"error", "disk is full"}, {"final", true},
                   {"elapsedMs", 1000}, {"steps", Json::array()}};
  peer.expect("GET /operations/op_1", 200, ended)
      .expect("GET /operations/op_1/events", 200, {{"items", Json::array()}, {"next", nullptr}});
  EXPECT_EQ(stop(context(), {{"redis", "demo"}, {.yes = true, .confirmed = {}}, false}),
            kExitOperationFailed);
}

TEST_F(Acting, DoesNothingWhenThereIsNothingToDo) {
  peer.expect("GET /servers", 200, kServers)
      .expect("POST /servers/res_demo/plans/heal", 200, plan(true));
  EXPECT_EQ(heal(context(), at_once()), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("Nothing to change"));
}

TEST_F(Acting, SaysWhenSomeoneElseWasQuicker) {
  peer.expect("GET /servers", 200, kServers)
      .expect("POST /servers/res_demo/plans/heal", 200, plan(false))
      .expect("PATCH /servers/res_demo/heal", 412, {{"code", "precondition-failed"}});
  EXPECT_THAT(error_of([&] { heal(context(), at_once()); }).message(),
              HasSubstr("changed by someone else"));
}

Json drift_of(Json items) {
  return {{"resourceId", "res_demo"}, {"kind", "redis"},           {"name", "demo"},
          {"health", "degraded"},     {"drifted", !items.empty()}, {"items", items}};
}
const Json kItems{{{"node", "replica-1"},
                   {"what", "machine-missing"},
                   {"heals", "replace"},
                   {"message",
                    "its machine demo-replica-1 is gone at the provider, which has not "
                    "said why"}},
                  {{"node", nullptr},
                   {"what", "sentinels-disagree"},
                   {"heals", "safe"},
                   {"message", "two sentinels name another master"}},
                  {{"node", "master-1"},
                   {"what", "foreign-master"},
                   {"heals", "none"},
                   {"message", "it follows 10.0.0.9, which is no part of the cluster"}}};

TEST_F(Acting, DriftHasAnExitCodeOfItsOwn) {
  peer.expect("GET /servers", 200, kServers)
      .expect("GET /servers/res_demo/drift", [](const http::Request& request) {
        EXPECT_EQ(request.query_value("refresh"), "true");
        return http::Response::json(200, drift_of(kItems));
      });
  EXPECT_EQ(drift(context(), {{"redis", "demo"}, false}), kExitDrift);
  EXPECT_THAT(person.out.str(), HasSubstr("machine-missing"));
  peer.expect("GET /servers", 200, kServers)
      .expect("GET /servers/res_demo/drift", [](const http::Request& request) {
        EXPECT_FALSE(request.query_value("refresh"));
        return http::Response::json(200, drift_of(Json::array()));
      });
  EXPECT_EQ(drift(context(), {{"demo"}, true}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("redis demo is as declared"));
}

TEST(RenderDrift, AsATable) {
  expect_shape("drift", render_drift(drift_of(kItems), {}));
}

TEST(RenderDrift, SaysWhatHealingWaitsFor) {
  Json drift = drift_of(kItems);
  drift["healing"] = {
      {"waitsFor", "op_1"},
      {"leavesAlone", {"replica-1"}},
      {"message",
       "\"Upgrade Redis cluster demo: 1 machine to replace\" has failed and waits for a person: "
       "'ashlar retry op_1' goes on with it, 'ashlar cancel op_1' takes it back"}};
  drift["healing"]["tasks"] = {
      {{"action", "heal"},
       {"actor", {{"type", "healing"}, {"id", nullptr}, {"name", nullptr}}},
       {"nodes", {"replica-1"}},
       {"because", "replica-1: its machine is off"},
       {"waitsBecause", "\"Upgrade Redis cluster demo: 1 machine to replace\" (op_1) has failed"},
       {"notBefore", nullptr}},
      {{"action", "rotate"},
       {"actor", {{"type", "schedule"}, {"id", nullptr}, {"name", "certificates"}}},
       {"nodes", {"master-1"}},
       {"because", "the certificate of master-1 expires on 2026-12-06"},
       {"waitsBecause", nullptr},
       {"notBefore", "2026-11-27T12:34:56.789Z"}}};
  expect_shape("drift_waiting", render_drift(drift, {}));
}

const Json kChanges{
    {{"path", "desiredState.roles.master.nodes[master-1].size"},
     {"before", "s-1vcpu-1gb"},
     {"after", "s-2vcpu-4gb"}},
    {{"path", "desiredState.roles.replica.nodes[replica-4]"},
     {"before", nullptr},
     {"after", {{"id", "replica-4"}, {"size", "s-2vcpu-2gb"}, {"tags", Json::array()}}}},
    {{"path", "heal"}, {"before", "safe"}, {"after", "none"}}};

TEST(RenderSpecChanges, BeforeWhatIsDone) {
  expect_shape("plan_spec_changes", render_plan(plan(false, kChanges), {}));
}

TEST(RenderSpecChanges, AlsoWhenNoMachineChanges) {
  expect_shape("plan_spec_only", render_plan(plan(true, {kChanges[2]}), {}));
}

TEST_F(Acting, AnApplyThatOnlyStoresIsSentAllTheSame) {
  const auto file = std::filesystem::temp_directory_path() / ("ashlar-" + random_hex(6) + ".yaml");
  write_file_atomically(file, "kind: redis\nname: demo\nheal: none\n");
  peer.expect("POST /plans", 200, plan(true, {kChanges[2]}))
      .expect(
          "POST /infrastructure/redis/deploy", 200,
          {{"correlationId", nullptr},
           {"operations", {{{"correlationId", nullptr}, {"kind", "redis"}, {"name", "demo"}}}}});
  EXPECT_EQ(apply(context(), {{file.string()}, {.yes = true, .confirmed = {}}, false}), 0);
  EXPECT_THAT(person.out.str(), HasSubstr("redis demo: stored; no machine needs to change."));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace ashlar::cli
