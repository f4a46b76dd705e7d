#include "kinds/redis/server/config.hpp"

#include <gtest/gtest.h>

#include "kinds/redis/spec/topology.hpp"
#include "kinds/redis/testing/golden.hpp"

namespace ashlar::redis {
namespace {

const Passwords kPasswords{.system = Secret("system-canary-1"),
                           .operator_user = Secret("operator-canary-2"),
                           .replication = Secret("replication-canary-3"),
                           .sentinel = Secret("sentinel-canary-4"),
                           .sentinel_peer = Secret("peer-canary-5")};

ServerConfig server(const std::string& address, int port, bool tls) {
  return {
      .self = {address, port}, .bind_addresses = {address, "127.0.0.1"}, .tls = tls, .paths = {}};
}

DataNodeConfig replica() {
  return {.server = server("10.10.0.5", 6379, true),
          .leader = Endpoint{"10.10.0.2", 6379},
          .persistence = Persistence::kAof,
          .max_memory_bytes = 1'362'100'224,
          .max_memory_policy = "noeviction",
          .replicas_in_group = 2,
          .guard_writes = true};
}

SentinelConfig sentinel() {
  return {.server = server("10.10.0.11", 26379, true),
          .id = sentinel_id("res_1", "sentinel-1"),
          .peers = {{sentinel_id("res_1", "sentinel-2"), {"10.10.0.12", 26379}}},
          .groups = {{"prod-redis-m1", {"10.10.0.2", 6379}, {{"10.10.0.5", 6379}}},
                     {"prod-redis-m2", {"10.10.0.3", 6379}, {{"10.10.0.6", 6379}}}},
          .quorum = 2,
          .down_after_milliseconds = 5'000};
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(ConfigGoldenTest, ReplicaWithTls) {
  expect_golden("replica.conf", redis_conf(replica(), kPasswords));
}

TEST(ConfigTest, ClientsPasswordsMayHoldAnythingAndOthersNothingThatNeedsQuotes) {
  Passwords hostile = kPasswords;
  hostile.system = Secret("# \"' \\ $(id) > nopass +@all ü");
  const std::string users = users_acl(hostile, {});
  EXPECT_TRUE(
      users.starts_with("user default on #" + password_hash(hostile.system) + " ~* &* +@all"))
      << users;
  EXPECT_EQ(users.find("nopass"), std::string::npos);
  EXPECT_EQ(redis_conf(replica(), hostile), redis_conf(replica(), kPasswords));
  for (const char* password : {"two words", "a#b", "\"", "ü", "line\nbreak"}) {
    for (Secret Passwords::* own :
         {&Passwords::replication, &Passwords::sentinel, &Passwords::sentinel_peer}) {
      Passwords wrong = kPasswords;
      wrong.*own = Secret(password);
      EXPECT_THROW(redis_conf(replica(), wrong) + sentinel_conf(sentinel(), wrong), Error)
          << password;
    }
  }
}

TEST(ConfigGoldenTest, SingleMasterWithoutTls) {
  DataNodeConfig config = replica();
  config.server.tls = false;
  config.leader.reset();
  config.persistence = Persistence::kNone;
  config.replicas_in_group = 0;
  config.guard_writes = false;
  expect_golden("single.conf", redis_conf(config, kPasswords));
}

TEST(ConfigGoldenTest, Sentinel) {
  expect_golden("sentinel.conf", sentinel_conf(sentinel(), kPasswords));
}

TEST(ConfigGoldenTest, Users) {
  expect_golden("users.acl", users_acl(kPasswords, {}));
}

TEST(ConfigGoldenTest, UnitDropIn) {
  expect_golden("drop_in.conf", redis_unit_drop_in(Paths{}, 15));
}

TEST(ConfigTest, EveryDataNodeCanBecomeMasterOrReplica) {
  // Redis #2025: a former master must be able to follow, and a replica to lead.
  DataNodeConfig master = replica();
  master.leader.reset();
  for (const auto& config : {master, replica()}) {
    const std::string text = redis_conf(config, kPasswords);
    EXPECT_TRUE(has_line(text, "masteruser replication"));
    EXPECT_TRUE(has_line(text, "masterauth replication-canary-3"));
    EXPECT_TRUE(has_line(text, "aclfile /etc/redis/ashlar/users.acl"));
    EXPECT_TRUE(has_line(text, "replica-announce-ip 10.10.0.5"));
  }
}

TEST(ConfigTest, CredentialsFollowTheirMonitorLineAtOnce) {
  // Redis #5410: a master met before its password is known stays down for good.
  const std::string text = sentinel_conf(sentinel(), kPasswords);
  for (const char* group : {"prod-redis-m1", "prod-redis-m2"}) {
    const auto monitor = text.find(std::string("sentinel monitor ") + group);
    const auto next = text.find("\nsentinel auth-user " + std::string(group), monitor);
    EXPECT_EQ(text.find('\n', monitor), next);
    EXPECT_TRUE(has_line(text, "sentinel auth-pass " + std::string(group) + " sentinel-canary-4"));
  }
}

TEST(ConfigTest, SentinelsStartAcquainted) {
  const std::string text = sentinel_conf(sentinel(), kPasswords);
  EXPECT_TRUE(has_line(text, "sentinel known-replica prod-redis-m2 10.10.0.6 6379"));
  EXPECT_TRUE(has_line(text, "sentinel known-sentinel prod-redis-m1 10.10.0.12 26379 " +
                                 sentinel_id("res_1", "sentinel-2")));
  EXPECT_TRUE(has_line(text, "sentinel myid " + sentinel_id("res_1", "sentinel-1")));
  EXPECT_EQ(sentinel_id("res_1", "sentinel-1").size(), 40u);
  EXPECT_NE(sentinel_id("res_1", "sentinel-1"), sentinel_id("res_1", "sentinel-2"));
}

TEST(ConfigTest, TlsReplacesThePlainPortOnNodesAndSentinels) {
  for (const auto& text :
       {redis_conf(replica(), kPasswords), sentinel_conf(sentinel(), kPasswords)}) {
    EXPECT_TRUE(has_line(text, "port 0"));
    EXPECT_TRUE(has_line(text, "tls-replication yes"));
    EXPECT_TRUE(has_line(text, "tls-auth-clients optional"));
  }
}

TEST(ConfigTest, SentinelsAnnounceThemselvesAndShareOnePassword) {
  SentinelConfig other = sentinel();
  other.server.self.address = "10.10.0.12";
  const std::string first = sentinel_conf(sentinel(), kPasswords);
  const std::string second = sentinel_conf(other, kPasswords);
  EXPECT_TRUE(has_line(first, "sentinel announce-ip 10.10.0.11"));
  EXPECT_TRUE(has_line(second, "sentinel announce-ip 10.10.0.12"));
  for (const auto& text : {first, second}) {
    EXPECT_TRUE(has_line(text, "sentinel sentinel-user sentinel-peer"));
    EXPECT_TRUE(has_line(text, "sentinel sentinel-pass peer-canary-5"));
  }
}

TEST(ConfigTest, ClientsPasswordsAppearAsHashesOnly) {
  for (const auto& text : {redis_conf(replica(), kPasswords), sentinel_conf(sentinel(), kPasswords),
                           users_acl(kPasswords, {})}) {
    EXPECT_EQ(text.find("system-canary"), std::string::npos);
    EXPECT_EQ(text.find("operator-canary"), std::string::npos);
  }
  EXPECT_NE(users_acl(kPasswords, {}).find("#" + password_hash(kPasswords.system)),
            std::string::npos);
}

TEST(ConfigTest, OnlyGuardedGroupsRefuseWritesWithoutReplicas) {
  DataNodeConfig config = replica();
  EXPECT_TRUE(has_line(redis_conf(config, kPasswords), "min-replicas-to-write 1"));
  config.guard_writes = false;
  EXPECT_EQ(redis_conf(config, kPasswords).find("min-replicas"), std::string::npos);
}

TEST(ConfigTest, ThePackageCannotStartADefaultInstance) {
  EXPECT_TRUE(
      has_line(redis_unit_drop_in(Paths{}, 1), "ConditionPathExists=/etc/redis/ashlar/redis.conf"));
  EXPECT_TRUE(has_line(sentinel_unit_drop_in(Paths{}),
                       "ConditionPathExists=/etc/redis/ashlar/sentinel.conf"));
}

TEST(ConfigTest, AMasterWithoutPersistenceStaysAwayUntilAnotherLeads) {
  Spec spec;
  spec.sentinel = true;
  spec.persistence = Persistence::kNone;
  spec.down_after_milliseconds = 5'000;
  EXPECT_EQ(restart_seconds(spec), 15);
  spec.persistence = Persistence::kAof;
  EXPECT_EQ(restart_seconds(spec), 1);
}

TEST(ConfigTest, PasswordHashIsSha256) {
  EXPECT_EQ(password_hash(Secret("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace ashlar::redis
