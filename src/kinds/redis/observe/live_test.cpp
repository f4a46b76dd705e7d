#include "kinds/redis/observe/live.hpp"

#include <gtest/gtest.h>

#include "kinds/redis/observe/status.hpp"
#include "kinds/redis/testing/test_catalog.hpp"

namespace ashlar::redis {
namespace {

Spec watched_spec() {
  return parse(*parse_json(R"({
    "name": "dev-redis", "type": "sentinel", "region": "nyc1",
    "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-1vcpu-1gb"},
      "replica": {"count": 1, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})"),
               test_catalog())
      ->spec;
}

Json peer(const std::string& address, const std::string& flags) {
  return {"name", "x", "ip", address, "port", "1", "flags", flags};
}

/// Replies of a sentinel at `own` that is content with everything.
Json sentinel_replies(const std::string& own) {
  Json others = Json::array();
  for (const char* address : {"10.0.0.3", "10.0.0.4", "10.0.0.5"})
    if (own != address) others.push_back(peer(address, "sentinel"));
  return {"# Server\r\nredis_version:7.0.15\r\nuptime_in_seconds:5\r\n",
          {{"name", "dev-redis-m1", "ip", "10.0.0.1", "port", "6379", "flags", "master"}},
          {peer("10.0.0.2", "slave")},
          others,
          "OK 3 usable Sentinels. Quorum and failover authorization can be reached"};
}

constexpr const char* kMaster =
    "role:master\r\nmaster_repl_offset:500\r\nconnected_slaves:1\r\nused_memory:1000\r\n";
constexpr const char* kReplica =
    "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_link_status:up\r\nmaster_repl_offset:480\r\n"
    "master_last_io_seconds_ago:1\r\n";

class LiveTest : public testing::Test {
 protected:
  LiveTest() {
    view_.spec = watched_spec();
    for (const auto& part : topology_.nodes) {
      NodeView node;
      node.part = part;
      node.reachable = true;
      Machine machine;
      machine.node = part.name;
      machine.private_address = "10.0.0." + std::to_string(view_.nodes.size() + 1);
      node.machine = machine;
      view_.nodes.push_back(std::move(node));
    }
    set(0, {kMaster});
    set(1, {kReplica});
    for (size_t i = 2; i < 5; ++i) set(i, sentinel_replies(view_.nodes[i].address()));
  }

  void set(size_t index, const Json& replies) {
    view_.nodes[index].watched.clear();
    view_.nodes[index].info.clear();
    view_.nodes[index].error.clear();
    read_replies(view_.nodes[index], topology_, replies);
    view_.groups = groups_of(topology_, view_.nodes);
  }

  const Topology topology_ = topology_of(watched_spec());
  ClusterView view_;
};

TEST_F(LiveTest, AWholeClusterHasNoFaults) {
  EXPECT_EQ(faults_of(view_), std::vector<std::string>{});
  EXPECT_EQ(view_.groups[0].master, "master-1");
}

TEST_F(LiveTest, ReadsInfo) {
  const Info info =
      parse_info("# Server\r\nredis_version:7.0.15\r\n\r\n# Memory\r\nmaxmemory:12\r\n");
  EXPECT_EQ(text_of(info, "redis_version"), "7.0.15");
  EXPECT_EQ(number_of(info, "maxmemory"), 12);
  EXPECT_EQ(number_of(info, "absent"), 0);
  EXPECT_TRUE(parse_info("").empty());
}

TEST_F(LiveTest, AnErrorInsteadOfInfoMakesAFailedNode) {
  set(0, {{{"error", "NOAUTH Authentication required."}}});
  EXPECT_EQ(view_.nodes[0].state, "error");
  EXPECT_EQ(view_.nodes[0].error, "NOAUTH Authentication required.");
}

TEST_F(LiveTest, TooFewRepliesMakeAFailedNode) {
  set(2, {"# Server\r\n"});
  EXPECT_EQ(view_.nodes[2].state, "error");
  EXPECT_FALSE(view_.nodes[2].error.empty());
}

TEST_F(LiveTest, TheMajorityOfSentinelsDecidesWhoIsMaster) {
  Json moved = sentinel_replies("10.0.0.3");
  moved[1][0][3] = "10.0.0.2";
  set(2, moved);
  EXPECT_EQ(view_.groups[0].master, "master-1");
  const auto faults = faults_of(view_);
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults[0], "sentinel-1 names 10.0.0.2 as master of dev-redis-m1");
  for (size_t i : {3u, 4u}) {
    moved = sentinel_replies(view_.nodes[i].address());
    moved[1][0][3] = "10.0.0.2";
    set(i, moved);
  }
  EXPECT_EQ(view_.groups[0].master, "replica-1");
}

TEST_F(LiveTest, WithoutSentinelsTheNodeThatSawMoreWritesLeads) {
  for (size_t i = 2; i < 5; ++i) set(i, {{{"error", "down"}}});
  set(1, {"role:master\r\nmaster_repl_offset:900\r\n"});
  EXPECT_EQ(view_.groups[0].master, "replica-1");
}

TEST_F(LiveTest, ASentinelWithoutQuorumIsAFault) {
  Json replies = sentinel_replies("10.0.0.3");
  replies[4] = {{"error", "NOQUORUM 1 usable Sentinels"}};
  set(2, replies);
  EXPECT_EQ(faults_of(view_),
            std::vector<std::string>{
                "sentinel-1 has no quorum (NOQUORUM 1 usable Sentinels) for dev-redis-m1"});
}

TEST_F(LiveTest, ASentinelThatKnowsTooFewPeersIsAFault) {
  Json replies = sentinel_replies("10.0.0.3");
  replies[2] = Json::array();
  replies[3].erase(replies[3].begin());
  set(2, replies);
  EXPECT_EQ(faults_of(view_),
            (std::vector<std::string>{"sentinel-1 knows 0 of 1 replicas of dev-redis-m1",
                                      "sentinel-1 knows 1 of 2 other sentinels for dev-redis-m1"}));
}

TEST_F(LiveTest, AMachineThatIsGoneIsStaleUntilForgotten) {
  Json replies = sentinel_replies("10.0.0.3");
  replies[2].push_back(peer("10.0.0.99", "slave,s_down,disconnected"));
  set(2, replies);
  const auto& watched = view_.nodes[2].watched.at("dev-redis-m1");
  EXPECT_EQ(watched.stale(view_.addresses()), "10.0.0.99");
  EXPECT_FALSE(faults_of(view_).empty());
}

TEST_F(LiveTest, APeerThatCannotBeReachedIsAFault) {
  Json replies = sentinel_replies("10.0.0.3");
  replies[3][0] = peer("10.0.0.4", "sentinel,disconnected");
  set(2, replies);
  EXPECT_EQ(faults_of(view_),
            std::vector<std::string>{"sentinel-1 does not reach 10.0.0.4 of dev-redis-m1"});
}

TEST_F(LiveTest, ReplicaThatFollowsTheWrongOneIsAFault) {
  set(1, {"role:slave\r\nmaster_host:10.0.0.77\r\nmaster_link_status:up\r\n"});
  EXPECT_EQ(faults_of(view_),
            std::vector<std::string>{"replica-1 follows 10.0.0.77, not master-1"});
}

TEST_F(LiveTest, ABrokenLinkIsAFault) {
  set(1, {"role:slave\r\nmaster_host:10.0.0.1\r\nmaster_link_status:down\r\n"});
  EXPECT_EQ(faults_of(view_), std::vector<std::string>{"replica-1 is not connected to master-1"});
}

TEST_F(LiveTest, AFailoverUnderWayIsAFault) {
  Json replies = sentinel_replies("10.0.0.3");
  replies[1][0][7] = "master,failover_in_progress";
  set(2, replies);
  EXPECT_EQ(faults_of(view_), std::vector<std::string>{"sentinel-1 is failing over dev-redis-m1"});
}

TEST_F(LiveTest, StatusSaysWhatAPersonWantsToKnow) {
  const Json status =
      status_of(view_, {{{"at", "2026-11-21T00:00:00.000Z"}}, to_json(view_.spec), {}}, "res_1",
                Time{Millis{1'750'000'000'000}});
  EXPECT_EQ(status["health"], "healthy");
  EXPECT_EQ(status["nodeCounts"], (Json{{"master", 1}, {"replica", 1}, {"sentinel", 3}}));
  EXPECT_EQ(status["nodes"][1]["replication"], (Json{{"offset", 480},
                                                     {"lagBytes", 20},
                                                     {"lastHeardSeconds", 1},
                                                     {"linkUp", true},
                                                     {"follows", "master-1"},
                                                     {"connectedReplicas", 0}}));
  EXPECT_EQ(status["groups"][0]["address"], "10.0.0.1:6379");
  EXPECT_EQ(status["connection"]["sentinels"],
            (Json{"10.0.0.3:26379", "10.0.0.4:26379", "10.0.0.5:26379"}));
  EXPECT_EQ(status["connection"]["urls"][0]["url"], "redis://default:PASSWORD@10.0.0.1:6379/0");
  EXPECT_EQ(status["connection"]["passwordFrom"], "GET /api/servers/res_1/credentials");
  EXPECT_EQ(status["applied"], to_json(view_.spec));
}

TEST_F(LiveTest, ConnectionsComeWithLinesToPasteThatHoldNoSecret) {
  const auto lines = [this] {
    return status_of(view_, {{{"at", "2026-11-21T00:00:00.000Z"}}, to_json(view_.spec), {}},
                     "res_1", Time{})["connection"]["shell"];
  };
  EXPECT_EQ(lines(), (Json{"REDISCLI_AUTH=$(ashlar credentials redis dev-redis --get password) \\\n"
                           "  redis-cli -h 10.0.0.1 -p 6379 set greeting hello",
                           "REDISCLI_AUTH=$(ashlar credentials redis dev-redis --get "
                           "sentinelPassword) \\\n"
                           "  redis-cli -h 10.0.0.3 -p 26379 sentinel masters"}));
  view_.spec.tls = true;
  EXPECT_EQ(lines()[0],
            "ashlar credentials redis dev-redis --get caCertificate > dev-redis-ca.crt");
  EXPECT_EQ(lines()[1],
            "REDISCLI_AUTH=$(ashlar credentials redis dev-redis --get password) \\\n"
            "  redis-cli --tls --cacert dev-redis-ca.crt \\\n"
            "  -h 10.0.0.1 -p 6379 set greeting hello");
}

TEST_F(LiveTest, ConnectionsAreShownOnlyOfAProvedCluster) {
  EXPECT_TRUE(status_of(view_, Kept{}, "res_1", Time{})["connection"].is_null());
}

TEST_F(LiveTest, HealthIsDownWhenNoGroupTakesWrites) {
  EXPECT_EQ(status_of(view_, Kept{}, "res_1", Time{})["health"], "healthy");
  set(1, {{{"error", "x"}}});
  EXPECT_EQ(status_of(view_, Kept{}, "res_1", Time{})["health"], "degraded");
  set(0, {{{"error", "x"}}});
  EXPECT_EQ(status_of(view_, Kept{}, "res_1", Time{})["health"], "down");
}

TEST_F(LiveTest, EveryFieldOfANodeIsPresentEvenWhenItFailed) {
  const Json whole = status_of(view_, Kept{}, "res_1", Time{})["nodes"][0];
  view_.nodes[0] = NodeView{};
  view_.nodes[0].part = topology_.nodes[0];
  view_.nodes[0].state = "missing";
  const Json failed = status_of(view_, Kept{}, "res_1", Time{})["nodes"][0];
  for (const auto& [name, value] : whole.items()) EXPECT_TRUE(failed.contains(name)) << name;
}

}  // namespace
}  // namespace ashlar::redis
