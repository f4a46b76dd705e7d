#include "cli/render.hpp"

#include <gmock/gmock.h>

#include "cli/doctor.hpp"
#include "cli/peer.hpp"
#include "cli/screen_golden.hpp"

namespace ashlar::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Json change(const char* action, const char* what, const std::string& name, const char* detail,
            double before, double after) {
  return {{"action", action},
          {"what", what},
          {"name", name},
          {"detail", detail},
          {"monthlyUsdBefore", before},
          {"monthlyUsdAfter", after}};
}

Json step(const std::string& title, const std::string& phase, const std::string& state = "pending",
          Json because = nullptr, int attempts = 0) {
  return {{"title", title},     {"phase", phase},       {"state", state},
          {"because", because}, {"attempts", attempts}, {"stuck", false}};
}

Json plan_of(const std::string& summary, Json changes, double before, double after) {
  Json steps = Json::array();
  for (const char* phase : {"Creating machines", "Installing Redis on each node", "Proving"})
    for (int i = 0; i < 4; ++i) steps.push_back(step("Do", phase));
  return {{"kind", "redis"},
          {"resourceName", "demo"},
          {"summary", summary},
          {"empty", false},
          {"changes", changes},
          {"disruptions", Json::array()},
          {"notes", Json::array()},
          {"steps", steps},
          {"monthlyUsdBefore", before},
          {"monthlyUsdAfter", after},
          {"expectedMs", 65'000},
          {"dangers", Json::array()},
          {"requiredActions", Json::array()},
          {"reassurance", "Nothing that works now stops meanwhile."}};
}

TEST(RenderPlan, ADeployment) {
  Json changes = Json::array({change("create", "vpc", "demo", "10.0.0.0/20 in nyc1", 0, 0)});
  for (const char* node : {"master-1", "master-2", "replica-1", "sentinel-1"})
    changes.push_back(change("create", "machine", std::string("demo-") + node,
                             "s-2vcpu-4gb in nyc1, Debian 12", 0, 24));
  Json plan = plan_of("Deploy Redis cluster demo: 4 machines", changes, 0, 96);
  plan["notes"] = {
      "An even number of sentinels gains nothing: with 4 as with 3, one may fail. A fifth one "
      "would "
      "let two fail."};
  expect_shape("plan_deploy", render_plan(plan, {}));
}

TEST(RenderPlan, AnUpdateWithEveryKindOfChange) {
  Json plan =
      plan_of("Update Redis cluster demo",
              {change("create", "machine", "demo-replica-7", "s-2vcpu-2gb in nyc1", 0, 18),
               change("update", "firewall", "demo", "clients 10.0.0.0/8", 0, 0),
               change("replace", "machine", "demo-master-1", "s-2vcpu-2gb -> s-4vcpu-8gb", 18, 48),
               change("destroy", "machine", "demo-sentinel-4", "s-1vcpu-1gb in nyc1", 6, 0)},
              24, 66);
  plan["disruptions"] = {
      "Clients of demo-m1 cannot write for about 2 s while its master is switched over", "Short"};
  plan["reassurance"] = nullptr;
  plan["dangers"] = {{{"kind", "encryption"},
                      {"message",
                       "passwords and data of demo travel in the clear from then on, "
                       "for whoever is on the way to read"}}};
  plan["requiredActions"] = {{{"who", "clients of demo"},
                              {"what", "connect without TLS"},
                              {"until", "from when they are disconnected"}}};
  expect_shape("plan_update", render_plan(plan, {}));
  EXPECT_THAT(render_plan(plan, {.color = true}), HasSubstr("\x1b[31m  -\x1b[0m"));
  EXPECT_THAT(render_plan(plan, {.color = true}),
              HasSubstr("\x1b[31mWhat this destroys or weakens\x1b[0m"));
}

TEST(RenderPlan, WhatEndsAnAddress) {
  const auto moving = [](const char* fate, const char* node, const Json& address) {
    return Json{{"fate", fate},
                {"node", node},
                {"address", address},
                {"usedBy", "clients, to find the master"}};
  };
  Json plan = plan_of("Upgrade Redis cluster demo: 1 machine to replace", Json::array(), 6, 12);
  plan["addressChanges"] = {
      moving("moves", "sentinel-1", "10.64.128.5:26379"), moving("moves", "sentinel-2", nullptr),
      moving("goes", "sentinel-4", "10.64.128.8:26379"), moving("comes", "sentinel-5", nullptr)};
  expect_shape("plan_addresses", render_plan(plan, {}));
}

TEST(RenderPlan, ADeletion) {
  Json plan =
      plan_of("Delete Redis cluster demo: 1 machine",
              {change("destroy", "machine", "demo-master-1", "s-1vcpu-1gb in nyc1", 6, 0)}, 6, 0);
  plan["disruptions"] = {"All data of demo is lost"};
  plan["reassurance"] = nullptr;
  expect_shape("plan_delete", render_plan(plan, {}));
}

TEST(RenderPlan, NothingToChange) {
  Json plan = plan_of("Redis cluster demo", Json::array(), 24, 24);
  plan["empty"] = true;
  expect_shape("plan_empty", render_plan(plan, {}));
}

TEST(RenderPlan, LongNamesStayWithinTheWidth) {
  const std::string name(63, 'n');
  expect_shape(
      "plan_long_names",
      render_plan(plan_of("Deploy " + name,
                          {change("create", "machine", name, "s-2vcpu-4gb in nyc1", 0, 1234.5),
                           change("replace", "machine", name,
                                  "a long detail that must be cut somewhere", 1000, 2000)},
                          1000, 3234.5),
                  {}));
}

Json operation_of(const std::string& state, Json steps, int done) {
  return {{"id", "op_01jd6zt3m5c1n8v2b7h4k9d3e0"},
          {"summary", "Deploy Redis cluster demo: 12 machines"},
          {"action", "deploy"},
          {"resourceName", "demo"},
          {"state", state},
          {"final", state == "succeeded" || state == "failed" || state == "cancelled"},
          {"error", nullptr},
          {"stepsTotal", steps.size()},
          {"stepsDone", done},
          {"progressPercent", steps.empty() ? 0 : done * 100 / static_cast<int>(steps.size())},
          {"expectedMs", 90'000},
          {"elapsedMs", 61'500},
          {"startedAt", "2026-11-21T00:24:40.000Z"},
          {"steps", steps}};
}

Json running_steps(int installing) {
  Json steps = Json::array({step("Create the VPC", "Creating DigitalOcean droplets", "done")});
  for (int i = 1; i <= installing; ++i)
    steps.push_back(step("Install Redis on master-" + std::to_string(i),
                         "Installing Redis on each node", "waiting", "apt has run for 12 s"));
  if (installing > 0) steps[1]["startedAt"] = "2026-11-21T00:24:52.000Z";
  steps.push_back(step("Configure replica-1", "Configuring master-replica relationships", "ready",
                       "connection refused; tried again in 2 s", 2));
  steps.push_back(step("Start sentinel-1", "Setting up Sentinel nodes"));
  return steps;
}

TEST(RenderProgress, WhileRunning) {
  expect_shape("progress_running", render_progress(operation_of("running", running_steps(3), 1),
                                                   Millis(48'000), 0, "", {}));
}

TEST(RenderProgress, ManyAtOnceFitAScreen) {
  expect_shape("progress_many", render_progress(operation_of("running", running_steps(12), 1),
                                                Millis(48'000), 3, "", {}));
}

TEST(RenderProgress, StuckAndDisconnected) {
  Json steps = running_steps(1);
  steps[1]["stuck"] = true;
  steps[1]["because"] =
      "demo-master-1 has not answered on port 22 since 00:24:40, which is far too long";
  expect_shape(
      "progress_stuck",
      render_progress(operation_of("running", steps, 1), Millis(601'000), 1,
                      "connection lost, trying again: GET http://127.0.0.1:8420/api: no connection",
                      {}));
}

TEST(RenderProgress, WhatTakesFarTooLongStandsAtTheTop) {
  Json operation = operation_of("running", running_steps(3), 1);
  for (Json& step : operation["steps"]) step["lateAfterMs"] = 30'000;
  const auto shown = [&](Millis elapsed) { return render_progress(operation, elapsed, 0, "", {}); };
  EXPECT_THAT(shown(Millis(41'000)), Not(HasSubstr("late:")));
  expect_shape("progress_late", shown(Millis(43'000)));
  // What lay idle between a failure and a retry is no part of the operation's time, but of the
  // clock that a step began by.
  operation["idleMs"] = 10'000;
  EXPECT_THAT(shown(Millis(33'000)), HasSubstr("late: Install Redis on master-1"));
}

TEST(RenderProgress, EveryWidthHoldsEveryLine) {
  for (int width = 40; width <= 100; ++width) {
    std::istringstream lines(render_progress(operation_of("running", running_steps(12), 1),
                                             Millis(48'000), 2, "a notice", {.width = width}));
    for (std::string line; std::getline(lines, line);)
      ASSERT_LE(columns(line), static_cast<size_t>(width)) << line;
  }
}

TEST(RenderProgress, OfNothingYet) {
  expect_shape("progress_empty",
               render_progress(operation_of("pending", Json::array(), 0), Millis(0), 0, "", {}));
}

TEST(RenderOutcome, EachEnd) {
  Json failed = running_steps(2);
  failed[1]["state"] = "failed";
  failed[1]["because"] =
      "demo-master-1 did not boot within 300 s; DigitalOcean reports it as 'new'";
  Json operation = operation_of("failed", failed, 1);
  operation["error"] = "Create demo-master-1: it did not boot";
  expect_shape("outcome", render_outcome(operation_of("succeeded", failed, 5), {}) +
                              render_outcome(operation_of("cancelled", failed, 5), {}) +
                              render_outcome(operation, {}));
}

TEST(RenderEvent, IsOneLine) {
  EXPECT_EQ(render_event({{"type", "step.done"}, {"message", "Install Redis on master-1"}},
                         Millis(72'000)),
            "   1:12  step.done            Install Redis on master-1");
}

Json node(const char* name, const char* role, const char* address, const Json& lag_bytes) {
  return {{"name", name},
          {"role", role},
          {"state", "active"},
          {"privateAddress", address},
          {"publicAddress", "10.64.0.3"},
          {"size", "s-2vcpu-4gb"},
          {"replication", {{"lagBytes", lag_bytes}, {"offset", 4711}}}};
}

Json status_of() {
  return {
      {"health", "degraded"},
      {"problems",
       {"demo-replica-2 does not answer on 10.64.128.6:6379: connection refused since 00:24:40"}},
      {"observedAt", "2026-11-21T00:24:40.123Z"},
      {"region", "nyc1"},
      {"targetClusters", {"redis-sentinel-cluster-1"}},
      {"vpcUUID", "vpc-1"},
      {"enableTLS", true},
      {"nodeCounts", {{"master", 1}, {"replica", 1}, {"sentinel", 1}}},
      {"nodes",
       {node("demo-master-1", "master", "10.64.128.3", nullptr),
        node("demo-replica-1", "replica", "10.64.128.4", 0),
        node("demo-sentinel-1", "sentinel", "10.64.128.5", nullptr)}},
      {"groups", Json::array({{{"name", "demo-m1"},
                               {"master", "demo-master-1"},
                               {"members", {"demo-master-1", "demo-replica-1"}}}})},
      {"connection",
       {{"username", "default"},
        {"sentinels", {"10.64.128.5:26379"}},
        {"urls", Json::array({{{"group", "demo-m1"},
                               {"url", "rediss://default:PASSWORD@10.64.128.3:6379/0"}}})},
        {"commands", Json::array({{{"purpose", "connect to demo-m1"},
                                   {"command", "redis-cli -h 10.64.128.3 --askpass"}}})},
        {"shell",
         {"ashlar credentials redis demo --get caCertificate > demo-ca.crt",
          "REDISCLI_AUTH=$(ashlar credentials redis demo --get password) \\\n"
          "  redis-cli -h 10.64.128.3 -p 6379 set greeting hello"}}}}};
}

Json server_of(bool tls) {
  return {{"id", "res_01jd6zt3m2k8f0a9q7w4x5y6z1"},
          {"kind", "redis"},
          {"name", "demo"},
          {"state", "degraded"},
          {"condition",
           {{"word", "degraded"},
            {"severity", "warning"},
            {"reason", "demo-replica-2 does not answer on 10.64.128.6:6379"}}},
          {"generation", 3},
          {"spec", {{"region", "nyc1"}, {"enableTLS", tls}}},
          {"status", status_of()},
          {"machines", Json::array()},
          {"currentOperationId", "op_01jd6zt3m5c1n8v2b7h4k9d3e0"},
          {"createdAt", "2026-11-21T00:24:40.123Z"},
          {"updatedAt", "2026-11-21T00:24:40.123Z"}};
}

const KindView& redis() {
  static const Kinds kinds = known_kinds();
  return kinds.named("redis");
}

TEST(RenderServer, WithItsNodes) {
  const Json operation{{"action", "deploy"}, {"actor", {{"type", "token"}, {"name", "ci"}}}};
  expect_shape("server", render_server(server_of(true), operation, redis(), {}));
}

TEST(RenderServer, SaysWhyAshlarBeganTheLastOperation) {
  const Json operation{{"action", "rotate"},
                       {"actor", {{"type", "schedule"}, {"name", "certificates"}}},
                       {"because", "the certificate of master-1 expires on 2026-12-06"}};
  std::string shown = render_server(server_of(true), operation, redis(), {});
  for (size_t at = 0; (at = shown.find('\n', at)) != std::string::npos;) {
    const size_t end = shown.find_first_not_of(" \n", at);
    shown.replace(at, (end == std::string::npos ? shown.size() : end) - at, " ");
  }
  EXPECT_THAT(shown, HasSubstr("rotate, asked for by schedule 'certificates': the certificate of "
                               "master-1 expires on 2026-12-06"));
}

TEST(RenderServer, BeforeItHasReportedAnything) {
  Json server = server_of(false);
  server["status"] = Json::object();
  server["state"] = "deploying";
  server["condition"] = {{"word", "deploying"}, {"severity", "busy"}, {"reason", nullptr}};
  server["machines"] = Json::array({{{"node", "master-1"},
                                     {"role", "master"},
                                     {"name", "demo-master-1"},
                                     {"publicAddress", nullptr},
                                     {"privateAddress", "10.64.128.3"},
                                     {"size", "s-1vcpu-1gb"}}});
  expect_shape("server_new", render_server(server, nullptr, redis(), {}));
}

TEST(RenderServers, AList) {
  Json other = server_of(false);
  other["name"] = std::string(60, 'o');
  other["status"]["surplus"] = {{{"name", "master-1~2"}}};
  expect_shape("servers", render_servers(Json::array({server_of(true), other}), {}));
}

TEST(RenderOperations, AList) {
  Json stuck = operation_of("running", running_steps(3), 1);
  stuck["stuck"] = true;
  stuck["actor"] = {{"type", "healing"}, {"id", nullptr}, {"name", nullptr}};
  expect_shape(
      "operations",
      render_operations(Json::array({operation_of("succeeded", running_steps(3), 6), stuck}), {}));
}

TEST(RenderConnecting, NamesCommandsAndNoSecret) {
  Json older = server_of(false);  // of a status that an earlier version stored
  older["status"]["connection"].erase("shell");
  expect_shape("connecting", render_connecting(server_of(true), redis()) + "---\n" +
                                 render_connecting(older, redis()));
}

TEST(RenderConnecting, SaysSoWhenNothingWasProvedYet) {
  Json server = server_of(true);
  server["status"]["connection"] = nullptr;
  EXPECT_THAT(render_connecting(server, redis()),
              HasSubstr("demo has not been proved to work yet"));
}

TEST(RenderConnecting, NamesAreTextsToPaste) {
  Json server = server_of(true);
  EXPECT_THROW(render_names(server, false), Error);
  Json& connection = server["status"]["connection"];
  connection["hosts"] = Json::array({{{"node", "sentinel-1"}}});
  connection["hostsFile"] = "10.64.128.5 sentinel-1.demo.example.com\n";
  connection["zoneFile"] = "sentinel-1 IN A 10.64.128.5\n";
  EXPECT_EQ(render_names(server, false), connection["hostsFile"]);
  EXPECT_EQ(render_names(server, true), connection["zoneFile"]);
  EXPECT_THAT(render_addresses(server, redis()), HasSubstr("    10.64.128.5:26379\n"));
  EXPECT_THAT(render_addresses(server, redis()),
              HasSubstr("ashlar credentials redis demo --hosts"));
}

TEST(RenderFindings, SaysWhatToDo) {
  expect_shape(
      "findings",
      render_findings(
          {{"Machines", "root", Health::kGood, "yes", ""},
           {"Machines", "nft", Health::kBad, "not found",
            "apt-get install --no-install-recommends nftables, and then run this command again"},
           {"The server", "answers", Health::kAdvice,
            "GET http://127.0.0.1:8420/api/me: no connection: Couldn't connect to server",
            "start it"}},
          {}));
}

TEST(Doctor, ReadsMemory) {
  constexpr std::string_view kInfo = "MemTotal:  100 kB\nMemAvailable:   2048 kB\n";
  EXPECT_EQ(memory_kilobytes(kInfo, "MemAvailable:"), 2048);
  EXPECT_EQ(memory_kilobytes(kInfo, "SwapFree:"), 0);
}

// An answer of another version, or of something that is not Ashlar, must not end the program.
TEST(Render, HoldsAgainstAnswersOfAnyShape) {
  for (const Json& odd :
       {Json::object(), Json{{"steps", 7}, {"changes", "x"}, {"status", Json::array()}},
        Json{{"spec", nullptr}, {"summary", 1}, {"notes", {1, nullptr}}}}) {
    EXPECT_NO_THROW(render_plan(odd, {}));
    EXPECT_NO_THROW(render_progress(odd, Millis(0), 0, "", {}));
    EXPECT_NO_THROW(render_outcome(odd, {}));
    EXPECT_NO_THROW(render_event(odd, Millis(0)));
    EXPECT_NO_THROW(render_server(odd, odd, redis(), {}));
    EXPECT_NO_THROW(render_servers(Json::array({odd}), {}));
    EXPECT_NO_THROW(render_operations(Json::array({odd}), {}));
    EXPECT_NO_THROW(render_connecting(odd, redis()));
  }
}

}  // namespace
}  // namespace ashlar::cli
