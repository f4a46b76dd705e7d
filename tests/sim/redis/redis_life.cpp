#include "tests/sim/redis/redis_life.hpp"

#include <algorithm>

#include "tests/sim/life.hpp"
#include "tests/sim/redis/redis_cluster.hpp"

namespace ashlar::sim {
namespace {

class RedisLife final : public Life {
 public:
  RedisLife(RedisWorld& world, RedisCluster& cluster)
      : Life(world, cluster), world_(world), cluster_(cluster) {}

 private:
  void draw_wish() override {
    wish_.single = dice_.one_in(12);
    wish_.masters = !wish_.single && dice_.one_in(10) ? 2 : 1;
    wish_.replicas = wish_.masters * (1 + dice_.pick(2)) + (dice_.one_in(6) ? 1 : 0);
    wish_.sentinels = dice_.one_in(12) ? 5 : 3;
    wish_.production = dice_.one_in(2);
    wish_.tls = dice_.one_in(25);
    wish_.persistence = dice_.one_of(std::vector<std::string>{"aof", "rdb", "rdb", "none"});
    wish_.heal = dice_.one_in(2) ? "replace" : "safe";
    wish_.size = dice_.one_in(3) ? kLarge : kSmall;
  }

  Json wish() const override { return wish_.to_json(); }

  bool may_lose_machines() const override {
    // Nobody has the data of one that stands alone.
    return wish_.heal == "replace" && !wish_.single;
  }

  void ask_for_something() override {
    switch (dice_.pick(wish_.tls ? 14 : 13)) {
      case 0:
      case 1:
        return wish_.single ? change_sizes() : resize_roles();
      case 2:
      case 3:
        return change_sizes();
      case 4:
        return stop_and_start();
      case 5:
        return wish_.single ? change_sizes() : ask("switchover", {{"group", wish_.name + "-m1"}});
      case 6:
        return ask("rotate", {{"what", "passwords"}});
      case 7:
        return ask("heal", Json::object());
      case 8:
        return ask("update", {{"maxMemoryPolicy", dice_.one_in(2) ? "allkeys-lru" : "noeviction"}});
      case 9:
        return ask("update", {{"packageVersion", dice_.one_of(kOfferedVersions)}});
      case 10:
        return switch_tls();
      case 11:
        return delete_user();
      case 12:
        return break_one_and_stop_another();
      default:
        return ask("rotate", {{"what", "certificates"}});
    }
  }

  /// Somebody deletes Ashlar's own user on a node, or that of the replicas, and it is healed.
  void delete_user() {
    auto victims = world_.living();
    std::erase_if(victims, [](const auto* machine) { return !machine->runs_something(); });
    // What would lose data is left to a person.
    const bool loses = wish_.single && wish_.persistence == "none";
    if (victims.empty() || loses || !troubles().calm()) return;
    RedisMachine& victim = *dice_.one_of(victims);
    const char* const user = dice_.one_in(2) ? redis::kOperatorUser : redis::kReplicationUser;
    world_.trace.say("!! somebody deletes the user {} on {}", user, victim.identity().name);
    victim.delete_user(user);
    ++counts_["users-deleted"];
    ask("heal", Json::object());
  }

  /// The service of one node cannot be started, and a sentinel was stopped: that is healed.
  void break_one_and_stop_another() {
    auto victims = world_.living();
    std::erase_if(victims, [](const auto* machine) { return !machine->runs_something(); });
    if (wish_.single || victims.size() < 2 || !troubles().calm()) return;
    RedisMachine& victim = *dice_.one_of(victims);
    const auto sentinel = std::ranges::find_if(victims, [&](const auto* machine) {
      return machine != &victim && machine->sentinel().runs();
    });
    if (sentinel == victims.end()) return;
    world_.trace.say("!! {} breaks, and {} is stopped", victim.identity().name,
                     (*sentinel)->identity().name);
    const std::string broken = victim.identity().id;
    victim.break_service();
    (*sentinel)->stop_service();
    ++counts_["services-broken"];
    world_.time.after(dice_.between(20'000, 200'000), [this, broken] {
      if (MachineModel* machine = world_.machines.find(broken)) machine->mend_service();
    });
    ask("heal", Json::object());
  }

  void resize_roles() {
    RedisWish wanted = wish_;
    if (dice_.one_in(4)) wanted.sentinels = wish_.sentinels == 3 ? 5 : 3;
    if (dice_.one_in(8)) wanted.masters = wish_.masters == 1 ? 2 : 1;
    wanted.replicas = std::max(wanted.masters, 1 + dice_.pick(3));
    const auto count = [](int number) { return Json{{"count", number}}; };
    // A group that goes takes its data with it.
    if (wanted.masters < wish_.masters) world_.drop_client(wish_.name + "-m2");
    if (cluster_.act("update", {{"desiredState",
                                 {{"roles",
                                   {{"master", count(wanted.masters)},
                                    {"replica", count(wanted.replicas)},
                                    {"sentinel", count(wanted.sentinels)}}}}}}))
      if (finish("update") == OperationState::kSucceeded) wish_ = wanted;
    cluster_.start_clients();
  }

  void change_sizes() {
    const bool up = wish_.size == kSmall;
    Json arguments{{"roles", wish_.roles({{"size", up ? kLarge : kSmall}})}};
    if (!wish_.single && dice_.one_in(3)) arguments["strategy"] = "replace";
    if (!cluster_.act(up ? "upgrade" : "downgrade", arguments)) return;
    // A machine that was large from the start has a disk that no smaller size has.
    if (cluster_.plans("fleet.resize")) ++counts_["resized-in-place"];
    if (cluster_.plans("fleet.retire")) ++counts_["replaced"];
    if (finish(up ? "upgrade" : "downgrade") == OperationState::kSucceeded)
      wish_.size = up ? kLarge : kSmall;
  }

  void switch_tls() {
    // Half of the nodes may speak otherwise by then, and who is gone cannot be told.
    troubles().spare_machines(true);
    const bool tls = !cluster_.resource().spec.value("enableTLS", false);
    if (!cluster_.act("update", {{"enableTLS", tls}})) return;
    if (finish("tls") == OperationState::kSucceeded) wish_.tls = tls;
  }

  RedisWorld& world_;
  RedisCluster& cluster_;
  RedisWish wish_;
};

}  // namespace

Counts live_redis_life(store::Store& store, unsigned seed, bool spoken) {
  RedisWorld world(store, options_of(seed, spoken));
  RedisCluster cluster(world, "sim");
  Counts counts = RedisLife(world, cluster).run();
  counts["writes"] = static_cast<long long>(world.history.size());
  return counts;
}

}  // namespace ashlar::sim
