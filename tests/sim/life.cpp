#include "tests/sim/life.hpp"

#include <algorithm>

namespace ashlar::sim {

using cloud::testing::Fault;

WorldOptions options_of(unsigned seed, bool spoken) {
  return {.seed = seed,
          .spoken = spoken,
          .boot = Millis{2'000 + 1'000LL * (seed % 7)},
          .list_lag = Millis{seed % 3 == 0 ? 1'000LL * (seed % 20) : 0},
          .lateness = Millis{seed % 16 == 0 ? 100 : 4'000}};
}

Counts Life::run() {
  draw_wish();
  draw_faults();
  troubles_.emplace(world_, TroubleOptions{.most = dice_.pick(4),
                                           .one_at_a_time = one_at_a_time_,
                                           .for_good = one_at_a_time_ && may_lose_machines()});
  troubles_->start();
  deploy();
  for (int more = dice_.pick(3); more > 0 && cluster_.exists(); --more) change();
  come_to_rest();
  if (cluster_.exists()) prove_and_remove();
  cluster_.expect_nothing_left();
  return counts();
}

void Life::draw_faults() {
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

void Life::inject_cloud_faults() {
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

void Life::deploy() {
  inject_cloud_faults();
  require(cluster_.apply(wish()), "there is nothing to deploy");
  finish("deploy");
  if (!cluster_.exists()) return cluster_.expect_nothing_left();
  cluster_.start_clients();
}

void Life::change() {
  troubles_->spare_machines(false);
  world_.rest(dice_.between(0, 20'000));
  inject_cloud_faults();
  try {
    ask_for_something();
  } catch (const Error& error) {
    // What does not work must be repaired first: it is said so, and then it can be.
    require(error.code() == ErrorCode::kConflict || error.code() == ErrorCode::kInvalidInput ||
                error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout ||
                error.code() == ErrorCode::kProvider || error.code() == ErrorCode::kTooManyRequests,
            error.what());
    world_.trace.say("== refused: {}", error.what());
    ++counts_["refused"];
    cluster_.recover();
  }
}

void Life::ask(const std::string& action, const Json& arguments) {
  if (cluster_.act(action, arguments)) finish(action);
}

void Life::stop_and_start() {
  // A cluster that stands still cannot be started without one of its machines.
  troubles_->spare_machines(true);
  if (cluster_.act("stop", Json::object()) && finish("stop") == OperationState::kSucceeded) {
    world_.rest(dice_.between(1'000, 60'000));
    if (cluster_.act("start", Json::object())) finish("start");
  }
}

OperationState Life::finish(const std::string& action) {
  ++counts_[action];
  ClusterLife::Run how;
  if (dice_.one_in(5)) how.cancel_after = 1 + dice_.pick(60);
  OperationState state = cluster_.run(how);
  if (state == OperationState::kFailed) {
    ++counts_["failed"];
    world_.trace.say("== it is given up: {}", cluster_.operation().error);
    state = cluster_.give_up();
  }
  if (state == OperationState::kCancelled) ++counts_["cancelled"];
  if (state == OperationState::kFailed) cluster_.recover();
  // Who is stopped changes only when it is started again.
  const bool stands = cluster_.exists() && state == OperationState::kSucceeded &&
                      cluster_.resource().spec.value("power", "on") == "on";
  if (stands) cluster_.expect_recorded();
  return state;
}

// The end.

void Life::come_to_rest() {
  troubles_->stop();
  while (troubles_->under_way()) world_.rest(Millis{5'000});
  wire_faults_ = false;
  deaths_left_ = 0;
  world_.rest(Millis{20'000});
}

void Life::prove_and_remove() {
  cluster_.recover();
  cluster_.expect_standing();
  world_.rest(Millis{12'000});
  if (keeps_data()) cluster_.expect_data();
  cluster_.expect_served();
  cluster_.remove();
  require(cluster_.run({}) == OperationState::kSucceeded, "the cluster cannot be deleted");
}

Counts Life::counts() {
  Counts all = counts_;
  all["deaths"] = world_.deaths();
  all["rounds"] = world_.rounds();
  for (const auto& [name, count] : troubles_->counts()) all[name] += count;
  for (const auto& [name, count] : cluster_.excused()) all[name] += count;
  return all;
}

}  // namespace ashlar::sim
