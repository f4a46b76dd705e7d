#include "cloud/digitalocean/digitalocean.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "cloud/digitalocean/objects.hpp"
#include "cloud/digitalocean/rate_limiter.hpp"
#include "http/server.hpp"

namespace ashlar::cloud {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

constexpr const char* kToken = "dop_v1_canary_token";

/// DigitalOcean as a script: each request must be the next one written down. Anything else names
/// itself and fails the test, and so does a script that was not played to its end.
class ScriptedDigitalOcean {
 public:
  struct Scene {
    std::string request;  // "GET /v2/account"
    http::Response response;
    std::function<void(const Json& body)> check;
    bool repeats = false;  // stays for any number of the same request
    bool played = false;
  };

  ScriptedDigitalOcean()
      : server_({.threads = 4}, [this](const http::Request& request) { return play(request); }) {}
  ~ScriptedDigitalOcean() {
    server_.stop();
    for (const auto& scene : scenes_) {
      if (!scene.played) ADD_FAILURE() << "never asked: " << scene.request;
    }
  }

  void expect(std::string request, http::Response response,
              std::function<void(const Json&)> check = {}) {
    const std::lock_guard lock(mutex_);
    scenes_.push_back({std::move(request), std::move(response), std::move(check)});
  }
  void expect_some(std::string request, http::Response response) {
    expect(std::move(request), std::move(response));
    scenes_.back().repeats = true;
  }
  std::string url() const { return server_.url(); }

 private:
  static std::string line_of(const http::Request& request) {
    std::string line = request.method + " " + request.path;
    const char* separator = "?";
    for (const auto& [name, value] : request.query) {
      if (name == "per_page") continue;
      if (name == "page" && value == "1") continue;
      line += separator + name + "=" + value;
      separator = "&";
    }
    return line;
  }

  http::Response play(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    const auto line = line_of(request);
    EXPECT_EQ(request.header("Authorization"), std::string("Bearer ") + kToken);
    if (!scenes_.empty() && scenes_.front().played && scenes_.front().request != line) {
      scenes_.pop_front();
    }
    if (scenes_.empty() || scenes_.front().request != line) {
      ADD_FAILURE() << "unexpected " << line << ", expected "
                    << (scenes_.empty() ? "nothing" : scenes_.front().request);
      return http::Response::json(400, {{"id", "unexpected"}, {"message", line}});
    }
    scenes_.front().played = true;
    const auto scene = scenes_.front();
    if (!scene.repeats) scenes_.pop_front();
    if (scene.check) scene.check(parse_json(request.body).value_or(Json()));
    return scene.response;
  }

  std::mutex mutex_;
  std::deque<Scene> scenes_;
  http::Server server_;
};

Json droplet(int id, const std::string& status = "active", const std::string& tag = "step-1") {
  return {{"id", id},
          {"name", "m-" + std::to_string(id)},
          {"status", status},
          {"locked", false},
          {"region", {{"slug", "nyc1"}}},
          {"size_slug", "s-1vcpu-1gb"},
          {"disk", 25},
          {"vpc_uuid", "v-1"},
          {"tags", {tag}},
          {"networks",
           {{"v4", Json::array(
                       {{{"ip_address", "10.1.0." + std::to_string(id)}, {"type", "private"}},
                        {{"ip_address", "203.0.113." + std::to_string(id)}, {"type", "public"}}})},
            {"v6", Json::array()}}}};
}

http::Response ok(const Json& body, int status = 200) {
  return http::Response::json(status, body);
}
http::Response droplets(const std::vector<Json>& list) {
  return ok({{"droplets", list}});
}
http::Response failure(int status, const std::string& id, const std::string& message) {
  return ok({{"id", id}, {"message", message}, {"request_id", "rid-7"}}, status);
}
http::Response limited(const std::string& retry_after) {
  auto response = failure(429, "too_many_requests", "API rate limit exceeded.");
  response.headers["Retry-After"] = retry_after;
  return response;
}
http::Response dropped() {
  http::Response response;
  response.drop_connection = true;
  return response;
}
http::Response page(const std::string& key, const std::vector<Json>& items, bool more) {
  Json body = {{key, items}, {"links", Json::object()}};
  if (more) body["links"] = {{"pages", {{"next", "http://elsewhere.invalid/steal-the-token"}}}};
  return ok(body);
}

class DigitalOceanTest : public ::testing::Test {
 protected:
  DigitalOceanTest() {
    DigitalOceanOptions options;
    options.url = script_.url() + "/";
    options.token = Secret(kToken);
    options.clock = &clock_;
    options.sleep = [this](Millis duration) {
      slept_ += duration;
      clock_.advance(duration);
    };
    cloud_ = make_digitalocean(options);
  }

  static MachineRequest request() {
    return {
        .name = "m-1",
        .region = "nyc1",
        .size = "s-1vcpu-1gb",
        .vpc_id = "v-1",
        .ssh_key_ids = {"42"},
        .tags = {"resource-1", "step-1"},
        .user_data = Secret("#cloud-config\nssh_keys:\n  ed25519_private: canary-private-key\n")};
  }
  CloudMachine create() { return cloud_->create_machine(request()).value(); }

  template <class Body>
  Error error_of(Body body) {
    try {
      body();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr(kToken)));
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(ErrorCode::kInternal, "");
  }

  ManualClock clock_;
  Millis slept_{0};
  ScriptedDigitalOcean script_;
  std::unique_ptr<Cloud> cloud_;
};

TEST_F(DigitalOceanTest, CreatesAMachineWithItsTags) {
  script_.expect(
      "POST /v2/droplets", ok({{"droplet", droplet(1, "new")}}, 202), [](const Json& body) {
        EXPECT_EQ(body["tags"], Json({"resource-1", "step-1"}));
        EXPECT_EQ(body["ssh_keys"], Json({42}));
        EXPECT_EQ(body["vpc_uuid"], "v-1");
        EXPECT_EQ(body["image"], "debian-12-x64");
        EXPECT_THAT(body["user_data"].get<std::string>(), HasSubstr("canary-private-key"));
      });
  const auto machine = create();
  EXPECT_EQ(machine.id, "1");
  EXPECT_EQ(machine.state, MachineState::kNew);
  EXPECT_EQ(machine.public_address, "203.0.113.1");
  EXPECT_EQ(machine.private_address, "10.1.0.1");
  EXPECT_EQ(slept_, 0ms);
}

TEST_F(DigitalOceanTest, NamesASnapshotByItsNumber) {
  MachineRequest request;
  request.image = "123456789";
  EXPECT_EQ(objects::droplet_request(request)["image"], 123456789);
}

/// One request each, however it ends: who asked decides what a lost answer means.
TEST_F(DigitalOceanTest, TellsALostAnswerFromARefusalAndNeverAsksTwice) {
  const auto lost = [&](http::Response response) {
    script_.expect("POST /v2/droplets", std::move(response));
    const auto made = cloud_->create_machine(request());
    ASSERT_FALSE(made.has_value());
    EXPECT_THAT(made.error().what(), Not(HasSubstr(kToken)));
  };
  lost(dropped());
  lost(failure(500, "server_error", "Unexpected server-side error"));
  lost(ok({{"droplet", {{"id", 1}}}}, 202));  // made, but who could read that
  lost(http::Response::text(202, "<html>ok"));
  EXPECT_EQ(slept_, 0ms);

  script_.expect("POST /v2/vpcs", dropped());
  EXPECT_FALSE(cloud_->create_vpc({.name = "b", .region = "nyc1"}).has_value());
  script_.expect("POST /v2/account/keys", dropped());
  EXPECT_FALSE(cloud_->create_ssh_key("ashlar", "ssh-ed25519 AAA").has_value());
}

TEST_F(DigitalOceanTest, SaysThatANameIsTaken) {
  script_.expect("POST /v2/vpcs", failure(409, "conflict", "a VPC with the same name exists"));
  EXPECT_EQ(error_of([&] { (void)cloud_->create_vpc({.name = "b", .region = "nyc1"}); }).code(),
            ErrorCode::kConflict);
  script_.expect("POST /v2/account/keys",
                 failure(422, "unprocessable_entity", "SSH Key is already in use on your account"));
  EXPECT_EQ(error_of([&] { (void)cloud_->create_ssh_key("ashlar", "ssh-ed25519 AAA"); }).code(),
            ErrorCode::kConflict);
}

TEST_F(DigitalOceanTest, ListsAllThatIsInTheAccount) {
  script_.expect("GET /v2/droplets", droplets({droplet(1), droplet(2)}));
  EXPECT_EQ(cloud_->list_machines().size(), 2u);
  auto dated = droplet(1);
  dated["created_at"] = "2026-11-26T14:00:00Z";
  script_.expect("GET /v2/droplets", droplets({dated}));
  EXPECT_EQ(to_rfc3339(cloud_->list_machines().at(0).created_at.value()),
            "2026-11-26T14:00:00.000Z");
  script_.expect("GET /v2/tags", page("tags", {{{"name", "a"}}, {{"name", "b"}}}, false));
  EXPECT_EQ(cloud_->list_tags(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(DigitalOceanTest, RepeatsACreateThatWasNotAdmitted) {
  script_.expect("POST /v2/droplets", limited("3"));
  script_.expect("POST /v2/droplets", ok({{"droplet", droplet(1, "new")}}, 202));
  EXPECT_EQ(create().id, "1");
  EXPECT_GE(slept_, 3s);
}

TEST_F(DigitalOceanTest, SaysWhatWasAnsweredAndHidesUserData) {
  script_.expect("POST /v2/droplets",
                 failure(422, "unprocessable_entity",
                         "Size is not available; you sent ed25519_private: canary-private-key"));
  const auto error = error_of([&] { create(); });
  EXPECT_EQ(error.code(), ErrorCode::kProvider);
  EXPECT_THAT(
      error.message(),
      AllOf(HasSubstr("digitalocean answered 422 unprocessable_entity: Size is not available"),
            HasSubstr("POST /v2/droplets"), HasSubstr("rid-7"),
            Not(HasSubstr("canary-private-key"))));
}

TEST_F(DigitalOceanTest, RefusesTagsThatDigitalOceanWouldRefuse) {
  auto refused = request();
  refused.tags = {"a b"};
  EXPECT_EQ(error_of([&] { (void)cloud_->create_machine(refused); }).code(),
            ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { cloud_->find_machines_by_tag("a.b"); }).code(),
            ErrorCode::kInvalidInput);
}

TEST_F(DigitalOceanTest, RepeatsReadsThroughErrorsWithGrowingPauses) {
  script_.expect("GET /v2/account", failure(503, "unavailable", "x"));
  script_.expect("GET /v2/account", dropped());
  script_.expect("GET /v2/account", http::Response::text(200, "<html>"));
  script_.expect(
      "GET /v2/account",
      ok({{"account", {{"email", "a@b.c"}, {"status", "active"}, {"droplet_limit", 25}}}}));
  EXPECT_EQ(cloud_->check_account(), "a@b.c (active, at most 25 machines)");
  // At least two pauses: libcurl itself asks again on a new connection when a kept one is dropped.
  EXPECT_GE(slept_, 250ms * 0.6 + 500ms * 0.6);
}

TEST_F(DigitalOceanTest, GivesUpInTimeAndSaysWhatItMet) {
  script_.expect_some("GET /v2/account", failure(500, "server_error", "x"));
  const auto error = error_of([&] { cloud_->check_account(); });
  EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr("500 server_error"));
  EXPECT_LE(slept_, 20s);
  EXPECT_GE(slept_, 10s);
}

TEST_F(DigitalOceanTest, DoesNotAskAgainWhatWasRefused) {
  script_.expect("GET /v2/account", failure(401, "Unauthorized", "Unable to authenticate you"));
  const auto error = error_of([&] { cloud_->check_account(); });
  EXPECT_EQ(error.code(), ErrorCode::kProvider);
  EXPECT_THAT(error.remedy(), HasSubstr("token"));
}

TEST_F(DigitalOceanTest, SendsNothingWhileTheLimitLastsLongerThanACallMay) {
  script_.expect("GET /v2/account", limited("120"));
  EXPECT_EQ(error_of([&] { cloud_->check_account(); }).code(), ErrorCode::kTooManyRequests);
  // The next call is refused without a request; two minutes later calls go through.
  EXPECT_EQ(error_of([&] { cloud_->check_account(); }).code(), ErrorCode::kTooManyRequests);
  clock_.advance(2min);
  script_.expect("GET /v2/account", ok({{"account", {{"email", "a@b.c"}}}}));
  cloud_->check_account();
}

TEST_F(DigitalOceanTest, SlowsDownBeforeTheQuotaIsUsedUp) {
  auto answer = ok({{"account", {{"email", "a@b.c"}}}});
  const auto reset =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count() +
      60;
  answer.headers = {{"RateLimit-Limit", "5000"},
                    {"RateLimit-Remaining", "30"},
                    {"RateLimit-Reset", std::to_string(reset)}};
  for (int i = 0; i < 4; ++i) script_.expect("GET /v2/account", answer);
  const auto quota = cloud_->quota();
  EXPECT_EQ(quota.limit, 5000);
  EXPECT_EQ(quota.remaining, 30);
  EXPECT_EQ(quota.resets_at, Time{std::chrono::seconds(reset)});
  for (int i = 0; i < 3; ++i) cloud_->check_account();
  // 30 requests for 60 s: one every 2 s. The first of them finds its place free.
  EXPECT_GE(slept_, 3s);
  EXPECT_LE(slept_, 5s);
}

TEST_F(DigitalOceanTest, FollowsPagesWithoutLeavingTheConfiguredHost) {
  script_.expect("GET /v2/droplets?tag_name=t", page("droplets", {droplet(1)}, true));
  script_.expect("GET /v2/droplets?page=2&tag_name=t", page("droplets", {droplet(2)}, true));
  script_.expect("GET /v2/droplets?page=3&tag_name=t", page("droplets", {droplet(3)}, false));
  EXPECT_EQ(cloud_->find_machines_by_tag("t").size(), 3u);
}

TEST_F(DigitalOceanTest, SharesOneListAmongThoseWhoAcceptItsAge) {
  script_.expect("GET /v2/droplets?tag_name=t", droplets({droplet(1)}));
  std::vector<std::jthread> callers;
  for (int i = 0; i < 12; ++i) {
    callers.emplace_back([&] { EXPECT_EQ(cloud_->find_machines_by_tag("t", 700ms).size(), 1u); });
  }
  callers.clear();
  script_.expect("GET /v2/droplets?tag_name=t", droplets({}));
  EXPECT_TRUE(cloud_->find_machines_by_tag("t").empty());  // no age accepted: asks
  clock_.advance(701ms);
  script_.expect("GET /v2/droplets?tag_name=t", droplets({droplet(2)}));
  EXPECT_EQ(cloud_->find_machines_by_tag("t", 700ms).size(), 1u);
}

TEST_F(DigitalOceanTest, DoesNotKeepAFailedList) {
  script_.expect("GET /v2/droplets?tag_name=t", failure(403, "forbidden", "no"));
  EXPECT_EQ(error_of([&] { cloud_->find_machines_by_tag("t", 700ms); }).code(),
            ErrorCode::kProvider);
  script_.expect("GET /v2/droplets?tag_name=t", droplets({droplet(1)}));
  EXPECT_EQ(cloud_->find_machines_by_tag("t", 700ms).size(), 1u);
}

TEST_F(DigitalOceanTest, FindsNoMachineJustAfterItsCreation) {
  script_.expect("GET /v2/droplets/1", failure(404, "not_found", "could not be found"));
  EXPECT_FALSE(cloud_->find_machine("1").has_value());
}

TEST_F(DigitalOceanTest, NamesTheFieldOfAMalformedAnswer) {
  auto broken = droplet(1);
  broken["status"] = "exploded";
  script_.expect("GET /v2/droplets/1", ok({{"droplet", broken}}));
  EXPECT_THAT(error_of([&] { cloud_->find_machine("1"); }).message(), HasSubstr("exploded"));
  broken.erase("name");
  broken["status"] = "active";
  script_.expect("GET /v2/droplets/1", ok({{"droplet", broken}}));
  EXPECT_THAT(error_of([&] { cloud_->find_machine("1"); }).message(), HasSubstr("without name"));
}

TEST_F(DigitalOceanTest, DeletesAnyNumberOfTimesAndThroughLocks) {
  script_.expect("DELETE /v2/droplets/1",
                 failure(422, "unprocessable_entity", "Droplet already has a pending event."));
  script_.expect("DELETE /v2/droplets/1", dropped());
  script_.expect("DELETE /v2/droplets/1", failure(404, "not_found", "gone"));
  cloud_->begin_destroy("1");
  script_.expect("DELETE /v2/tags/t", failure(404, "not_found", "gone"));
  cloud_->delete_tag("t");
  script_.expect("DELETE /v2/vpcs/v-1", failure(404, "not_found", "gone"));
  cloud_->delete_vpc("v-1");
}

TEST_F(DigitalOceanTest, KeepsAVpcThatHasMembers) {
  for (const int status : {403, 409}) {
    script_.expect("DELETE /v2/vpcs/v-1",
                   failure(status, "conflict", "Can not delete VPC with members"));
    EXPECT_EQ(error_of([&] { cloud_->delete_vpc("v-1"); }).code(), ErrorCode::kConflict);
  }
}

Json key(int id, const std::string& material) {
  return {{"id", id}, {"name", "other"}, {"fingerprint", "f"}, {"public_key", material}};
}

TEST_F(DigitalOceanTest, FindsAnSshKeyByItsContent) {
  script_.expect(
      "GET /v2/account/keys",
      page("ssh_keys", {key(1, "ssh-ed25519 AAA x"), key(2, "ssh-ed25519 BBB y")}, false));
  EXPECT_EQ(cloud_->find_ssh_key("ssh-ed25519 BBB me@here\n"), "2");
  script_.expect("GET /v2/account/keys", page("ssh_keys", {key(1, "ssh-ed25519 AAA x")}, false));
  EXPECT_EQ(cloud_->find_ssh_key("ssh-ed25519 BBB"), std::nullopt);
}

TEST_F(DigitalOceanTest, MakesAnSshKey) {
  script_.expect("POST /v2/account/keys", ok({{"ssh_key", key(2, "ssh-ed25519 BBB")}}, 201),
                 [](const Json& body) {
                   EXPECT_EQ(body, Json({{"name", "ashlar"}, {"public_key", "ssh-ed25519 BBB"}}));
                 });
  EXPECT_EQ(cloud_->create_ssh_key("ashlar", "ssh-ed25519 BBB"), "2");
}

Json vpc(const std::string& id, const std::string& name) {
  return {{"id", id}, {"name", name}, {"region", "nyc1"}, {"ip_range", "10.9.0.0/24"}};
}

TEST_F(DigitalOceanTest, MakesAndFindsVpcs) {
  script_.expect("POST /v2/vpcs", ok({{"vpc", vpc("v-2", "b")}}, 201), [](const Json& body) {
    EXPECT_EQ(body, Json({{"name", "b"}, {"region", "nyc1"}, {"description", "whose"}}));
  });
  EXPECT_EQ(cloud_->create_vpc({.name = "b", .region = "nyc1", .description = "whose"})->ip_range,
            "10.9.0.0/24");

  script_.expect("GET /v2/vpcs", page("vpcs", {vpc("v-1", "a")}, true));
  script_.expect("GET /v2/vpcs?page=2", page("vpcs", {vpc("v-2", "b")}, false));
  EXPECT_EQ(cloud_->find_vpc_by_name("b")->id, "v-2");
  script_.expect("GET /v2/vpcs", page("vpcs", {vpc("v-3", "c")}, false));
  EXPECT_EQ(cloud_->find_vpc_by_name("c")->id, "v-3");
  script_.expect("GET /v2/vpcs", page("vpcs", {vpc("v-3", "c")}, false));
  EXPECT_FALSE(cloud_->find_vpc_by_name("d").has_value());

  script_.expect("GET /v2/vpcs/v-9", failure(404, "not_found", "x"));
  EXPECT_FALSE(cloud_->find_vpc("v-9").has_value());
}

FirewallRequest firewall() {
  return {.name = "fw",
          .inbound = {{.protocol = "tcp", .ports = "22", .addresses = {"0.0.0.0/0"}},
                      {.protocol = "tcp", .ports = "6379", .tags = {"peers"}}},
          .outbound = {{.protocol = "icmp", .ports = "0", .addresses = {"0.0.0.0/0"}}},
          .tags = {"members"}};
}

TEST_F(DigitalOceanTest, MakesTagsThenTheFirewall) {
  script_.expect("POST /v2/tags", ok({{"tag", {{"name", "members"}}}}, 201),
                 [](const Json& body) { EXPECT_EQ(body["name"], "members"); });
  script_.expect("POST /v2/tags", ok({{"tag", {{"name", "peers"}}}}, 201));
  script_.expect(
      "POST /v2/firewalls", ok({{"firewall", {{"id", "f-1"}, {"name", "fw"}}}}, 202),
      [](const Json& body) {
        EXPECT_EQ(dump(body["inbound_rules"]),
                  R"([{"protocol":"tcp","ports":"22","sources":{"addresses":["0.0.0.0/0"]}},)"
                  R"({"protocol":"tcp","ports":"6379","sources":{"tags":["peers"]}}])");
        EXPECT_EQ(body["outbound_rules"][0]["destinations"]["addresses"][0], "0.0.0.0/0");
        EXPECT_EQ(body["tags"], Json({"members"}));
      });
  EXPECT_EQ(cloud_->create_firewall(firewall())->id, "f-1");
}

TEST_F(DigitalOceanTest, UpdatesAndFindsAFirewall) {
  const Json known = {{"id", "f-1"}, {"name", "fw"}, {"tags", {"members"}}};
  for (int i = 0; i < 2; ++i) script_.expect("POST /v2/tags", ok({{"tag", Json::object()}}, 201));
  script_.expect("PUT /v2/firewalls/f-1", ok({{"firewall", known}}));
  EXPECT_EQ(cloud_->update_firewall("f-1", firewall()).id, "f-1");
  script_.expect("GET /v2/firewalls", page("firewalls", {known}, false));
  EXPECT_EQ(cloud_->find_firewall("fw")->tags, std::vector<std::string>{"members"});

  script_.expect("GET /v2/firewalls", page("firewalls", {known}, false));
  script_.expect("DELETE /v2/firewalls/f-1", http::Response::empty(204));
  cloud_->delete_firewall("fw");
  script_.expect("GET /v2/firewalls", page("firewalls", {}, false));
  cloud_->delete_firewall("fw");
}

http::Response action(const std::string& status, int code = 200) {
  return ok({{"action", {{"id", 77}, {"status", status}, {"type", "power_off"}}}}, code);
}

TEST_F(DigitalOceanTest, WaitsForPowerActionsAndSkipsWhatIsSoAlready) {
  script_.expect("GET /v2/droplets/1", ok({{"droplet", droplet(1)}}));
  script_.expect("POST /v2/droplets/1/actions", action("in-progress", 201),
                 [](const Json& body) { EXPECT_EQ(body, Json({{"type", "power_off"}})); });
  script_.expect("GET /v2/actions/77", action("in-progress"));
  script_.expect("GET /v2/actions/77", action("in-progress"));
  script_.expect("GET /v2/actions/77", action("completed"));
  cloud_->power("1", PowerAction::kOff);
  EXPECT_EQ(slept_, 300ms + 450ms);

  script_.expect("GET /v2/droplets/1", ok({{"droplet", droplet(1, "off")}}));
  cloud_->power("1", PowerAction::kOff);

  script_.expect("POST /v2/droplets/1/actions", dropped());
  EXPECT_EQ(error_of([&] { cloud_->power("1", PowerAction::kReboot); }).code(),
            ErrorCode::kTimeout);

  script_.expect("POST /v2/droplets/1/actions", action("in-progress", 201));
  script_.expect("GET /v2/actions/77", action("errored"));
  const auto errored = error_of([&] { cloud_->power("1", PowerAction::kCycle); });
  EXPECT_EQ(errored.code(), ErrorCode::kProvider);
  EXPECT_THAT(errored.message(), HasSubstr("a reason that the provider does not tell"));
}

Json one_action(int id, const std::string& status, const std::string& reason = "") {
  Json action = {{"id", id}, {"status", status}, {"type", "create"}};
  if (!reason.empty()) action["error_message"] = reason;
  return action;
}

TEST_F(DigitalOceanTest, TellsWhyTheLastActionOfAMachineFailed) {
  const std::string list = "GET /v2/droplets/1/actions";
  const auto answer = [](const std::vector<Json>& actions) { return ok({{"actions", actions}}); };
  script_.expect(list, answer({one_action(7, "errored", "no inotify instances are left")}));
  EXPECT_EQ(cloud_->failure_of("1"),
            "the action create (7) ended as errored: no inotify instances are left");
  script_.expect(list, answer({one_action(7, "errored")}));
  EXPECT_THAT(cloud_->failure_of("1").value(), HasSubstr("the provider does not tell"));
  script_.expect(list, answer({one_action(9, "in-progress"), one_action(7, "errored", "old")}));
  EXPECT_EQ(cloud_->failure_of("1"), std::nullopt) << "it was tried again since";
  script_.expect(list, answer({}));
  EXPECT_EQ(cloud_->failure_of("1"), std::nullopt);
  script_.expect(list, failure(404, "not_found", "gone"));
  EXPECT_EQ(cloud_->failure_of("1"), std::nullopt);
}

TEST_F(DigitalOceanTest, ShowsNoSecretAndNoFloodOfAFailure) {
  register_secret("canary-of-a-console");
  script_.expect(
      "GET /v2/droplets/1/actions",
      ok({{"actions",
           {one_action(7, "errored", "canary-of-a-console " + std::string(5000, 'x'))}}}));
  const auto said = cloud_->failure_of("1").value();
  EXPECT_THAT(said, Not(HasSubstr("canary")));
  EXPECT_LT(said.size(), 1000u);
}

TEST_F(DigitalOceanTest, DoesNotRepeatWhatIsNotOffered) {
  script_.expect("GET /v2/account", failure(501, "not_implemented", "does not offer"));
  EXPECT_EQ(error_of([&] { cloud_->check_account(); }).code(), ErrorCode::kProvider);
  EXPECT_EQ(slept_, 0ms);
}

TEST_F(DigitalOceanTest, ResizesWithoutTheDiskAndOnlyWhatHasAnotherSize) {
  script_.expect("GET /v2/droplets/1", ok({{"droplet", droplet(1, "off")}}));
  script_.expect("POST /v2/droplets/1/actions", action("in-progress", 201), [](const Json& body) {
    EXPECT_EQ(body, Json({{"type", "resize"}, {"disk", false}, {"size", "s-8vcpu-16gb"}}));
  });
  script_.expect("GET /v2/actions/77", action("completed"));
  cloud_->resize("1", "s-8vcpu-16gb");

  const Json known = droplet(1, "off");
  script_.expect("GET /v2/droplets/1", ok({{"droplet", known}}));
  cloud_->resize("1", known.at("size_slug"));
}

TEST_F(DigitalOceanTest, KeepsTheCatalogForAWhile) {
  const Json size = {{"slug", "s-1"},       {"memory", 1024},     {"vcpus", 1},
                     {"disk", 25},          {"price_monthly", 5}, {"price_hourly", 0.00744},
                     {"regions", {"nyc1"}}, {"available", true}};
  const Json region = {{"slug", "nyc1"},
                       {"name", "New York 1"},
                       {"sizes", {"s-1"}},
                       {"features", {"metadata"}},
                       {"available", false}};
  for (int i = 0; i < 2; ++i) {
    script_.expect("GET /v2/sizes", page("sizes", {size}, false));
    script_.expect("GET /v2/regions", page("regions", {region}, false));
  }
  const auto catalog = cloud_->catalog();
  ASSERT_NE(catalog.find_size("s-1"), nullptr);
  EXPECT_EQ(catalog.find_size("s-1")->memory_bytes, 1LL << 30);
  EXPECT_EQ(catalog.find_size("s-1")->disk_bytes, 25LL << 30);
  EXPECT_FALSE(catalog.find_region("nyc1")->available);
  clock_.advance(4min);
  cloud_->catalog();
  clock_.advance(2min);
  cloud_->catalog();
}

TEST(DigitalOceanOptionsTest, RefusesAnUnusableSetUp) {
  EXPECT_THROW(make_digitalocean({.token = Secret("")}), Error);
  EXPECT_THROW(make_digitalocean({.url = "ftp://x", .token = Secret("token")}), Error);
}

TEST(DigitalOceanOptionsTest, SaysUnavailableWhenNothingListens) {
  ManualClock clock;
  auto cloud = make_digitalocean({.name = "pocket",
                                  .url = "http://127.0.0.1:1",
                                  .token = Secret(kToken),
                                  .clock = &clock,
                                  .sleep = [&](Millis duration) { clock.advance(duration); }});
  try {
    cloud->check_account();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("pocket"), HasSubstr("127.0.0.1:1")));
  }
}

TEST(RateLimiterTest, BelievesARefusalsOwnMomentMoreThanTheHours) {
  ManualClock clock;
  RateLimiter limiter(clock);
  const auto hour_ends = std::chrono::duration_cast<std::chrono::seconds>(
      (clock.now() + std::chrono::hours{1}).time_since_epoch());
  limiter.learn({{"RateLimit-Limit", "5000"},
                 {"RateLimit-Remaining", "0"},
                 {"RateLimit-Reset", std::to_string(hour_ends.count())},
                 {"Retry-After", "2"}});
  EXPECT_LE(limiter.wait_now(), Millis{2'000});
  EXPECT_GT(limiter.wait_now(), Millis{1'000});
}

TEST(RateLimiterTest, AllowsABurstAndThenTheMinutesRate) {
  ManualClock clock;
  RateLimiter limiter(clock);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(limiter.reserve(0ms), 0ms);
  EXPECT_EQ(limiter.reserve(0ms), std::nullopt);
  EXPECT_EQ(limiter.reserve(1s), 250ms);
  EXPECT_EQ(limiter.reserve(1s), 500ms);
  clock.advance(10s);
  for (int i = 0; i < 38; ++i) EXPECT_EQ(limiter.reserve(0ms), 0ms);
  EXPECT_EQ(limiter.reserve(0ms), std::nullopt);
}

}  // namespace
}  // namespace ashlar::cloud
