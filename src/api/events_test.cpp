// Operations while they run: steering them, polling them, and following them live.

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "api/test_world.hpp"

namespace ashlar::api {
namespace {

using ::testing::HasSubstr;

struct Heard {
  std::vector<Json> events;
  int heartbeats = 0;
  int status = 0;
};

/// Listens to an operation's stream until it ends or `enough` says so.
Heard listen(
    World& world, const std::string& operation, http::Headers headers = {},
    const std::string& query = {},
    const std::function<bool(const Heard&)>& enough = [](const Heard&) { return false; }) {
  Heard heard;
  http::Client client;
  http::SseParser parser([&](std::string_view id, std::string_view event, std::string_view data) {
    const Json json = parse_json(data).value();
    EXPECT_EQ(std::to_string(json["number"].get<int>()), id);
    EXPECT_EQ(json["type"].get<std::string>(), event);
    if (!enough(heard)) heard.events.push_back(json);
  });
  headers.emplace("Authorization", "Bearer " + world.admin);
  const auto response = client.stream(
      {.url = world.server->url() + "/api/operations/" + operation + "/events/stream" + query,
       .headers = headers,
       .timeout = Millis{20'000}},
      [&](std::string_view bytes) {
        for (size_t at = bytes.find(": still here"); at != bytes.npos;
             at = bytes.find(": still here", at + 1))
          ++heard.heartbeats;
        parser.feed(bytes);
        return !enough(heard);
      });
  heard.status = response.status;
  return heard;
}

std::vector<Json> polled(World& world, const std::string& operation, int limit = 200) {
  std::vector<Json> events;
  Json next = 0;
  while (!next.is_null()) {
    const Answer page =
        world.get("/operations/" + operation + "/events?after=" + std::to_string(next.get<int>()) +
                  "&limit=" + std::to_string(limit));
    EXPECT_EQ(page.status, 200) << page.text;
    for (const Json& event : page.json["items"]) events.push_back(event);
    next = page.json["next"];
  }
  return events;
}

std::string begin(World& world, const std::string& name, int count = 3) {
  return world.deploy(toy_cluster(name, count)).json["correlationId"].get<std::string>();
}

Json first_step(World& world, const std::string& operation) {
  return world.get("/operations/" + operation).json.at("steps").at(0);
}

TEST(Events, PolledInPagesOfAnySizeAreTheSame) {
  World world;
  const std::string id = begin(world, "one");
  world.final_operation(id);
  const auto all = polled(world, id);
  ASSERT_GT(all.size(), 5u);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i]["number"], i + 1);
  for (const int limit : {1, 2, 3, 1000}) EXPECT_EQ(polled(world, id, limit), all);
}

TEST(Events, StreamedEqualPolled) {
  World world;
  world.toy.hold = true;
  const std::string id = begin(world, "one");
  std::thread release([&] {
    std::this_thread::sleep_for(Millis{200});
    world.toy.hold = false;
  });
  const Heard live = listen(world, id);
  release.join();
  EXPECT_EQ(live.status, 200);
  EXPECT_EQ(world.get("/operations/" + id).json["final"], true) << "the stream ended too early";
  EXPECT_EQ(live.events, polled(world, id));
  EXPECT_EQ(listen(world, id).events, live.events) << "heard afterwards";
}

TEST(Events, ResumeWithoutLossOrRepetition) {
  World world;
  world.toy.hold = true;
  const std::string id = begin(world, "one", 5);
  const Heard first =
      listen(world, id, {}, "", [](const Heard& h) { return h.events.size() >= 2; });
  ASSERT_EQ(first.events.size(), 2u);
  world.toy.hold = false;
  world.final_operation(id);
  const std::string last = std::to_string(first.events.back()["number"].get<int>());
  for (const auto& rest :
       {listen(world, id, {{"Last-Event-ID", last}}), listen(world, id, {}, "?after=" + last),
        listen(world, id, {{"Last-Event-ID", last}}, "?after=0")}) {
    std::vector<Json> together = first.events;
    together.insert(together.end(), rest.events.begin(), rest.events.end());
    EXPECT_EQ(together, polled(world, id));
  }
  EXPECT_TRUE(listen(world, id, {{"Last-Event-ID", "99999"}}).events.empty());
}

TEST(Events, PolledSayWhenThereWillBeNoMore) {
  World world;
  world.toy.hold = true;
  const std::string id = begin(world, "one");
  const Answer running = world.get("/operations/" + id + "/events");
  EXPECT_FALSE(running.json["next"].is_null());
  EXPECT_EQ(running.json["operation"]["final"], false);
  world.toy.hold = false;
  world.final_operation(id);
  EXPECT_TRUE(world.get("/operations/" + id + "/events").json["next"].is_null());
}

TEST(Streams, SendHeartbeatsWhileNothingHappens) {
  World world({.heartbeat = Millis{40}});
  world.toy.hold = true;
  const std::string id = begin(world, "one");
  const Heard heard = listen(world, id, {{"Last-Event-ID", "99999"}}, "",
                             [](const Heard& h) { return h.heartbeats >= 3; });
  EXPECT_GE(heard.heartbeats, 3);
  EXPECT_TRUE(heard.events.empty());
}

TEST(Streams, ManyIdleOnesDoNotHinderRequests) {
  World world;
  world.toy.hold = true;
  const std::string id = begin(world, "one");
  constexpr int kStreams = 100;
  std::atomic<int> ended = 0;
  std::vector<std::thread> listeners;
  for (int i = 0; i < kStreams; ++i)
    listeners.emplace_back([&] {
      if (listen(world, id).events.size() > 3) ++ended;
    });
  const std::string open = "ashlar_event_streams_open " + std::to_string(kStreams);
  for (int i = 0; i < 500 && world.get("/metrics").text.find(open) == std::string::npos; ++i)
    std::this_thread::sleep_for(Millis{10});
  EXPECT_THAT(world.get("/metrics").text, HasSubstr(open));
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(world.get("/me").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  world.toy.hold = false;
  for (std::thread& listener : listeners) listener.join();
  EXPECT_EQ(ended, kStreams);
}

TEST(Streams, EndWhenTheServerStops) {
  World world;
  world.toy.hold = true;
  const std::string id = begin(world, "one");
  std::thread listener([&] {
    try {
      listen(world, id);
    } catch (const Error&) {
      // The connection is cut: that is an error to a client that waited for the end.
    }
  });
  std::this_thread::sleep_for(Millis{200});
  const auto began = std::chrono::steady_clock::now();
  world.server->stop();
  listener.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

TEST(Operations, SayWhatTheyAreDoing) {
  World world;
  world.toy.hold = true;
  const std::string id = begin(world, "one");
  Json operation;
  for (int i = 0; i < 500; ++i) {
    operation = world.get("/operations/" + id).json;
    if (operation["steps"][0]["state"] == "waiting") break;
    std::this_thread::sleep_for(Millis{10});
  }
  EXPECT_EQ(operation["phase"], "Playing");
  EXPECT_EQ(operation["steps"][0]["because"], "the test holds it");
  EXPECT_EQ(operation["final"], false);
  EXPECT_LT(operation["progressPercent"], 100);
  EXPECT_TRUE(operation["finishedAt"].is_null());
}

TEST(Operations, ShowWhatTheirStepsSay) {
  World world;
  world.toy.hold = true;
  world.toy.lines = 2;
  const std::string id = begin(world, "one");
  Json step;
  for (int i = 0; i < 500; ++i) {
    step = first_step(world, id);
    if (step["outputBytes"] == 2 * 18) break;
    std::this_thread::sleep_for(Millis{10});
  }
  ASSERT_EQ(step["outputBytes"], 2 * 18);
  const std::string path =
      "/operations/" + id + "/steps/" + step["id"].get<std::string>() + "/output";
  const Answer all = world.get(path);
  EXPECT_EQ(all.status, 200) << all.text;
  EXPECT_EQ(all.json, (Json{{"stepId", step["id"]},
                            {"stepKey", step["key"]},
                            {"text", "line 1 of the toy\nline 2 of the toy\n"},
                            {"offset", 0},
                            {"nextOffset", 36},
                            {"outputBytes", 36},
                            {"droppedBytes", 0},
                            {"complete", false}}));
  EXPECT_EQ(world.get(path + "?offset=18").json["text"], "line 2 of the toy\n");
  EXPECT_EQ(world.get(path + "?offset=36").json["text"], "");
  for (const char* wrong : {"?offset=-1", "?offset=x", "?offset=9007199254740992"})
    EXPECT_EQ(world.get(path + wrong).status, 400) << wrong;
  EXPECT_EQ(world.get("/operations/" + id + "/steps/step_of_nobody/output").status, 404);
  const std::string other = begin(world, "other");
  EXPECT_EQ(
      world.get("/operations/" + other + "/steps/" + step["id"].get<std::string>() + "/output")
          .status,
      404)
      << "a step of another operation";

  world.toy.hold = false;
  world.final_operation(id);
  const Json end = world.get(path + "?offset=36").json;
  EXPECT_EQ(end["text"], "said with nothing\n");
  EXPECT_EQ(end["complete"], true);
}

TEST(Streams, TellOfOutputOnlyWhoAsksForIt) {
  World world;
  world.toy.hold = true;
  world.toy.lines = 1;
  const std::string id = begin(world, "one", 1);
  http::Client client;
  std::vector<long long> told;
  bool numbered = false;
  http::SseParser parser(
      [&](std::string_view number, std::string_view event, std::string_view data) {
        if (event != "step.output") return;
        numbered = numbered || !number.empty();
        told.push_back(parse_json(data).value().at("outputBytes").get<long long>());
        if (world.toy.lines++ == 3) world.toy.hold = false;
      });
  client.stream(
      {.url = world.server->url() + "/api/operations/" + id + "/events/stream?output=true",
       .headers = bearer(world.admin),
       .timeout = Millis{20'000}},
      [&](std::string_view bytes) {
        parser.feed(bytes);
        return true;
      });
  ASSERT_GE(told.size(), 3u);
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.front(), 18);
  EXPECT_EQ(told.back(), first_step(world, id)["outputBytes"].get<long long>())
      << "all of it was told before the stream ended";
  for (const Json& event : listen(world, id).events) EXPECT_NE(event["type"], "step.output");
  EXPECT_EQ(world.get("/operations/" + id + "/events/stream?output=maybe").status, 400);
}

TEST(Operations, CanBeCancelled) {
  World world;
  world.toy.hold = true;
  const std::string id = begin(world, "one");
  const Answer cancelled = world.send("POST", "/operations/" + id + "/cancel");
  EXPECT_EQ(cancelled.status, 202) << cancelled.text;
  EXPECT_EQ(world.final_operation(id)["state"], "cancelled");
  EXPECT_EQ(world.send("POST", "/operations/" + id + "/cancel").status, 409);
}

TEST(Operations, CanBeRetried) {
  World world;
  world.toy.fail = true;
  const std::string id = begin(world, "one");
  const Json failed = world.final_operation(id);
  EXPECT_EQ(failed["state"], "failed");
  EXPECT_THAT(failed["error"].get<std::string>(), HasSubstr("the toy broke"));
  world.toy.fail = false;
  const Answer retried = world.send("POST", "/operations/" + id + "/retry");
  EXPECT_EQ(retried.status, 202) << retried.text;
  EXPECT_EQ(world.final_operation(id)["state"], "succeeded");
  EXPECT_EQ(world.send("POST", "/operations/" + id + "/retry").status, 409);
}

TEST(Secrets, AreShownByTheCredentialsRouteAlone) {
  World world({.heartbeat = Millis{50}});
  const std::string canary = "canary-\"7f3a\"-9be1\\x";
  world.toy.leak = canary;  // the toy puts it into events, status, outputs and errors
  world.toy.fail = true;
  Json cluster = toy_cluster("one");
  cluster["systemPassword"] = canary;
  const Answer deploy = world.deploy(cluster);
  ASSERT_EQ(deploy.status, 202) << deploy.text;
  const std::string operation = deploy.json["correlationId"].get<std::string>();
  const std::string resource = deploy.json["operations"][0]["resourceId"].get<std::string>();
  world.final_operation(operation);

  // Read as a browser does, so that its session is something to leak, too.
  const Answer begun =
      world.send("POST", "/session", Json{{"token", world.admin}}, {{"Authorization", ""}});
  const std::string cookie =
      begun.header("Set-Cookie").substr(0, begun.header("Set-Cookie").find(';'));
  std::string seen = deploy.text + begun.text;
  std::set<std::string> read;
  for (const auto& route : contract_routes()) {
    if (route.method != "GET" || route.pattern.ends_with("/credentials")) continue;
    std::string path = route.pattern;
    if (const size_t at = path.find("{id}"); at != path.npos)
      path.replace(at, 4, path.starts_with("/operations") ? operation : resource);
    if (const size_t at = path.find("{kind}"); at != path.npos) path.replace(at, 6, "redis");
    if (const size_t at = path.find("{stepId}"); at != path.npos)
      path.replace(at, 8, first_step(world, operation).at("id").get<std::string>());
    const Answer answer = world.get(path, {{"Authorization", ""}, {"Cookie", cookie}});
    EXPECT_EQ(answer.status, 200) << path;
    seen += answer.text;
    read.insert(route.pattern);
  }
  EXPECT_GE(read.size(), 15u);
  EXPECT_THAT(seen, HasSubstr("said with [secret]"));
  seen += world.send("POST", "/servers/" + resource + "/plans/delete").text;
  cluster["region"] = "mars1";
  seen += world.deploy(cluster).text;
  EXPECT_THAT(seen, HasSubstr("[secret]")) << "the toy did not leak, so nothing was proved";
  EXPECT_EQ(seen.find("canary-"), std::string::npos);
  EXPECT_EQ(seen.find(world.admin), std::string::npos);
  EXPECT_EQ(seen.find(cookie.substr(cookie.find('=') + 1)), std::string::npos);

  const Answer credentials = world.get("/servers/" + resource + "/credentials");
  EXPECT_EQ(credentials.status, 200) << credentials.text;
  EXPECT_EQ(credentials.json["password"], canary);
}

TEST(Secrets, ThatAreWordsOfTheContractDoNotBreakIt) {
  World world;
  Json cluster = toy_cluster("one");
  cluster["systemPassword"] = "correlationId";
  const Answer deploy = world.deploy(cluster);
  ASSERT_EQ(deploy.status, 202) << deploy.text;
  EXPECT_TRUE(deploy.json.contains("correlationId")) << deploy.text;
  world.final_operation(deploy.json["correlationId"].get<std::string>());
}

}  // namespace
}  // namespace ashlar::api
