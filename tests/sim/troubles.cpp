#include "tests/sim/troubles.hpp"

#include <algorithm>

namespace ashlar::sim {
namespace {

constexpr Millis kRest{15'000};  // after a trouble, before the next

}  // namespace

void Troubles::plan_next() {
  if (stopped_ || begun_ >= options_.most) return;
  world_.time.after(world_.dice.between(1'000, 45'000), [this] {
    strike();
    plan_next();
  });
}

bool Troubles::calm() const {
  if (under_way_ > 0 || world_.time.now() < last_end_ + kRest) return false;
  return world_.has_recovered();
}

void Troubles::strike() {
  if (stopped_ || (options_.one_at_a_time && !calm())) return;
  std::vector<MachineModel*> victims = world_.machines.living();
  std::erase_if(victims, [](const auto* machine) { return !machine->runs_something(); });
  if (victims.empty()) return;
  ++begun_;
  MachineModel& victim = *world_.dice.one_of(victims);
  const int kind = world_.dice.pick(options_.for_good && !spares_machines_ ? 12 : 10);
  if (kind < 3) return kill(victim);
  if (kind < 6) return cut_power(victim);
  if (kind < 8) return cut_off(victim);
  if (kind == 8) return hang(victim);
  if (kind == 9) return cut_off_control_plane();
  lose_for_good(victim);
}

void Troubles::ends_after(Millis duration, std::function<void()> end) {
  ++under_way_;
  world_.time.after(duration, [this, end = std::move(end)] {
    --under_way_;
    last_end_ = world_.time.now();
    end();
  });
}

void Troubles::kill(MachineModel& machine) {
  ++counts_["processes-killed"];
  world_.trace.say("!! the process on {} is killed", machine.identity().name);
  machine.kill_process();
  last_end_ = world_.time.now();
}

void Troubles::cut_power(MachineModel& machine) {
  ++counts_["power-cuts"];
  world_.trace.say("!! {} loses its power", machine.identity().name);
  machine.lose_power();
  ends_after(world_.dice.between(10'000, 40'000), [this, &machine] {
    const auto& id = machine.identity().id;
    const auto listed = world_.cloud.machines();
    const auto stored = std::ranges::find_if(
        listed, [&](const auto& one) { return one.machine.id == id && !one.off; });
    if (world_.machines.find(id) == &machine && stored != listed.end()) machine.boot();
  });
}

void Troubles::cut_off(MachineModel& machine) {
  ++counts_["partitions"];
  std::set<std::string> island{machine.identity().private_address};
  // A client on the same side goes on writing there.
  for (const auto& client : world_.clients_by_name())
    if (world_.dice.one_in(2)) island.insert(client);
  if (world_.dice.one_in(3)) island.insert(kControlPlane);
  world_.trace.say("!! {} is cut off with {}", machine.identity().name, fmt::join(island, " and "));
  world_.net.island = std::move(island);
  world_.net.changed();
  ends_after(world_.dice.between(2'000, 40'000), [this] {
    world_.trace.say("!! nobody is cut off any more");
    world_.net.island.clear();
    world_.net.reunited_at = world_.time.now();
    world_.net.changed();
  });
}

void Troubles::cut_off_control_plane() {
  ++counts_["partitions"];
  world_.trace.say("!! the control plane is cut off");
  world_.net.island = {kControlPlane};
  ends_after(world_.dice.between(2'000, 40'000), [this] { world_.net.island.clear(); });
}

void Troubles::hang(MachineModel& machine) {
  ++counts_["hangs"];
  world_.trace.say("!! {} hangs", machine.identity().name);
  const std::string address = machine.identity().private_address;
  world_.net.hung.insert(address);
  world_.net.changed();
  ends_after(world_.dice.between(500, 12'000), [this, address] {
    world_.net.hung.erase(address);
    world_.net.reunited_at = world_.time.now();
    world_.net.changed();
  });
}

/// It is dead, and the provider says that it works; or the provider has it no more.
void Troubles::lose_for_good(MachineModel& machine) {
  ++counts_["machines-lost"];
  // Until it is replaced, nothing else may be lost; when that is, nobody here knows.
  stopped_ = true;
  if (world_.dice.one_in(2)) {
    world_.trace.say("!! {} is dead", machine.identity().name);
    machine.lose_power();
  } else {
    world_.trace.say("!! someone else destroys {}", machine.identity().name);
    world_.cloud.vanish(machine.identity().id);
    world_.machines.vanish(machine.identity().id);
  }
}

}  // namespace ashlar::sim
