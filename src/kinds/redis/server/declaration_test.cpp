#include "kinds/redis/server/declaration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "kinds/redis/testing/planning.hpp"

namespace ashlar::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Spec a_cluster(bool tls) {
  Spec spec = spec_from_json(parsed(R"({
    "name": "prod", "type": "sentinel", "region": "nyc1", "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-1vcpu-1gb"}, "replica": {"count": 2, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})"));
  spec.tls = tls;
  return spec;
}

const Passwords kDeclared{.system = Secret("s"),
                          .operator_user = Secret("o"),
                          .replication = Secret("r"),
                          .sentinel = Secret("w"),
                          .sentinel_peer = Secret("p")};

machine::OperationResult changed(const std::string& how) {
  return {.operation = "", .ok = true, .changed = true, .message = how};
}

/// What is said when the operation `index` of the batch finds this.
std::vector<std::string> said(const machine::Batch& batch, size_t index,
                              const machine::OperationResult& result) {
  std::vector<machine::OperationResult> results(batch.operations.size(),
                                                {.operation = "", .ok = true});
  results.at(index) = result;
  std::vector<std::string> all;
  for (const auto& deviation : deviations_in(batch, results)) all.push_back(deviation.found);
  return all;
}

size_t index_of(const machine::Batch& batch, const std::string& op, size_t which = 0) {
  for (size_t i = 0; i < batch.operations.size(); ++i)
    if (batch.operations[i].at("op") == op && which-- == 0) return i;
  throw std::out_of_range(op);
}

TEST(DeclarationTest, EveryOperationThatFindsAnotherStateIsToldInWords) {
  const auto batch = declared_batch(a_cluster(true), true, TlsFiles{"ca", "cert", Secret("key")});
  EXPECT_THAT(said(batch, 0, {.operation = "", .ok = true}), IsEmpty());
  const size_t drop_in = index_of(batch, "file");
  const std::string path = "/etc/systemd/system/redis-server.service.d/ashlar.conf";
  EXPECT_THAT(said(batch, drop_in, changed("content")),
              ElementsAre("the file " + path + " was changed"));
  EXPECT_THAT(said(batch, drop_in, changed("new file")),
              ElementsAre("the file " + path + " is missing"));
  EXPECT_THAT(said(batch, drop_in, changed("owner and mode")),
              ElementsAre("the file " + path + " has another owner or mode"));
  const size_t unit = index_of(batch, "systemd_unit");
  EXPECT_THAT(said(batch, unit, changed("unmask")), ElementsAre("redis-server.service is masked"));
  EXPECT_THAT(said(batch, unit, changed("enable")),
              ElementsAre("redis-server.service does not start at boot"));
  EXPECT_THAT(said(batch, index_of(batch, "systemd_unit", 1), changed("stop")),
              ElementsAre("redis-sentinel.service runs"));
  const size_t parameter = index_of(batch, "sysctl");
  EXPECT_THAT(said(batch, parameter, changed("was 0")),
              ElementsAre("vm.overcommit_memory is 0, not 1"));
  EXPECT_THAT(said(batch, parameter, {.operation = "", .ok = false, .message = "read-only"}),
              IsEmpty())
      << "a container's kernel parameters are its host's";
}

TEST(DeclarationTest, WhatRunsIsNeitherStartedNorStopped) {
  for (const bool holds_data : {true, false}) {
    const auto batch = declared_batch(a_cluster(false), holds_data, std::nullopt);
    const Json& own = batch.operations[index_of(batch, "systemd_unit")];
    EXPECT_EQ(own.at("name"), holds_data ? kRedisUnit : kSentinelUnit);
    EXPECT_EQ(own.at("state"), "") << "a master that died must not be started before its time";
  }
}

TEST(DeclarationTest, TheFirstFileHasEveryDeclaredDirective) {
  for (const bool tls : {false, true}) {
    const Spec spec = a_cluster(tls);
    const Endpoint self{"10.0.0.1", kRedisPort};
    DataNodeConfig config{.server = {.self = self,
                                     .bind_addresses = {self.address, "127.0.0.1"},
                                     .tls = tls,
                                     .paths = {}},
                          .max_memory_policy = "noeviction"};
    const auto written = read_directives(redis_conf(config, kDeclared));
    EXPECT_THAT(differing(declared_directives(spec, self, kDeclared), written), IsEmpty());
  }
}

TEST(DeclarationTest, TheFirstSentinelFileHasEveryDeclaredLine) {
  for (const bool tls : {false, true}) {
    const Spec spec = a_cluster(tls);
    const Endpoint self{"10.0.0.4", kSentinelPort};
    const SentinelConfig config{.server = {.self = self,
                                           .bind_addresses = {self.address, "127.0.0.1"},
                                           .tls = tls,
                                           .paths = {}},
                                .id = "x",
                                .peers = {},
                                .groups = {{"prod-m1", {"10.0.0.1", 6379}, {}}}};
    const auto written = read_lines(sentinel_conf(config, kDeclared));
    for (const auto& line : declared_sentinel_lines(spec, self, {"prod-m1"}, kDeclared))
      EXPECT_TRUE(written.contains(line)) << line;
  }
}

TEST(DeclarationTest, ReadsAFileAsRedisRewritesIt) {
  const auto directives = read_directives(
      "# Generated by CONFIG REWRITE\nbind 10.0.0.1 127.0.0.1\n"
      "masterauth \"secret\"\ntls-protocols \"TLSv1.2 TLSv1.3\"\n\nsave \"\"\n");
  EXPECT_EQ(directives.at("bind"), "10.0.0.1 127.0.0.1");
  EXPECT_EQ(directives.at("masterauth"), "secret");
  EXPECT_EQ(directives.at("tls-protocols"), "TLSv1.2 TLSv1.3");
  EXPECT_EQ(directives.at("save"), "");
  EXPECT_EQ(differing({{"bind", "10.0.0.1 127.0.0.1"}, {"port", "0"}}, directives),
            (Directives{{"port", "0"}}));
}

}  // namespace
}  // namespace ashlar::redis
