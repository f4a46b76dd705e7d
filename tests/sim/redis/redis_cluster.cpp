#include "tests/sim/redis/redis_cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <set>

#include "kinds/redis/spec/topology.hpp"

namespace ashlar::sim {
namespace {

/// What a master may take, or have confirmed, while another one leads.
bool in_bounds(const ClientModel::Rival& rival) {
  constexpr Millis kLagBound{11'000};
  constexpr Millis kCorrectionBound{20'000};
  return rival.leads &&
         (rival.since_promotion <= kLagBound || rival.since_reunion <= kCorrectionBound);
}

}  // namespace

Json RedisWish::to_json() const {
  const auto role = [&](int count) { return Json{{"count", count}, {"size", size}}; };
  Json roles{{"master", role(masters)}};
  if (!single) roles.update({{"replica", role(replicas)}, {"sentinel", role(sentinels)}});
  const char* type = single ? (production ? "redis-prod-single" : "redis-single")
                            : (production ? "redis-sentinel-prod" : "redis-sentinel-cluster-1");
  return {{"name", name},
          {"type", single ? "single" : "sentinel"},
          {"deploymentType", type},
          {"region", "nyc1"},
          {"enableTLS", tls},
          {"desiredState", {{"roles", roles}}},
          {"persistence", {{"mode", persistence}}},
          {"heal", heal},
          {"passwordOverlapSeconds", overlap_seconds}};
}

Json RedisWish::roles(const Json& fields) const {
  Json roles{{"master", fields}};
  if (!single) roles.update({{"replica", fields}, {"sentinel", fields}});
  return roles;
}

void RedisCluster::start_clients() {
  for (const auto& group : redis::topology_of(redis::spec_from_json(resource().spec)).groups) {
    const bool known = std::ranges::any_of(
        world_.clients(), [&](const auto& client) { return client->group() == group.name; });
    if (!known) world_.add_client(name(), group.name).start();
  }
}

std::set<std::string> RedisCluster::nodes_of(const Json& spec) const {
  std::set<std::string> names;
  for (const auto& node : redis::topology_of(redis::spec_from_json(spec)).nodes)
    names.insert(node.name);
  return names;
}

void RedisCluster::expect_data() {
  const int number = world_.cluster_number(name());
  for (const auto* machine : world_.living()) {
    if (machine->identity().cluster != number || !machine->holds_data()) continue;
    for (const int owner : world_.history.clusters_in(machine->redis().head()))
      require(owner == number, machine->identity().name + " has data of another cluster");
  }
  for (const auto& client : world_.clients()) {
    if (!client->group().starts_with(name() + "-m")) continue;
    for (const auto* machine : world_.living())
      if (machine->redis().runs() && machine->redis().is_master() &&
          machine->redis().group() == client->group())
        expect_promises(*client, machine->redis().head());
  }
}

/// Of those that a replica confirmed, none is lost, but what a former master took while it did not
/// know of the new one: for as long as min-replicas-max-lag allows after the promotion, and, when
/// it was cut off, until the sentinels have corrected it after the reunion.
void RedisCluster::expect_promises(const ClientModel& client, WriteId data) {
  std::set<WriteId> kept;
  for (WriteId at = data; at != kEmpty; at = world_.history.of(at).parent) kept.insert(at);
  for (const auto& promise : client.promises()) {
    if (promise.when_taken.leads && promise.guarded)
      require(in_bounds(promise.when_taken),
              fmt::format("{} took a write {} ms after another was promoted", promise.master,
                          promise.when_taken.since_promotion.count()));
    if (!promise.confirmed || kept.contains(promise.write)) continue;
    if (in_bounds(promise.when_taken) || in_bounds(promise.when_confirmed)) continue;
    const std::string limit = limit_of_redis(client, promise);
    require(!limit.empty(),
            fmt::format("{} lost a confirmed write that {} had taken {:.1f} s before{}",
                        client.group(), promise.master,
                        static_cast<double>((world_.time.now() - promise.at).count()) / 1'000,
                        promise.when_taken.leads ? ", long after another was promoted" : ""));
    ++excused_[limit];
  }
}

/// What Redis is known not to keep, each as narrow as it can be told; empty: it is none of that.
std::string RedisCluster::limit_of_redis(const ClientModel& client,
                                         const ClientModel::Promise& lost) {
  const History& history = world_.history;
  const bool alone = resource().spec.value("type", "") == "single";
  for (const Restored& restored : history.restored) {
    const bool fell = restored.address == lost.master && history.has(restored.before, lost.write) &&
                      !history.has(restored.after, lost.write);
    // It ended unasked and had not written it down; whoever has replicas is failed over before, but
    // for when that has failed.
    if (fell && alone) return "lost-with-its-only-server";
    if (fell && restored.named_master) return "lost-by-a-restored-master";
    if (fell && restored.unwatched) return "lost-while-nobody-watched";
  }
  // With several replicas, one confirms; the sentinels choose by offsets that are older.
  constexpr Millis kOnItsWay{50};
  for (const Ended& ended : history.ended) {
    if (ended.address != lost.master || ended.at < lost.at || ended.at > lost.at + kOnItsWay)
      continue;
    const auto heir = std::ranges::find_if(history.promoted, [&](const Promoted& promoted) {
      return promoted.group == client.group() && promoted.at >= ended.at;
    });
    if (heir != history.promoted.end() && !history.has(heir->head, lost.write))
      return "lost-between-replicas";
  }
  return {};
}

void RedisCluster::expect_served() {
  for (const auto& client : world_.clients()) {
    if (!client->group().starts_with(name() + "-m")) continue;
    const auto confirmed =
        std::ranges::find_if(client->promises() | std::views::reverse,
                             [](const auto& promise) { return promise.confirmed; });
    require(
        confirmed != client->promises().rend() && world_.time.now() - confirmed->at < Millis{5'000},
        client->name() + " is not served");
  }
}

}  // namespace ashlar::sim
