// The operations of ashlar-node on a simulated machine.

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "tests/sim/machine.hpp"

namespace ashlar::sim {

machine::OperationResult MachineModel::done(bool changed, Json data) {
  return {.operation = "", .ok = true, .changed = changed, .message = "", .data = std::move(data)};
}

machine::OperationResult MachineModel::failed(std::string message) {
  return {.operation = "", .ok = false, .changed = false, .message = std::move(message)};
}

machine::OperationResult MachineModel::perform(const Json& operation, bool check_only) {
  const std::string& op = operation.at("op").get_ref<const std::string&>();
  if (fleet::testing::MemoryJobs::handles(operation))
    return jobs_.handle(operation, check_only,
                        [this](const Json& inner, bool check) { return perform(inner, check); });
  if (op == "facts") return done(false, {{"hostname", identity_.name}});
  if (op == "systemd_unit") return set_unit(operation, check_only);
  if (op == "file") return write_file(operation, false, check_only);
  if (op == "file_once") return write_file(operation, true, check_only);
  if (op == "read_file") return read_file(operation);
  if (op == "remove_path") return remove(operation, check_only);
  if (op == "package") return install(operation, check_only);
  if (op == "installed_packages") return installed(operation);
  if (op == "directory" || op == "sysctl" || op == "user") return done(false);
  return perform_own(operation, check_only);
}

machine::OperationResult MachineModel::write_file(const Json& operation, bool only_when_absent,
                                                  bool check_only) {
  const std::string path = operation.at("path");
  const std::string& content = operation.at("content").get_ref<const std::string&>();
  const File* present = disk_.find(path);
  if (present && (only_when_absent || present->content == content)) return done(false);
  if (!check_only) disk_.files[path] = {content, now()};
  return done(true);
}

machine::OperationResult MachineModel::read_file(const Json& operation) const {
  const File* present = disk_.find(operation.at("path").get<std::string>());
  return done(false,
              {{"exists", present != nullptr}, {"content", present ? present->content : ""}});
}

machine::OperationResult MachineModel::remove(const Json& operation, bool check_only) {
  const std::string path = operation.at("path");
  const bool there = disk_.files.contains(path);
  if (!check_only) disk_.files.erase(path);
  return done(there);
}

/// A server that runs goes on running what it was started from: dpkg only notes that it unpacked
/// something newer.
machine::OperationResult MachineModel::install(const Json& operation, bool check_only) {
  const std::string wanted = operation.value("version", std::string());
  bool changed = false;
  for (const Json& each : operation.at("names")) {
    const std::string name = each;
    const auto& versions = offered(name);
    if (!wanted.empty() && std::ranges::find(versions, wanted) == versions.end()) {
      auto refused = failed("the package sources of this machine do not offer " + wanted);
      refused.data = {{"reason", "not-offered"}, {"offered", versions}};
      return refused;
    }
    const auto present = packages_.find(name);
    if (present != packages_.end() && (wanted.empty() || present->second == wanted)) continue;
    if (present != packages_.end() && !operation.at("downgrade").get<bool>())
      throw std::logic_error("the model only knows changes of a version that may go back");
    changed = true;
    if (check_only || operation.value("download_only", false)) continue;
    packages_[name] = wanted.empty() ? versions.back() : wanted;
    installed_packages_changed();
  }
  return done(changed);
}

machine::OperationResult MachineModel::installed(const Json& operation) const {
  Json versions = Json::object();
  for (const Json& name : operation.at("names")) {
    const auto present = packages_.find(name);
    versions[name.get<std::string>()] =
        present == packages_.end() ? Json(nullptr) : Json(present->second);
  }
  return done(false, {{"versions", versions}});
}

machine::OperationResult MachineModel::set_unit(const Json& operation, bool check_only) {
  const std::string name = operation.at("name");
  const std::string state = operation.at("state");
  if (name == "ashlar-forward.socket") return done(true, {{"active_state", "inactive"}});
  if (!is_installed(name) && state == "stopped") return done(false, {{"active_state", "inactive"}});
  if (!is_installed(name)) return failed("there is no unit " + name);
  if (!state.empty() && state != "started" && state != "stopped")
    throw std::logic_error("the model does not know the state " + state + " of a unit");
  Unit& unit = units_[name];
  const bool was_active = active(name);
  const bool run = state.empty() ? was_active : state == "started";
  bool restart = false;
  for (const Json& path : operation.value("restart_after", Json::array())) {
    const File* file = disk_.find(path.get<std::string>());
    restart = restart || (file && was_active && file->written_at > unit.started_at);
  }
  const bool enable = operation.at("enabled");
  const bool changed = unit.enabled != enable || was_active != run || restart;
  const Json data{{"active_state", was_active ? "active" : "inactive"}};
  if (check_only || !changed) return done(changed, data);
  unit.enabled = enable;
  try {
    if (!run || restart) stop_process(name);
    if (run) start_unit(name);
  } catch (const std::runtime_error& error) {
    return failed(fmt::format("systemctl start {}: {}", name, error.what()));
  }
  return done(true, data);
}

}  // namespace ashlar::sim
