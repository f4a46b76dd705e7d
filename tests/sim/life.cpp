#include "tests/sim/life.hpp"

#include <algorithm>

#include "tests/sim/cluster_life.hpp"
#include "tests/sim/troubles.hpp"

namespace ashlar::sim {
namespace {

using cloud::testing::Fault;

constexpr const char* kSmall = "s-1vcpu-1gb";
constexpr const char* kLarge = "s-2vcpu-4gb";

class Life {
 public:
  Life(store::Store& store, unsigned seed, bool spoken)
      : world_(store, {.seed = seed,
                       .spoken = spoken,
                       .boot = Millis{2'000 + 1'000LL * (seed % 7)},
                       .list_lag = Millis{seed % 3 == 0 ? 1'000LL * (seed % 20) : 0},
                       .lateness = Millis{seed % 16 == 0 ? 100 : 4'000}}),
        dice_(world_.dice) {
    draw_wish();
    draw_faults();
    cluster_.emplace(world_, wish_.name);
    troubles_.emplace(world_, trouble_options());
  }

  Counts run() {
    troubles_->start();
    deploy();
    for (int more = dice_.pick(3); more > 0 && cluster_->exists(); --more) change();
    come_to_rest();
    if (cluster_->exists()) prove_and_remove();
    cluster_->expect_nothing_left();
    return counts();
  }

 private:
  // What is drawn at birth.

  void draw_wish() {
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

  void draw_faults() {
    deaths_left_ = dice_.pick(4);
    wire_faults_ = dice_.one_in(2);
    one_at_a_time_ = !dice_.one_in(6);
    world_.dies_at = [this](const std::string&) {
      if (deaths_left_ == 0 || !dice_.one_in(150)) return false;
      --deaths_left_;
      return true;
    };
    world_.wire_fault = [this] {
      static const std::vector<WireFault> faults{WireFault::kRefused, WireFault::kAnswerLost,
                                                 WireFault::kSlow, WireFault::kLate};
      if (!wire_faults_ || !dice_.one_in(60)) return WireFault::kNone;
      ++counts_["wire-faults"];
      return dice_.one_of(faults);
    };
  }

  TroubleOptions trouble_options() {
    return {.most = dice_.pick(4),
            .one_at_a_time = one_at_a_time_,
            // Nobody has the data of one that stands alone.
            .for_good = wish_.heal == "replace" && one_at_a_time_ && !wish_.single};
  }

  void inject_cloud_faults() {
    static const std::vector<std::string> calls{
        "create_ssh_key", "create_vpc",           "create_firewall", "create_machine",
        "create_machine", "find_machines_by_tag", "find_machine",    "begin_destroy",
        "power",          "delete_firewall",      "delete_vpc"};
    static const std::vector<Fault> faults{Fault::kRefusedBusy, Fault::kRateLimited,
                                           Fault::kAnswerLost, Fault::kInvalid};
    if (!dice_.one_in(3)) return;
    for (int more = 1 + dice_.pick(3); more > 0; --more)
      world_.cloud.inject(dice_.one_of(calls), dice_.one_of(faults));
    if (dice_.one_in(10)) world_.cloud.inject("create_machine", Fault::kNeverBoots);
  }

  // What is asked for.

  void deploy() {
    inject_cloud_faults();
    require(cluster_->apply(wish_.to_json()), "there is nothing to deploy");
    finish("deploy");
    if (!cluster_->exists()) return cluster_->expect_nothing_left();
    cluster_->start_clients();
  }

  void change() {
    troubles_->spare_machines(false);
    world_.rest(dice_.between(0, 20'000));
    inject_cloud_faults();
    try {
      ask_for_something();
    } catch (const Error& error) {
      // What does not work must be repaired first: it is said so, and then it can be.
      require(error.code() == ErrorCode::kConflict || error.code() == ErrorCode::kInvalidInput ||
                  error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout ||
                  error.code() == ErrorCode::kProvider ||
                  error.code() == ErrorCode::kTooManyRequests,
              error.what());
      world_.trace.say("== refused: {}", error.what());
      ++counts_["refused"];
      cluster_->recover();
    }
  }

  void ask_for_something() {
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

  void ask(const std::string& action, const Json& arguments) {
    if (cluster_->act(action, arguments)) finish(action);
  }

  /// Somebody deletes Ashlar's own user on a node, or that of the replicas, and it is healed.
  void delete_user() {
    auto victims = world_.machines.living();
    std::erase_if(victims, [](const auto* machine) { return !machine->runs_something(); });
    // What would lose data is left to a person.
    const bool loses = wish_.single && wish_.persistence == "none";
    if (victims.empty() || loses || !troubles_->calm()) return;
    MachineModel& victim = *dice_.one_of(victims);
    const char* const user = dice_.one_in(2) ? redis::kOperatorUser : redis::kReplicationUser;
    world_.trace.say("!! somebody deletes the user {} on {}", user, victim.identity().name);
    victim.delete_user(user);
    ++counts_["users-deleted"];
    ask("heal", Json::object());
  }

  /// The service of one node cannot be started, and a sentinel was stopped: that is healed.
  void break_one_and_stop_another() {
    auto victims = world_.machines.living();
    std::erase_if(victims, [](const auto* machine) { return !machine->runs_something(); });
    if (wish_.single || victims.size() < 2 || !troubles_->calm()) return;
    MachineModel& victim = *dice_.one_of(victims);
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
    Wish wanted = wish_;
    if (dice_.one_in(4)) wanted.sentinels = wish_.sentinels == 3 ? 5 : 3;
    if (dice_.one_in(8)) wanted.masters = wish_.masters == 1 ? 2 : 1;
    wanted.replicas = std::max(wanted.masters, 1 + dice_.pick(3));
    const auto count = [](int number) { return Json{{"count", number}}; };
    // A group that goes takes its data with it.
    if (wanted.masters < wish_.masters) world_.drop_client(wish_.name + "-m2");
    if (cluster_->act("update", {{"desiredState",
                                  {{"roles",
                                    {{"master", count(wanted.masters)},
                                     {"replica", count(wanted.replicas)},
                                     {"sentinel", count(wanted.sentinels)}}}}}}))
      if (finish("update") == OperationState::kSucceeded) wish_ = wanted;
    cluster_->start_clients();
  }

  void change_sizes() {
    const bool up = wish_.size == kSmall;
    Json arguments{{"roles", wish_.roles({{"size", up ? kLarge : kSmall}})}};
    if (!wish_.single && dice_.one_in(3)) arguments["strategy"] = "replace";
    if (!cluster_->act(up ? "upgrade" : "downgrade", arguments)) return;
    // A machine that was large from the start has a disk that no smaller size has.
    if (cluster_->plans("fleet.resize")) ++counts_["resized-in-place"];
    if (cluster_->plans("fleet.retire")) ++counts_["replaced"];
    if (finish(up ? "upgrade" : "downgrade") == OperationState::kSucceeded)
      wish_.size = up ? kLarge : kSmall;
  }

  void switch_tls() {
    // Half of the nodes may speak otherwise by then, and who is gone cannot be told.
    troubles_->spare_machines(true);
    const bool tls = !cluster_->resource().spec.value("enableTLS", false);
    if (!cluster_->act("update", {{"enableTLS", tls}})) return;
    if (finish("tls") == OperationState::kSucceeded) wish_.tls = tls;
  }

  void stop_and_start() {
    // A cluster that stands still cannot be started without one of its machines.
    troubles_->spare_machines(true);
    if (cluster_->act("stop", Json::object()) && finish("stop") == OperationState::kSucceeded) {
      world_.rest(dice_.between(1'000, 60'000));
      if (cluster_->act("start", Json::object())) finish("start");
    }
  }

  /// To the end of the operation, however often it has to be tried; a person may change their mind.
  OperationState finish(const std::string& action) {
    ++counts_[action];
    ClusterLife::Run how;
    if (dice_.one_in(5)) how.cancel_after = 1 + dice_.pick(60);
    OperationState state = cluster_->run(how);
    if (state == OperationState::kFailed) {
      ++counts_["failed"];
      world_.trace.say("== it is given up: {}", cluster_->operation().error);
      state = cluster_->give_up();
    }
    if (state == OperationState::kCancelled) ++counts_["cancelled"];
    if (state == OperationState::kFailed) cluster_->recover();
    // Who is stopped changes only when it is started again.
    const bool stands = cluster_->exists() && state == OperationState::kSucceeded &&
                        cluster_->resource().spec.value("power", "on") == "on";
    if (stands) cluster_->expect_recorded();
    return state;
  }

  // The end.

  void come_to_rest() {
    troubles_->stop();
    while (troubles_->under_way()) world_.rest(Millis{5'000});
    wire_faults_ = false;
    deaths_left_ = 0;
    world_.rest(Millis{20'000});
  }

  void prove_and_remove() {
    cluster_->recover();
    cluster_->expect_standing();
    world_.rest(Millis{12'000});
    if (one_at_a_time_) cluster_->expect_data();
    cluster_->expect_served();
    cluster_->remove();
    require(cluster_->run({}) == OperationState::kSucceeded, "the cluster cannot be deleted");
  }

  Counts counts() {
    Counts all = counts_;
    all["deaths"] = world_.deaths();
    all["rounds"] = world_.rounds();
    all["writes"] = static_cast<long long>(world_.history.size());
    for (const auto& [name, count] : troubles_->counts()) all[name] += count;
    for (const auto& [name, count] : cluster_->excused()) all[name] += count;
    return all;
  }

  World world_;
  Dice& dice_;
  Wish wish_;
  bool one_at_a_time_ = true;
  bool wire_faults_ = false;
  int deaths_left_ = 0;
  std::optional<ClusterLife> cluster_;
  std::optional<Troubles> troubles_;
  Counts counts_;
};

}  // namespace

Counts live_a_life(store::Store& store, unsigned seed, bool spoken) {
  return Life(store, seed, spoken).run();
}

}  // namespace ashlar::sim
