// The operations of ashlar-node on a simulated machine.

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "kinds/redis/server/batches.hpp"
#include "tests/sim/model_machine.hpp"

namespace ashlar::sim {
namespace {

machine::OperationResult done(bool changed, Json data = Json::object()) {
  return {.operation = "", .ok = true, .changed = changed, .message = "", .data = std::move(data)};
}

machine::OperationResult failed(std::string message) {
  return {.operation = "", .ok = false, .changed = false, .message = std::move(message)};
}

}  // namespace

machine::OperationResult MachineModel::perform(const Json& operation, bool check_only) {
  const std::string& op = operation.at("op").get_ref<const std::string&>();
  if (fleet::testing::MemoryJobs::handles(operation))
    return jobs_.handle(operation, check_only,
                        [this](const Json& inner, bool check) { return perform(inner, check); });
  if (op == "resp") return talk(operation);
  if (op == "facts") return done(false, {{"hostname", identity_.name}});
  if (op == "systemd_unit") return set_unit(operation, check_only);
  if (op == "file") return write_file(operation, false, check_only);
  if (op == "file_once") return write_file(operation, true, check_only);
  if (op == "read_file") return read_file(operation);
  if (op == "remove_path") return remove(operation, check_only);
  if (op == "package") return install(operation, check_only);
  if (op == "installed_packages") return installed(operation);
  if (op == "directory" || op == "sysctl") return done(false);
  throw std::logic_error("the model of a machine does not know the operation " + op);
}

machine::OperationResult MachineModel::write_file(const Json& operation, bool only_when_absent,
                                                  bool check_only) {
  const std::string path = operation.at("path");
  const std::string& content = operation.at("content").get_ref<const std::string&>();
  const auto present = disk_.files.find(path);
  const bool kept =
      present != disk_.files.end() && (only_when_absent || present->second.content == content);
  if (kept) return done(false);
  if (!check_only) disk_.files[path] = {content, network_.time.now()};
  return done(true);
}

machine::OperationResult MachineModel::read_file(const Json& operation) const {
  const auto present = disk_.files.find(operation.at("path").get<std::string>());
  if (present == disk_.files.end()) return done(false, {{"exists", false}, {"content", ""}});
  return done(false, {{"exists", true}, {"content", present->second.content}});
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
  if (!wanted.empty() && std::ranges::find(kOfferedVersions, wanted) == kOfferedVersions.end()) {
    auto refused = failed("the package sources of this machine do not offer " + wanted);
    refused.data = {{"reason", "not-offered"}, {"offered", kOfferedVersions}};
    return refused;
  }
  bool changed = false;
  for (const Json& name : operation.at("names")) {
    const auto present = packages_.find(name);
    if (present != packages_.end() && (wanted.empty() || present->second == wanted)) continue;
    if (present != packages_.end() && !operation.at("downgrade").get<bool>())
      throw std::logic_error("the model only knows changes of a version that may go back");
    changed = true;
    if (check_only || operation.value("download_only", false)) continue;
    packages_[name.get<std::string>()] = wanted.empty() ? kOfferedVersions.back() : wanted;
    disk_.files["/var/lib/dpkg/info/redis-tools.list"] = {"", network_.time.now()};
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
  const std::string package = name == redis::kRedisUnit ? "redis-server" : "redis-sentinel";
  if (!packages_.contains(package) && state == "stopped")
    return done(false, {{"active_state", "inactive"}});
  if (!packages_.contains(package)) return failed("there is no unit " + name);
  if (!state.empty() && state != "started" && state != "stopped")
    throw std::logic_error("the model does not know the state " + state + " of a unit");
  Unit& unit = units_[name];
  const bool was_active = active(name);
  const bool run = state.empty() ? was_active : state == "started";
  bool restart = false;
  for (const Json& path : operation.value("restart_after", Json::array())) {
    const auto file = disk_.files.find(path.get<std::string>());
    if (file == disk_.files.end()) continue;
    restart = restart || (was_active && file->second.written_at > unit.started_at);
  }
  const bool enable = operation.at("enabled");
  const bool changed = unit.enabled != enable || was_active != run || restart;
  const Json data{{"active_state", was_active ? "active" : "inactive"}};
  if (check_only || !changed) return done(changed, data);
  unit.enabled = enable;
  try {
    if (!run || restart) stop_unit(name);
    if (run) start_unit(name);
  } catch (const std::runtime_error& error) {
    return failed(fmt::format("systemctl start {}: {}", name, error.what()));
  }
  return done(true, data);
}

/// To the server on this machine, at its announced address.
machine::OperationResult MachineModel::talk(const Json& operation) {
  const std::string address = operation.at("address");
  const int port = operation.at("port");
  const bool with_sentinel = port == redis::kSentinelPort;
  const bool listens =
      address == identity_.private_address && (with_sentinel ? sentinel_.runs() : redis_.runs());
  if (!listens)
    return failed(fmt::format("cannot connect to {}:{}: connection refused", address, port));
  if (network_.hung.contains(address))
    return failed(fmt::format("{}:{} did not answer in time", address, port));
  const bool with_tls = operation.value("tls", false);
  if (with_tls != (with_sentinel ? sentinel_.speaks_tls() : redis_.speaks_tls()))
    return failed(
        fmt::format("{}:{} does not speak {} TLS", address, port, with_tls ? "with" : "without"));
  const Login login{operation.value("user", ""), operation.value("password", "")};
  if (with_sentinel ? !sentinel_.admits(login) : !redis_.admits(login))
    return {.operation = "",
            .ok = false,
            .changed = false,
            .message = fmt::format("{}:{} refuses the user or password: WRONGPASS", address, port),
            .data = {{"reason", "refused"}}};
  const Json replies = converse(operation, with_sentinel);
  auto result = done(!operation.value("read_only", false), {{"replies", replies}});
  if (!operation.value("fail_on_error", true)) return result;
  for (size_t i = 0; i < replies.size(); ++i) {
    if (!replies[i].is_object()) continue;
    result.ok = false;
    result.message = fmt::format("{}:{} answered {}: {}", address, port,
                                 operation.at("commands")[i][0].get<std::string>(),
                                 replies[i].value("error", ""));
    break;
  }
  return result;
}

Json MachineModel::converse(const Json& operation, bool with_sentinel) {
  Json replies = Json::array();
  for (const Json& command : operation.at("commands")) {
    const auto words = command.get<Words>();
    if (!with_sentinel && words.at(0) == "WAIT")
      replies.push_back(wait_for_replicas(words));
    else
      replies.push_back(with_sentinel ? sentinel_.command(words) : redis_.command(words));
  }
  return replies;
}

/// WAIT count milliseconds.
Json MachineModel::wait_for_replicas(const Words& words) {
  const int wanted = std::stoi(words.at(1));
  const Time until = network_.time.now() + Millis{std::stoll(words.at(2))};
  const WriteId write = redis_.head();
  while (redis_.runs() && redis_.replicas_with(write) < wanted && network_.time.now() < until)
    network_.time.pass(Millis{10});
  return redis_.replicas_with(write);
}

}  // namespace ashlar::sim
