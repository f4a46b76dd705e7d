#include "tests/sim/model_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "kinds/redis/server/batches.hpp"

namespace ashlar::sim {
namespace {

constexpr Millis kAwaitMasters{45'000};  // what await-masters waits at most
constexpr Millis kAwaitOnlyAfterBoot{300'000};

}  // namespace

MachineModel::MachineModel(Network& network, Identity identity)
    : network_(network),
      identity_(std::move(identity)),
      redis_(network, disk_, identity_.name, identity_.cluster),
      sentinel_(network, disk_, identity_.name) {
  jobs_.schedule = [this](std::function<void()> work) {
    network_.time.after(network_.dice.between(500, 20'000), std::move(work));
  };
}

// Power.

void MachineModel::boot() {
  if (up_) return;
  up_ = true;
  ++boots_;
  booted_at_ = network_.time.now();
  network_.trace.say("{} ({}) is up", identity_.name, identity_.id);
  for (const auto& [unit, state] : units_)
    if (state.enabled) start_later(unit, network_.dice.between(300, 2'500));
}

void MachineModel::shut_down() {
  if (!up_) return;
  for (const auto& [unit, state] : units_)
    if (active(unit)) stop_unit(unit);
  jobs_.lose_all();
  up_ = false;
  ++boots_;
}

void MachineModel::lose_power() {
  if (!up_) return;
  up_ = false;
  ++boots_;
  jobs_.lose_all();
  redis_.kill(true);
  sentinel_.stop();
  network_.trace.say("{} ({}) is gone", identity_.name, identity_.id);
}

// Units.

bool MachineModel::active(const std::string& unit) const {
  return unit == redis::kRedisUnit ? redis_.runs() : sentinel_.runs();
}

bool MachineModel::is_settled() const {
  return up_ && std::ranges::all_of(units_, [&](const auto& unit) {
           return !unit.second.enabled || active(unit.first);
         });
}

void MachineModel::start_unit(const std::string& unit) {
  if (!up_ || active(unit)) return;
  if (broken_) throw std::runtime_error("its program is damaged");
  units_[unit].started_at = network_.time.now();
  if (unit == redis::kRedisUnit)
    redis_.start(identity_.private_address);
  else
    sentinel_.start(identity_.private_address);
  network_.changed();
}

void MachineModel::stop_unit(const std::string& unit) {
  if (unit == redis::kRedisUnit)
    redis_.stop();
  else
    sentinel_.stop();
}

/// For a while after a boot, Sentinel's unit waits until every master that it knows listens.
void MachineModel::start_later(const std::string& unit, Millis delay) {
  network_.time.after(delay, [this, unit, boot = boots_] {
    if (!up_ || broken_ || boot != boots_ || !units_[unit].enabled || active(unit)) return;
    const Time now = network_.time.now();
    const bool waits = unit == redis::kSentinelUnit && now - booted_at_ < kAwaitMasters &&
                       now - booted_at_ < kAwaitOnlyAfterBoot && !masters_listen();
    if (waits) return start_later(unit, Millis{500});
    start_unit(unit);
  });
}

bool MachineModel::masters_listen() const {
  return std::ranges::all_of(sentinel_.configured_masters(), [&](const std::string& address) {
    return network_.redis_at(identity_.private_address, address) != nullptr;
  });
}

void MachineModel::kill_process() {
  const std::string unit = redis_.runs() ? redis::kRedisUnit : redis::kSentinelUnit;
  if (!active(unit)) return;
  if (unit == redis::kRedisUnit)
    redis_.kill(false);
  else
    sentinel_.stop();
  start_later(unit, restart_pause(unit));
}

void MachineModel::spoil_file(const std::string& path) {
  disk_.files.at(path).content += "spoiled\n";
}

void MachineModel::delete_user(const std::string& name) {
  const Words command{"ACL", "DELUSER", name};
  if (redis_.runs()) redis_.command(command);
  if (sentinel_.runs()) sentinel_.command(command);
}

void MachineModel::stop_service() {
  for (const auto& [unit, state] : units_)
    if (active(unit)) stop_unit(unit);
}

void MachineModel::break_service() {
  broken_ = true;
  if (redis_.runs()) redis_.kill(false);
  if (sentinel_.runs()) sentinel_.stop();
  network_.changed();
}

void MachineModel::mend_service() {
  broken_ = false;
  for (const auto& [unit, state] : units_)
    if (up_ && state.enabled && !active(unit)) start_later(unit, Millis{1'000});
}

/// As the unit's drop-in says.
Millis MachineModel::restart_pause(const std::string& unit) const {
  const auto drop_in = disk_.files.find(fmt::format("/etc/systemd/system/{}.d/ashlar.conf", unit));
  if (drop_in == disk_.files.end()) throw std::logic_error(unit + " has no drop-in");
  const std::string& text = drop_in->second.content;
  const auto at = text.find("RestartSec=");
  if (at == std::string::npos) throw std::logic_error(unit + " has no RestartSec");
  return Millis{1'000 * std::stoll(text.substr(at + 11))};
}

}  // namespace ashlar::sim
