#include "tests/sim/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace ashlar::sim {

MachineModel::MachineModel(Network& network, Identity identity)
    : network_(network), identity_(std::move(identity)) {
  jobs_.schedule = [this](std::function<void()> work) {
    network_.time.after(network_.dice.between(500, 20'000), std::move(work));
  };
}

// Power.

void MachineModel::boot() {
  if (up_) return;
  up_ = true;
  ++boots_;
  booted_at_ = now();
  network_.trace.say("{} ({}) is up", identity_.name, identity_.id);
  for (const auto& [unit, state] : units_)
    if (state.enabled) start_later(unit, network_.dice.between(300, 2'500));
}

void MachineModel::shut_down() {
  if (!up_) return;
  stop_service();
  jobs_.lose_all();
  up_ = false;
  ++boots_;
}

void MachineModel::lose_power() {
  if (!up_) return;
  up_ = false;
  ++boots_;
  jobs_.lose_all();
  for (const auto& unit : unit_names()) end_process(unit, true);
  network_.trace.say("{} ({}) is gone", identity_.name, identity_.id);
}

// Units.

bool MachineModel::is_settled() const {
  return up_ && std::ranges::all_of(units_, [&](const auto& unit) {
           return !unit.second.enabled || active(unit.first);
         });
}

bool MachineModel::runs_something() const {
  return std::ranges::any_of(unit_names(), [&](const auto& unit) { return active(unit); });
}

void MachineModel::start_unit(const std::string& unit) {
  if (!up_ || active(unit)) return;
  if (broken_) throw std::runtime_error("its program is damaged");
  units_[unit].started_at = now();
  start_process(unit);
  network_.changed();
}

void MachineModel::start_later(const std::string& unit, Millis delay) {
  network_.time.after(delay, [this, unit, boot = boots_] {
    if (!up_ || broken_ || boot != boots_ || !units_[unit].enabled || active(unit)) return;
    if (waits_after_boot(unit, now() - booted_at_)) return start_later(unit, Millis{500});
    start_unit(unit);
  });
}

void MachineModel::kill_process() {
  for (const auto& unit : unit_names()) {
    if (!active(unit)) continue;
    end_process(unit, false);
    start_later(unit, restart_pause(unit));
    return;
  }
}

void MachineModel::spoil_file(const std::string& path) {
  disk_.files.at(path).content += "spoiled\n";
}

void MachineModel::stop_service() {
  for (const auto& [unit, state] : units_)
    if (active(unit)) stop_process(unit);
}

void MachineModel::break_service() {
  broken_ = true;
  for (const auto& unit : unit_names())
    if (active(unit)) end_process(unit, false);
  network_.changed();
}

void MachineModel::mend_service() {
  broken_ = false;
  for (const auto& [unit, state] : units_)
    if (up_ && state.enabled && !active(unit)) start_later(unit, Millis{1'000});
}

/// As the unit or its drop-in says.
Millis MachineModel::restart_pause(const std::string& unit) const {
  const std::string folder = "/etc/systemd/system/";
  for (const auto& path : {folder + unit + ".d/ashlar.conf", folder + unit}) {
    const File* file = disk_.find(path);
    const auto at = file ? file->content.find("RestartSec=") : std::string::npos;
    if (at != std::string::npos) return Millis{1'000 * std::stoll(file->content.substr(at + 11))};
  }
  throw std::logic_error(unit + " has no RestartSec");
}

}  // namespace ashlar::sim
