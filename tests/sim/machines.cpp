#include "tests/sim/machines.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace ashlar::sim {

void MachinesModel::on_machine(const cloud::testing::MemoryCloud::Stored& stored,
                               const std::string& what, Millis boot) {
  const std::string& id = stored.machine.id;
  if (what == "made") {
    for (const auto& [other, machine] : living_)
      if (machine->identity().name == stored.machine.name)
        unforeseen_ = "two machines are called " + stored.machine.name;
    machines_.push_back(make_machine(
        {id, stored.machine.name, "203.0.113." + id, stored.private_address, stored.user_data}));
    living_[id] = machines_.back().get();
  }
  const auto found = living_.find(id);
  if (found == living_.end()) return;
  MachineModel* machine = found->second;
  network_.trace.say("the provider: {} ({}) is {}", stored.machine.name, id, what);
  if (what == "destroyed") {
    vanish(id);
    return;
  }
  if (what == "shut down") machine->shut_down();
  if (what == "off" || what == "cycled") machine->lose_power();
  if (what != "made" && what != "on" && what != "cycled") return;
  if (!stored.boots) return;
  network_.time.after(boot, [this, id, machine] {
    if (find(id) == machine) machine->boot();
  });
}

void MachinesModel::vanish(const std::string& id) {
  const auto found = living_.find(id);
  if (found == living_.end()) return;
  found->second->lose_power();
  living_.erase(found);
}

MachineModel* MachinesModel::find(const std::string& id) const {
  const auto found = living_.find(id);
  return found == living_.end() ? nullptr : found->second;
}

MachineModel* MachinesModel::at(const std::string& private_address) const {
  for (const auto& [id, machine] : living_)
    if (machine->identity().private_address == private_address) return machine;
  return nullptr;
}

std::vector<MachineModel*> MachinesModel::living() const {
  std::vector<MachineModel*> machines;
  for (const auto& machine : machines_)
    if (find(machine->identity().id) == machine.get()) machines.push_back(machine.get());
  return machines;
}

/// Nothing runs when this throws.
MachineModel& MachinesModel::reach(const machine::Target& target) {
  for (const auto& [id, machine] : living_) {
    const auto& identity = machine->identity();
    if (identity.public_address != target.address || !machine->is_up()) continue;
    if (!network_.reaches(kControlPlane, identity.private_address)) break;
    if (target.host_key.empty() || identity.user_data.find(target.host_key) == std::string::npos)
      throw Error(ErrorCode::kUntrusted, target.name + " shows another host key");
    return *machine;
  }
  network_.time.pass(Millis{1'000});
  throw Error(ErrorCode::kUnavailable, fmt::format("{} ({}): no connection; the batch did not run",
                                                   target.name, target.address));
}

machine::BatchResult MachinesModel::run(const machine::Target& target, const machine::Batch& batch,
                                        Millis timeout) {
  if (on_moment) on_moment("before a batch");
  const WireFault fault = next_fault ? next_fault() : WireFault::kNone;
  if (fault == WireFault::kRefused)
    throw Error(ErrorCode::kUnavailable, target.name + ": the connection was refused");
  network_.time.pass(network_.latency());
  const Millis delay = network_.dice.between(2'000, 12'000);
  if (fault == WireFault::kSlow) network_.time.pass(std::min(delay, timeout));
  MachineModel& machine = reach(target);
  machine::BatchResult result = carry_out(machine, batch);
  if (fault == WireFault::kLate) network_.time.pass(std::min(delay, timeout));
  network_.time.pass(network_.latency());
  if (on_moment) on_moment("after a batch");
  const bool lost = fault == WireFault::kAnswerLost || !machine.is_up() ||
                    (fault == WireFault::kLate && delay >= timeout);
  if (lost) throw Error(ErrorCode::kTimeout, target.name + ": no answer; the batch may have run");
  return result;
}

machine::BatchResult MachinesModel::carry_out(MachineModel& machine, const machine::Batch& batch) {
  machine::BatchResult result;
  for (const Json& operation : batch.operations) {
    try {
      result.results.push_back(machine.perform(operation, batch.check_only));
    } catch (const std::logic_error& error) {
      unforeseen_ = error.what();
      throw;
    }
    auto& last = result.results.back();
    last.operation = operation.at("op").get<std::string>();
    if (!last.ok && !batch.keep_going) break;
  }
  return result;
}

std::vector<std::exception_ptr> MachinesModel::for_each(size_t count, size_t,
                                                        const std::function<void(size_t)>& body) {
  std::vector<std::exception_ptr> errors(count);
  for (size_t i = 0; i < count; ++i) {
    try {
      body(i);
    } catch (const Error&) {
      errors[i] = std::current_exception();
    }
  }
  return errors;
}

}  // namespace ashlar::sim
