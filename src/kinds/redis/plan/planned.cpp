#include "kinds/redis/plan/planned.hpp"

#include <fmt/format.h>

#include "kinds/cluster/plan/parts.hpp"

namespace ashlar::redis {
namespace {

using cluster::make_step;

constexpr Millis kMinute{60'000};

std::string on(const char* type, const std::string& what) {
  return fmt::format("{}/{}", type, what);
}

}  // namespace

std::string install_key(const std::string& node) {
  return on("redis.install", node);
}
std::string configure_key(const std::string& node) {
  return on("redis.configure", node);
}
std::string replication_key(const std::string& group) {
  return on("redis.replication", group);
}
std::string tls_key(const std::string& node) {
  return on("redis.tls", node);
}
std::string restore_key(const std::string& node) {
  return on("redis.restore", node);
}
std::string forget_key(const std::string& sentinel) {
  return on("redis.forget", sentinel);
}

Settings settings_of(const Spec& spec, const Group& group) {
  const bool guarded = spec.production() && group.replicas.size() >= 2;
  return {group.max_memory_bytes, spec.max_memory_policy, std::string(to_string(spec.persistence)),
          guarded ? 1 : 0};
}

Json to_json(const Settings& settings) {
  return {{"maxMemoryBytes", settings.max_memory_bytes},
          {"maxMemoryPolicy", settings.max_memory_policy},
          {"persistence", settings.persistence},
          {"minReplicasToWrite", settings.min_replicas_to_write}};
}

namespace planned {

PlannedStep credentials(const Spec& spec) {
  return make_step(kCredentialsKey, "redis.credentials", "",
                   {spec.tls ? "Make the cluster's certificate authority and credentials"
                             : "Make the cluster's credentials",
                    spec.tls ? phase::kTls : phase::kInstall, Millis{50}});
}

PlannedStep install(Node node, bool holds_data) {
  return make_step(install_key(node), "redis.install", node,
                   {fmt::format("Install {} on {}", holds_data ? "Redis" : "Sentinel", node),
                    phase::kInstall, Millis{20'000}, 10 * kMinute},
                   {{"package", holds_data ? "redis-server" : "redis-sentinel"}});
}

PlannedStep configure(Node node, const Group& group, const std::string& leader) {
  return make_step(configure_key(node), "redis.configure", node,
                   {leader.empty() ? fmt::format("Start master {} of {}", node, group.name)
                                   : fmt::format("Start {} as a replica of {}", node, leader),
                    phase::kReplication, Millis{1'500}},
                   {{"group", group.name},
                    {"follows", leader.empty() ? Json(nullptr) : Json(leader)},
                    {"maxMemoryBytes", group.max_memory_bytes}});
}

PlannedStep sentinel(Node node, const Json& masters, int quorum) {
  return make_step(configure_key(node), "redis.sentinel", node,
                   {fmt::format("Start {} watching {} {}", node, masters.size(),
                                masters.size() == 1 ? "group" : "groups"),
                    phase::kSentinels, Millis{1'500}},
                   {{"masters", masters}, {"quorum", quorum}});
}

PlannedStep tls(Node node) {
  return make_step(
      tls_key(node), "redis.tls", node,
      {fmt::format("Check the certificate that {} presents", node), phase::kTls, Millis{300}});
}

PlannedStep replication(const Group& group) {
  const bool one = group.replicas.size() == 1;
  // A full synchronization of a large data set moves the deadline as it progresses.
  return make_step(
      replication_key(group.name), "redis.replication", "",
      {group.replicas.empty()
           ? fmt::format("Check the master of {}", group.name)
           : fmt::format("Check that {} {} of {} {}", group.replicas.size(),
                         one ? "replica" : "replicas", group.name, one ? "follows" : "follow"),
       phase::kReplication, Millis{1'500}},
      {{"group", group.name}});
}

PlannedStep forget(Node sentinel) {
  return make_step(forget_key(sentinel), "redis.forget", sentinel,
                   {fmt::format("Let {} forget machines that are gone", sentinel),
                    phase::kSentinels, Millis{5'000}});
}

PlannedStep prove(const Spec& spec) {
  return make_step(kProveKey, "redis.prove", "",
                   {spec.sentinel ? "Prove writes, replication and the sentinels' agreement"
                                  : "Prove that Redis takes writes",
                    phase::kFinal, spec.sentinel ? Millis{4'000} : Millis{500}, 3 * kMinute});
}

PlannedStep save(Node node, const std::string& group) {
  return make_step(
      on("redis.save", node), "redis.save", node,
      {fmt::format("Save the data of {} and stop it", node), phase::kPower, Millis{2'000}},
      {{"group", group}});
}

PlannedStep synced(Node node, const std::string& group) {
  return make_step(on("redis.synced", node), "redis.synced", node,
                   {fmt::format("Wait until {} has all data of {}", node, group),
                    phase::kReplication, Millis{3'000}, 10 * kMinute},
                   {{"group", group}});
}

PlannedStep adopt(Node node, const std::string& successor) {
  return make_step(on("redis.adopt", node), "redis.adopt", node,
                   {fmt::format("Make the new machine {}", node), phase::kHandOver, Millis{100}},
                   {{"with", successor}});
}

PlannedStep leave(Node node, const std::string& title, Role role, const std::string& group) {
  return make_step(
      on("redis.leave", node), "redis.leave", node,
      {title, phase::kHandOver, role == Role::kSentinel ? Millis{500} : Millis{12'000}},
      {{"role", to_string(role)}, {"group", group.empty() ? Json(nullptr) : Json(group)}});
}

PlannedStep withdraw(Node node, const std::string& group) {
  return make_step(on("redis.withdraw", node), "redis.withdraw", node,
                   {group.empty() ? fmt::format("Stop {} while the others have their quorum", node)
                                  : fmt::format("Take {} out of service", node),
                    phase::kPower, group.empty() ? Millis{500} : Millis{12'000}},
                   {{"group", group.empty() ? Json(nullptr) : Json(group)}});
}

PlannedStep resume(Node node, const std::string& group) {
  return make_step(on("redis.resume", node), "redis.resume", node,
                   {fmt::format("Put {} into service again", node), phase::kPower, Millis{1'500}},
                   {{"group", group.empty() ? Json(nullptr) : Json(group)}});
}

PlannedStep switchover(const std::string& group, Node from, Node to) {
  return make_step(on("redis.switchover", group), "redis.switchover", "",
                   {fmt::format("Hand {} over from {} to {}", group, from, to), phase::kHandOver,
                    Millis{15'000}},
                   {{"group", group}, {"to", to}});
}

PlannedStep settings(Node node, const std::string& group, const Settings& wanted) {
  Json args = to_json(wanted);
  args["group"] = group;
  return make_step(on("redis.settings", node), "redis.settings", node,
                   {fmt::format("Adjust the settings of {}", node), phase::kSettings, Millis{300}},
                   std::move(args));
}

PlannedStep restore(Node node) {
  return make_step(
      restore_key(node), "redis.restore", node,
      {fmt::format("Set on {} what was changed there", node), phase::kSettings, Millis{500}});
}

PlannedStep watch(Node sentinel, const Json& masters, int quorum, int down_after_milliseconds) {
  return make_step(on("redis.watch", sentinel), "redis.watch", sentinel,
                   {fmt::format("Adjust what {} watches", sentinel), phase::kSettings, Millis{500}},
                   {{"groups", masters},
                    {"quorum", quorum},
                    {"downAfterMilliseconds", down_after_milliseconds}});
}

PlannedStep follow(Node node, const std::string& group, Node leader) {
  return make_step(on("redis.follow", node), "redis.follow", node,
                   {fmt::format("Move {} to {}", node, group), phase::kReplication, Millis{3'000}},
                   {{"group", group}, {"leader", leader}});
}

PlannedStep agreed(const std::string& key_suffix) {
  return make_step(on("redis.agreed", key_suffix), "redis.agreed", "",
                   {fmt::format("Check that all sentinels know {}", key_suffix), phase::kSentinels,
                    Millis{3'000}});
}

PlannedStep fetch(Node node, bool holds_data, const std::string& version) {
  return make_step(
      on("redis.fetch", node), "redis.fetch", node,
      {fmt::format("Fetch {} {} for {}", holds_data ? "Redis" : "Sentinel", version, node),
       phase::kVersion, Millis{3'000}, 10 * kMinute},
      {{"version", version}});
}

PlannedStep package(Node node, const std::string& group, const std::string& former,
                    const std::string& version) {
  return make_step(
      on("redis.package", node), "redis.package", node,
      {fmt::format("Bring {} to {}", node, version), phase::kVersion, Millis{5'000}, 10 * kMinute},
      {{"group", group.empty() ? Json(nullptr) : Json(group)},
       {"version", version},
       {"former", former.empty() ? Json(nullptr) : Json(former)}});
}

}  // namespace planned
}  // namespace ashlar::redis
