// The pure parts of the cloud: no machine, no network, no root.

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "pocketcloud/catalog.hpp"
#include "pocketcloud/cidr.hpp"
#include "pocketcloud/cloud_config.hpp"
#include "pocketcloud/droplet_files.hpp"
#include "pocketcloud/faults.hpp"
#include "pocketcloud/page.hpp"
#include "pocketcloud/rate_limit.hpp"
#include "pocketcloud/ruleset.hpp"
#include "pocketcloud/seeding.hpp"
#include "pocketcloud/work_queue.hpp"

namespace ashlar::pocketcloud {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Cidr, ParsesOnlyWholeAndExactText) {
  EXPECT_EQ(Cidr::parse("10.1.0.0/16")->text(), "10.1.0.0/16");
  EXPECT_EQ(Cidr::parse("10.1.2.3")->text(), "10.1.2.3/32");
  EXPECT_EQ(Cidr::parse("10.1.2.3/16", true)->text(), "10.1.0.0/16");
  EXPECT_EQ(Cidr::parse("0.0.0.0/0")->mask(), 0u);
  for (const char* bad :
       {"", "10.1.2", "10.1.2.3.4", "10.1.2.256", "10.1.2.3/16", "10.0.0.0/33", "10.0.0.0/",
        "10.0.0.01", " 10.0.0.1", "10.0.0.1x", "a.b.c.d", "10..0.1"}) {
    EXPECT_FALSE(Cidr::parse(bad)) << bad;
  }
}

TEST(Cidr, KnowsOverlap) {
  const auto range = [](const char* text) { return *Cidr::parse(text); };
  EXPECT_TRUE(range("10.0.0.0/8").overlaps(range("10.9.0.0/16")));
  EXPECT_TRUE(range("10.9.0.0/16").overlaps(range("10.0.0.0/8")));
  EXPECT_FALSE(range("10.0.0.0/16").overlaps(range("10.1.0.0/16")));
}

TEST(AddressPool, GivesTheAddressFreedLastAsTheLast) {
  const Cidr pool = *Cidr::parse("10.0.0.0/29");  // .2 to .6 are for machines
  std::set<Address> taken;
  Address cursor = 0;
  const auto take = [&] {
    const auto address =
        next_free(pool, cursor, 2, [&](Address each) { return taken.contains(each); });
    if (address) taken.insert(cursor = *address);
    return address;
  };
  EXPECT_EQ(to_string(*take()), "10.0.0.2");
  taken.erase(*parse_address("10.0.0.2"));
  for (const char* expected : {"10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.2"}) {
    EXPECT_EQ(to_string(*take()), expected);
  }
  EXPECT_FALSE(take());
}

TEST(AddressPool, FindsFreeSubranges) {
  const Cidr pool = *Cidr::parse("10.0.0.0/22");
  std::vector<Cidr> taken;
  const auto overlaps = [&](const Cidr& each) {
    return std::ranges::any_of(taken, [&](const Cidr& other) { return other.overlaps(each); });
  };
  taken.push_back(*Cidr::parse("10.0.0.128/25"));
  EXPECT_EQ(free_subrange(pool, 24, overlaps)->text(), "10.0.1.0/24");
  taken.push_back(*Cidr::parse("10.0.0.0/22"));
  EXPECT_FALSE(free_subrange(pool, 24, overlaps));
  EXPECT_FALSE(free_subrange(pool, 16, overlaps));
}

TEST(RateLimit, CountsTheHourAndTheMinute) {
  RateLimit limit(5, 3);
  Time now{Millis{1'000'000'000}};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.take(now).allowed);
  const auto burst = limit.take(now + Millis{20'000});
  EXPECT_FALSE(burst.allowed);
  EXPECT_EQ(burst.retry_after, Millis{40'000});
  EXPECT_EQ(burst.remaining, 2u);

  now += Millis{60'000};
  EXPECT_EQ(limit.take(now).remaining, 1u);
  EXPECT_EQ(limit.take(now).remaining, 0u);
  const auto spent = limit.take(now + Millis{60'000});
  EXPECT_FALSE(spent.allowed);
  EXPECT_EQ(spent.retry_after, Millis{3'600'000 - 120'000});
  EXPECT_TRUE(limit.take(now + Millis{3'600'000}).allowed);
}

TEST(RateLimit, RoundsUpInHeaders) {
  http::Headers headers;
  add_headers({.allowed = false,
               .limit = 9,
               .remaining = 0,
               .reset = Time{Millis{1'500}},
               .retry_after = Millis{1}},
              headers);
  EXPECT_EQ(headers["Retry-After"], "1");
  EXPECT_EQ(headers["RateLimit-Reset"], "2");
  EXPECT_EQ(headers["RateLimit-Limit"], "9");
}

Json numbers(int count) {
  Json list = Json::array();
  for (int i = 1; i <= count; ++i) list.push_back(i);
  return list;
}

TEST(Pages, HaveNeighboursAndKeepTheFilter) {
  const http::Query query{{"page", "2"}, {"per_page", "2"}, {"tag_name", "a b"}};
  const Json page =
      paginate("items", numbers(5), *PageRequest::from(query), "http://h/v2/items", query);
  EXPECT_EQ(dump(page["items"]), "[3,4]");
  EXPECT_EQ(page["meta"]["total"], 5);
  EXPECT_EQ(page["links"]["pages"]["next"], "http://h/v2/items?page=3&per_page=2&tag_name=a%20b");
  EXPECT_EQ(page["links"]["pages"]["last"], "http://h/v2/items?page=3&per_page=2&tag_name=a%20b");
  EXPECT_EQ(page["links"]["pages"]["first"], "http://h/v2/items?page=1&per_page=2&tag_name=a%20b");
}

TEST(Pages, RefuseWhatTheSpecificationDoesNotAllow) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"page", "0"},       {"page", "-1"},    {"page", ""},       {"page", "2x"},
      {"per_page", "0"},   {"per_page", "x"}, {"per_page", ""},   {"per_page", "-5"},
      {"per_page", "201"}, {"page", "1.5"},   {"per_page", "+1"}, {"per_page", "5000"}};
  for (const auto& [name, value] : bad) {
    const auto request = PageRequest::from({{name, value}});
    ASSERT_FALSE(request) << name << "=" << value;
    EXPECT_EQ(request.error().front().path, name);
  }
  EXPECT_EQ(PageRequest::from({{"page", "0"}, {"per_page", "0"}}).error().size(), 2u);
  EXPECT_EQ(PageRequest::from({})->per_page, 20);
  EXPECT_EQ(PageRequest::from({{"per_page", "200"}})->per_page, 200);
  EXPECT_EQ(PageRequest::from({{"per_page", "1"}})->per_page, 1);
}

TEST(Pages, BeyondTheLastAreEmpty) {
  const auto far = PageRequest::from({{"page", "99999999999999999999"}});
  ASSERT_TRUE(far) << "the specification knows no last page";
  EXPECT_TRUE(paginate("items", numbers(3), *far, "u", {})["items"].empty());
  const Json beyond = paginate("items", numbers(3), {9, 20}, "u", {});
  EXPECT_TRUE(beyond["items"].empty());
  EXPECT_EQ(beyond["links"]["pages"]["prev"], "u?page=1&per_page=20");
  EXPECT_TRUE(paginate("items", numbers(0), {}, "u", {})["links"].empty());
}

TEST(CloudConfig, TakesWhatIsHonoured) {
  const auto seed = parse_cloud_config(
      "#cloud-config\n"
      "ssh_deletekeys: true\ndisable_root: false\n"
      "ssh_keys:\n  ed25519_private: |\n    PRIVATE\n  ed25519_public: PUBLIC\n"
      "ssh_authorized_keys:\n  - one\n  - two\n"
      "write_files:\n"
      "  - {path: /a, content: text, permissions: '0600', owner: 'redis:adm', append: true}\n"
      "  - {path: /b, content: AAEC, encoding: b64}\n");
  ASSERT_TRUE(seed) << seed.error().front().message;
  ASSERT_EQ(seed->host_keys.size(), 2u);
  EXPECT_EQ(seed->host_keys[0].path, "/etc/ssh/ssh_host_ed25519_key");
  EXPECT_EQ(seed->host_keys[0].content, "PRIVATE\n");
  EXPECT_EQ(seed->host_keys[0].mode, 0600u);
  EXPECT_THAT(seed->authorized_keys, ElementsAre("one", "two"));
  EXPECT_EQ(seed->files[0].mode, 0600u);
  EXPECT_TRUE(seed->files[0].append);
  EXPECT_EQ(seed->files[1].content, std::string("\0\1\2", 3));

  const Seed again = seed_from_json(to_json(*seed));
  EXPECT_EQ(again.files[1].content, seed->files[1].content);
  EXPECT_EQ(again.files[0].owner, "redis:adm");
  EXPECT_EQ(again.authorized_keys, seed->authorized_keys);
}

TEST(CloudConfig, IsEmptyWhenThereIsNone) {
  for (const char* text : {"", "  \n", "#cloud-config\n", "#cloud-config"})
    EXPECT_TRUE(parse_cloud_config(text)) << text;
}

TEST(CloudConfig, RefusesEverythingElseAndQuotesNoValue) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"#!/bin/sh\n", "starts with the line '#cloud-config'"},
      {"#cloud-config\nruncmd: [S3CRET]", "'runcmd' is not supported"},
      {"#cloud-config\npackages: [a]\nusers: []", "'users' is not supported"},
      {"#cloud-config\n- a", "one mapping"},
      {"#cloud-config\nssh_keys: {dsa_private: S3CRET}", "is not supported"},
      {"#cloud-config\nssh_keys: {rsa_private: [S3CRET]}", "must be a text"},
      {"#cloud-config\nssh_authorized_keys: S3CRET", "must be a list"},
      {"#cloud-config\nssh_authorized_keys: [\"a\\nS3CRET\"]", "one line"},
      {"#cloud-config\nwrite_files: [{content: S3CRET}]", "absolute path"},
      {"#cloud-config\nwrite_files: [{path: /a/../b}]", "absolute path"},
      {"#cloud-config\nwrite_files: [{path: /a, permissions: 0644}]", "must be a text"},
      {"#cloud-config\nwrite_files: [{path: /a, permissions: rw}]", "octal"},
      {"#cloud-config\nwrite_files: [{path: /a, encoding: gzip}]", "encoding"},
      {"#cloud-config\nwrite_files: [{path: /a, encoding: b64, content: '*S3CRET*'}]", "base64"},
      {"#cloud-config\nwrite_files: [{path: /a, defer: true}]", "defer"},
      {"#cloud-config\ndisable_root: true", "disable_root"},
  };
  for (const auto& [text, message] : cases) {
    const auto seed = parse_cloud_config(text);
    ASSERT_FALSE(seed) << text;
    std::string all;
    for (const auto& fault : seed.error()) all += fault.path + " " + fault.message + "\n";
    EXPECT_THAT(all, HasSubstr(message)) << text;
    EXPECT_THAT(all, Not(HasSubstr("S3CRET"))) << text;
  }
}

TEST(Catalog, PricesAndRegions) {
  EXPECT_EQ(find_size("s-2vcpu-4gb")->price_monthly_usd, 24);
  EXPECT_EQ(find_size("nope"), nullptr);
  const Json region = to_json(*find_region("blr1"));
  EXPECT_EQ(region["sizes"].size(), sizes().size() - 1);
  EXPECT_FALSE(offers(*find_region("blr1"), *find_size("m-2vcpu-16gb")));
  for (const auto& each : regions()) {
    EXPECT_TRUE(each.missing_size.empty() || find_size(each.missing_size)) << each.slug;
  }
  EXPECT_EQ(find_image("debian-12-x64"), find_image(find_image("debian-12-x64")->id));
}

Fault fault(const char* json) {
  return parse_fault(*parse_json(json)).value();
}

TEST(Faults, StrikeWhatMatchesAsOftenAsAsked) {
  FaultBook book;
  book.add(fault(R"({"method": "POST", "path": "^/v2/droplets$", "status": 503, "count": 2})"));
  const long second = book.add(fault(R"({"path": "droplets", "delayMs": 5})"));
  EXPECT_FALSE(book.strike_request("GET", "/v2/sizes"));
  EXPECT_EQ(book.strike_request("GET", "/v2/droplets")->delay, Millis{5});
  EXPECT_EQ(book.strike_request("POST", "/v2/droplets")->status, 503);
  EXPECT_EQ(book.strike_request("POST", "/v2/droplets")->status, 503);
  EXPECT_EQ(book.strike_request("POST", "/v2/droplets")->status, 0) << "the first is used up";
  EXPECT_EQ(book.list()[0]["strikes"], 2);
  EXPECT_TRUE(book.remove(second));
  EXPECT_FALSE(book.remove(second));
  EXPECT_FALSE(book.strike_request("POST", "/v2/droplets"));
}

TEST(Faults, OfBootsAndRequestsAreApart) {
  FaultBook book;
  book.add(fault(R"({"boot": "never", "name": "^db-", "count": 1})"));
  EXPECT_FALSE(book.strike_request("GET", "db-"));
  EXPECT_FALSE(book.strike_boot("web-1"));
  EXPECT_EQ(book.strike_boot("db-1")->boot, BootFault::kNever);
  EXPECT_FALSE(book.strike_boot("db-2"));
}

TEST(Faults, ZeroProbabilityNeverStrikes) {
  FaultBook book;
  book.add(fault(R"({"status": 500, "probability": 0})"));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(book.strike_request("GET", "/"));
}

class Rules : public ::testing::Test {
 protected:
  Rules() {
    state.vpcs["v"] = {.id = "v", .region = "nyc3", .ip_range = "10.9.0.0/24", .index = 3};
    for (const long id : {1, 2, 3}) {
      state.droplets[id] = {
          .id = id,
          .vpc = "v",
          .public_address = *parse_address("10.8.0.0") + static_cast<Address>(id),
          .private_address = *parse_address("10.9.0.0") + static_cast<Address>(id)};
    }
    state.tags = {"web"};
  }
  std::string render() const {
    return render_ruleset(state, FabricLayout::of(*Cidr::parse("10.8.0.0/16")));
  }

  State state;
};

TEST_F(Rules, NoFirewallMeansNoRules) {
  EXPECT_THAT(render(), Not(HasSubstr("chain in_")));
  EXPECT_THAT(render(), HasSubstr("policy drop"));
  EXPECT_THAT(render(), HasSubstr(R"(iifname "v3" oifname "v3" goto guard)"));
  EXPECT_THAT(render(), Not(HasSubstr(R"(iifname "v3" oifname "pub")")));
}

TEST_F(Rules, TagsAndIdsBecomeAddresses) {
  state.droplets[2].tags = {"web"};
  Firewall firewall{.id = "f", .droplets = {1}};
  firewall.inbound = *check_rules(*parse_json(R"([
      {"protocol": "tcp", "ports": "80-81", "sources": {"tags": ["web"], "addresses": ["1.2.3.4/8", "::/0"]}},
      {"protocol": "icmp", "sources": {"droplet_ids": [3]}}])"),
                                  "sources", state);
  state.firewalls["f"] = firewall;
  const std::string rules = render();
  EXPECT_THAT(rules, HasSubstr("ip saddr { 10.8.0.2, 10.9.0.2 } tcp dport 80-81 return"));
  EXPECT_THAT(rules, HasSubstr("ip saddr 1.0.0.0/8 tcp dport 80-81 return"));
  EXPECT_THAT(rules, HasSubstr("ip saddr { 10.8.0.3, 10.9.0.3 } ip protocol icmp return"));
  EXPECT_THAT(rules, HasSubstr("10.9.0.1 : jump in_1"));
  EXPECT_THAT(rules, Not(HasSubstr("in_2")));
  EXPECT_THAT(rules, Not(HasSubstr("::")));
}

TEST_F(Rules, TwoFirewallsAreOneUnion) {
  const auto allow = [&](const char* port) {
    return *check_rules(
        Json::array(
            {{{"protocol", "tcp"}, {"ports", port}, {"sources", {{"addresses", {"0.0.0.0/0"}}}}}}),
        "sources", state);
  };
  state.droplets[1].tags = {"web"};
  state.firewalls["a"] = {.id = "a", .inbound = allow("1"), .droplets = {1}};
  state.firewalls["b"] = {.id = "b", .inbound = allow("2"), .tags = {"web"}};
  const std::string rules = render();
  EXPECT_THAT(
      rules,
      HasSubstr("tcp dport 1-1 return\n    ip saddr 0.0.0.0/0 tcp dport 2-2 return\n    drop"));
}

TEST_F(Rules, PartitionCutsBothLinks) {
  state.droplets[2].partitioned = true;
  EXPECT_THAT(render(), HasSubstr(R"(iifname { "d2p", "d2v" } drop)"));
  EXPECT_THAT(render(), HasSubstr(R"(oifname { "d2p", "d2v" } drop)"));
}

TEST(StateFile, KeepsEverything) {
  State state;
  state.account_id = "a";
  state.next_id = 77;
  state.tags = {"t"};
  Droplet droplet{.id = 5, .name = "n", .tags = {"t"}, .public_address = 9, .boot_fault = "never"};
  Action& action = state.new_action("create", droplet, Time{Millis{1'500}});
  droplet.pending_action = action.id;
  state.droplets[5] = droplet;
  state.firewalls["f"] = {
      .id = "f", .inbound = Json::array({Json{{"ports", "1"}}}), .droplets = {5}};
  state.snapshots[6] = {.id = 6, .name = "s", .region = "nyc1", .droplet = 5, .disk_gb = 25};
  state.snapshots[7] = {.id = 7, .status = "available"};
  EXPECT_EQ(state.usable_snapshot("6"), nullptr) << "it is still being made";
  EXPECT_EQ(state.usable_snapshot("7"), &state.snapshots[7]);
  EXPECT_EQ(state.usable_snapshot("debian-12-x64"), nullptr);
  const State again = state_from_json(to_json(state));
  EXPECT_EQ(dump(to_json(again)), dump(to_json(state)));
  EXPECT_EQ(again.actions.at(77).started_at, "1970-01-01T00:00:01Z");
  EXPECT_EQ(again.droplets.at(5).boot_fault, "never");
}

TEST(StateFile, SaysWhichFileIsBroken) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "broken-state.json";
  EXPECT_FALSE(StateFile(path.string() + ".none").load());
  for (const char* text : {"{", "[1]"}) {
    std::ofstream(path) << text;
    EXPECT_THROW(StateFile(path).load(), Error) << text;
  }
}

TEST(State, ForgetsOldFinishedActionsOnly) {
  State state;
  Droplet droplet{.id = 1};
  droplet.pending_action = state.new_action("create", droplet, Time{}).id;
  const long running = droplet.pending_action;
  for (int i = 0; i < 1500; ++i) {
    Droplet other{.id = 2};
    other.pending_action = state.new_action("reboot", other, Time{}).id;
    state.finish_action(other, "completed", Time{});
  }
  EXPECT_LE(state.actions.size(), 1001u);
  EXPECT_TRUE(state.actions.contains(running));
}

TEST(HostName, IsShortAndEndsWell) {
  EXPECT_EQ(host_name("web-1.example"), "web-1.example");
  EXPECT_EQ(host_name(std::string(62, 'a') + "-" + "b"), std::string(62, 'a'));
}

TEST(SupervisorLock, NamesItsHolder) {
  const auto directory = std::filesystem::path(::testing::TempDir()) / "lock-test";
  std::filesystem::create_directories(directory);
  const DropletFiles files(directory);
  std::filesystem::remove(files.lock());
  EXPECT_EQ(files.supervisor(), 0);
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const char held = hold_supervisor_lock(files.lock()) ? 'y' : 'n';
    [[maybe_unused]] const auto told = ::write(ready[1], &held, 1);
    ::pause();
  }
  char held = 'n';
  ASSERT_EQ(::read(ready[0], &held, 1), 1);
  EXPECT_EQ(held, 'y');
  EXPECT_EQ(files.supervisor(), holder);
  EXPECT_FALSE(hold_supervisor_lock(files.lock()));
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  EXPECT_EQ(files.supervisor(), 0);
}

TEST(WorkQueue, RunsAKeyOnceAtATimeAndNeverLosesIt) {
  std::mutex mutex;
  std::set<long> running;
  std::map<long, int> runs;
  bool overlapped = false;
  {
    WorkQueue queue(4, [&](long key) {
      {
        const std::lock_guard lock(mutex);
        overlapped = overlapped || !running.insert(key).second;
      }
      std::this_thread::sleep_for(Millis{2});
      const std::lock_guard lock(mutex);
      running.erase(key);
      ++runs[key];
    });
    for (int i = 0; i < 50; ++i) {
      for (long key = 1; key <= 6; ++key) queue.add(key);
      std::this_thread::sleep_for(Millis{1});
    }
    queue.add(99, Millis{30});
    std::this_thread::sleep_for(Millis{200});
  }
  EXPECT_FALSE(overlapped);
  for (long key = 1; key <= 6; ++key) EXPECT_GE(runs[key], 2) << key;
  EXPECT_EQ(runs[99], 1);
}

}  // namespace
}  // namespace ashlar::pocketcloud
