// Every operation of Redis, with the control plane killed after each transaction.

#include <gtest/gtest.h>

#include "tests/sim/crash_sweep.hpp"
#include "tests/sim/redis/redis_cluster.hpp"

namespace ashlar::sim {
namespace {

Scene redis_scene(store::Store& store, const WorldOptions& options) {
  auto world = std::make_unique<RedisWorld>(store, options);
  auto cluster = std::make_unique<RedisCluster>(*world, "sim");
  return {std::move(world), std::move(cluster)};
}

Json plain() {
  return RedisWish{.replicas = 1, .overlap_seconds = 0}.to_json();
}
Json with_tls() {
  return RedisWish{.replicas = 1, .tls = true, .overlap_seconds = 0}.to_json();
}
Json single() {
  return RedisWish{.single = true, .replicas = 1, .overlap_seconds = 0}.to_json();
}

Json roles(int replicas, int sentinels) {
  return {
      {"desiredState",
       {{"roles", {{"replica", {{"count", replicas}}}, {"sentinel", {{"count", sentinels}}}}}}}};
}

Json only_of_size(const char* size) {
  return {{"roles", {{"master", {{"size", size}}}}}};
}

Json all_of_size(const char* size, const char* strategy = "in-place") {
  const Json to{{"size", size}};
  return {{"roles", {{"master", to}, {"replica", to}, {"sentinel", to}}}, {"strategy", strategy}};
}

bool deploy_it(ClusterLife& cluster) {
  return cluster.apply(RedisWish{.replicas = 1}.to_json());
}

const std::vector<Sweep>& redis_sweeps() {
  static const std::string older = kOfferedVersions.front();
  static const std::vector<Sweep> all{
      {"Deploy", {}, nullptr, deploy_it},
      {"DeployWithoutAnswers", {}, nullptr, deploy_it, 0, true},
      {"AddNodes", plain(), nullptr, act("update", roles(2, 5))},
      {"AddNodesWithoutAnswers", plain(), nullptr, act("update", roles(2, 3)), 0, true},
      {"CancelledAddNodesWithoutAnswers", plain(), nullptr, act("update", roles(2, 3)), 8, true},
      {"RemoveNodes", plain(), acted("update", roles(2, 5)), act("update", roles(1, 3))},
      {"Upgrade", plain(), nullptr, act("upgrade", all_of_size(kLarge))},
      {"CancelledUpgrade", plain(), nullptr, act("upgrade", all_of_size(kLarge)), 60},
      {"Downgrade", plain(), acted("upgrade", all_of_size(kLarge)),
       act("downgrade", all_of_size("s-1vcpu-1gb"))},
      {"Replacement", plain(), nullptr, act("upgrade", all_of_size(kLarge, "replace"))},
      {"CancelledReplacement", plain(), nullptr, act("upgrade", all_of_size(kLarge, "replace")),
       25},
      {"Stop", plain(), nullptr, act("stop")},
      {"Start", plain(), acted("stop"), act("start")},
      {"Switchover", plain(), nullptr, act("switchover", {{"group", "sim-m1"}})},
      {"RotatePasswords", plain(), nullptr, act("rotate", {{"what", "passwords"}})},
      {"RotateCertificates", with_tls(), nullptr, act("rotate", {{"what", "certificates"}})},
      {"Heal", plain(), lost("sim-replica-1"), act("heal")},
      {"TlsOn", plain(), nullptr, act("update", {{"enableTLS", true}})},
      {"TlsOff", with_tls(), nullptr, act("update", {{"enableTLS", false}})},
      {"TlsOnOfASingle", single(), nullptr, act("update", {{"enableTLS", true}})},
      {"ResizeInPlace", single(), nullptr, act("upgrade", only_of_size(kLarge))},
      {"CancelledResizeInPlace", single(), nullptr, act("upgrade", only_of_size(kLarge)), 8},
      {"Settings", plain(), nullptr, act("update", {{"maxMemoryPolicy", "allkeys-lru"}})},
      {"Version", plain(), nullptr, act("update", {{"packageVersion", older}})},
      {"CancelledVersion", plain(), nullptr, act("update", {{"packageVersion", older}}), 15},
      {"Delete", plain(), nullptr, remove_it}};
  return all;
}

class RedisCrashSweep : public testing::TestWithParam<Sweep> {};

TEST_P(RedisCrashSweep, EveryDeathEndsInTheSameState) {
  expect_every_death_ends_alike(GetParam(), redis_scene);
}

INSTANTIATE_TEST_SUITE_P(Operations, RedisCrashSweep, testing::ValuesIn(redis_sweeps()),
                         [](const auto& sweep) { return std::string(sweep.param.name); });

}  // namespace
}  // namespace ashlar::sim
