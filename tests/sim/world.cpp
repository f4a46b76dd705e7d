#include "tests/sim/world.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::sim {

using engine::testing::SteppedEngine;

World::World(store::Store& store, WorldOptions options, Inhabitants inhabitants)
    : network_(std::move(inhabitants.network)),
      net(*network_),
      time(net.time),
      dice(net.dice),
      trace(net.trace),
      cloud(time, {.boot = options.boot,
                   .list_lag = options.list_lag,
                   .reuse_addresses = options.reuse_addresses}),
      machines(net),
      kind_(std::move(inhabitants.kind)),
      store_(store),
      organization_(store.organizations().front().id),
      options_(options) {
  cloud.on_moment = [this](const std::string& what) { moment(what); };
  cloud.on_machine = [this](const auto& stored, const std::string& what) {
    machines.on_machine(stored, what, options_.boot);
  };
  machines.on_moment = [this](const std::string& what) { moment(what); };
  machines.next_fault = [this] { return wire_fault ? wire_fault() : WireFault::kNone; };
  machines.make_machine =
      [this, make = std::move(inhabitants.make_machine)](MachineModel::Identity identity) {
        identity.cluster = cluster_of(identity.name);
        return make(std::move(identity));
      };
  store_.before_commit([this](store::Transaction&) { moment("before a commit"); });
  store_.after_commit = [this] {
    ++commits_;
    moment("after a commit");
  };
  kinds_.add(inhabitants.make_kind({cloud, machines, "ssh-ed25519 AAAA control-plane"}));
  restart();
}

World::~World() = default;

/// A dead process does nothing any more: until the restart, every call ends it again.
void World::moment(const std::string& what) {
  if (dead_) throw Died{};
  if (!working_ || !dies_at || !dies_at(what)) return;
  ++deaths_;
  dead_ = true;
  trace.say("THE CONTROL PLANE DIES {}", what);
  throw Died{};
}

void World::restart() {
  engine_.reset();
  dead_ = false;
  if (lives_++ > 0) time.pass(dice.between(1, 5'000));  // no restart takes no time
  const bool was_working = std::exchange(working_, false);
  engine_.emplace(store_, kinds_, time, fmt::format("life-{}", lives_),
                  SteppedEngine::Choices{
                      [this](auto& attempts) { std::ranges::shuffle(attempts, dice.source()); },
                      [this] { return dice.fraction(); }, [this] { return dead_; }});
  working_ = was_working;
}

World::Round World::work(Millis extra) {
  ++rounds_;
  working_ = true;
  auto result = SteppedEngine::Round::kDied;
  std::optional<Time> due;
  try {
    result = engine().round(1 + dice.pick(8));
    if (result == SteppedEngine::Round::kIdle) due = engine().next_due();
  } catch (const Died&) {
    result = SteppedEngine::Round::kDied;
  }
  working_ = false;
  if (!machines.unforeseen().empty()) throw Violation(machines.unforeseen());
  if (result == SteppedEngine::Round::kDied) restart();
  if (result != SteppedEngine::Round::kIdle) return Round::kWorked;
  const Time now = time.now();
  time.pass_until(std::max(due.value_or(now), now) +
                  dice.between(1, (options_.lateness + extra).count()));
  return due ? Round::kWaited : Round::kNothingDue;
}

std::optional<Resource> World::find(const std::string& name) {
  return store_.find_resource_by_name(organization_, kind_, name);
}

std::vector<Machine> World::records(const std::string& resource_id) {
  return store_.list_machines(organization_, resource_id);
}

int World::cluster_of(const std::string& machine) const {
  for (size_t i = 0; i < clusters_.size(); ++i)
    if (machine.starts_with(clusters_[i] + "-")) return static_cast<int>(i) + 1;
  throw std::logic_error("a machine of no cluster: " + machine);
}

int World::cluster_number(const std::string& name) {
  const auto known = std::ranges::find(clusters_, name);
  if (known != clusters_.end()) return static_cast<int>(known - clusters_.begin()) + 1;
  clusters_.push_back(name);
  return static_cast<int>(clusters_.size());
}

}  // namespace ashlar::sim
