#include "machine/batch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "machine/base64.hpp"

namespace ashlar::machine {
namespace {

Json file_operation(const char* name, std::string path, std::string content, std::string mode,
                    std::string owner, std::string group) {
  Json operation = {{"op", name},
                    {"path", std::move(path)},
                    {"mode", std::move(mode)},
                    {"owner", std::move(owner)},
                    {"group", std::move(group)}};
  if (is_utf8(content))
    operation["content"] = std::move(content);
  else
    operation["content_base64"] = to_base64(content);
  return operation;
}

Json job(const char* name, std::string job_name) {
  return {{"op", name}, {"name", std::move(job_name)}};
}

OperationResult operation_result(const Json& json) {
  OperationResult result{.operation = json.at("operation").get<std::string>(),
                         .ok = json.at("ok").get<bool>(),
                         .changed = json.at("changed").get<bool>(),
                         .message = json.at("message").get<std::string>(),
                         .data = json.at("data")};
  if (!result.data.is_object()) throw Error(ErrorCode::kMachine, "`data` is not an object");
  return result;
}

}  // namespace

bool BatchResult::ok() const {
  return std::ranges::all_of(results, [](const OperationResult& result) { return result.ok; });
}

bool BatchResult::changed() const {
  return std::ranges::any_of(results, [](const OperationResult& result) { return result.changed; });
}

const BatchResult& BatchResult::or_throw(const std::string& machine) const {
  for (const OperationResult& result : results)
    if (!result.ok)
      throw Error(ErrorCode::kMachine,
                  fmt::format("{}: {}: {}", machine, result.operation, result.message));
  return *this;
}

Json file(std::string path, std::string content, std::string mode, std::string owner,
          std::string group) {
  return file_operation("file", std::move(path), std::move(content), std::move(mode),
                        std::move(owner), std::move(group));
}

Json file_once(std::string path, std::string content, std::string mode, std::string owner,
               std::string group) {
  return file_operation("file_once", std::move(path), std::move(content), std::move(mode),
                        std::move(owner), std::move(group));
}

Json directory(std::string path, std::string mode, std::string owner, std::string group) {
  return {{"op", "directory"},
          {"path", std::move(path)},
          {"mode", std::move(mode)},
          {"owner", std::move(owner)},
          {"group", std::move(group)}};
}

Json remove_path(std::string path) {
  return {{"op", "remove_path"}, {"path", std::move(path)}};
}

Json file_content(std::string path) {
  return {{"op", "read_file"}, {"path", std::move(path)}};
}

Json package(std::vector<std::string> names, bool start_services) {
  return {{"op", "package"}, {"names", std::move(names)}, {"start_services", start_services}};
}

Json package_version(std::vector<std::string> names, std::string version, bool downgrade) {
  Json operation = package(std::move(names));
  operation["version"] = std::move(version);
  operation["downgrade"] = downgrade;
  return operation;
}

Json package_download(std::vector<std::string> names, std::string version, bool downgrade) {
  Json operation = package_version(std::move(names), std::move(version), downgrade);
  operation["download_only"] = true;
  return operation;
}

Json installed_packages(std::vector<std::string> names) {
  return {{"op", "installed_packages"}, {"names", std::move(names)}};
}

Json user(std::string name, std::string home, std::string shell) {
  return {{"op", "user"},
          {"name", std::move(name)},
          {"home", std::move(home)},
          {"shell", std::move(shell)}};
}

Json systemd_unit(std::string name, bool enabled, std::string state,
                  const std::vector<std::string>& restart_after) {
  Json operation = {{"op", "systemd_unit"},
                    {"name", std::move(name)},
                    {"enabled", enabled},
                    {"state", std::move(state)}};
  if (!restart_after.empty()) operation["restart_after"] = restart_after;
  return operation;
}

Json sysctl(std::string key, std::string value) {
  return {{"op", "sysctl"}, {"key", std::move(key)}, {"value", std::move(value)}};
}

Json nftables(std::string table, std::string ruleset) {
  return {{"op", "nftables"}, {"table", std::move(table)}, {"ruleset", std::move(ruleset)}};
}

Json command(std::vector<std::string> argv, std::string input,
             const std::vector<std::string>& unless, Millis timeout) {
  Json operation = {{"op", "command"}, {"argv", std::move(argv)}, {"timeout_ms", timeout.count()}};
  if (!input.empty()) operation["input"] = std::move(input);
  if (!unless.empty()) operation["unless"] = unless;
  return operation;
}

Json query(std::vector<std::string> argv, std::string input, Millis timeout) {
  Json operation = command(std::move(argv), std::move(input), {}, timeout);
  operation["read_only"] = true;
  return operation;
}

Json wait_for_port(std::string address, int port, Millis timeout) {
  return {{"op", "wait_for_port"},
          {"address", std::move(address)},
          {"port", port},
          {"timeout_ms", timeout.count()}};
}

Json job_start(std::string name, const std::vector<std::string>& argv, std::string input) {
  Json operation = job("job_start", std::move(name));
  operation["argv"] = argv;
  if (!input.empty()) operation["input"] = std::move(input);
  return operation;
}

Json job_start(std::string name, const Batch& batch) {
  Json operation = job("job_start", std::move(name));
  operation["batch"] = to_json(batch);
  return operation;
}

Json job_output(std::string name, long long offset) {
  Json operation = job_poll(std::move(name));
  operation["offset"] = offset;
  return operation;
}

Json job_poll(std::string name) {
  return job("job_poll", std::move(name));
}

Json job_remove(std::string name) {
  return job("job_remove", std::move(name));
}

Json facts() {
  return {{"op", "facts"}};
}

Json resp(const RespEndpoint& endpoint, const std::vector<std::vector<std::string>>& commands,
          bool read_only, bool fail_on_error, Millis timeout) {
  Json operation = {{"op", "resp"},
                    {"address", endpoint.address},
                    {"port", endpoint.port},
                    {"commands", commands},
                    {"read_only", read_only},
                    {"fail_on_error", fail_on_error},
                    {"timeout_ms", timeout.count()}};
  const auto set = [&](const char* field, const std::string& value) {
    if (!value.empty()) operation[field] = value;
  };
  set("user", endpoint.user);
  set("password", endpoint.password);
  if (!endpoint.tls) return operation;
  operation["tls"] = true;
  set("ca", endpoint.ca);
  set("cert", endpoint.cert);
  set("key", endpoint.key);
  set("server_name", endpoint.server_name);
  return operation;
}

Json to_json(const Batch& batch) {
  return {{"check_only", batch.check_only},
          {"keep_going", batch.keep_going},
          {"operations", batch.operations}};
}

std::string to_text(const Batch& batch) {
  try {
    return to_json(batch).dump();
  } catch (const Json::type_error&) {
    // The library's message would quote the string.
    throw Error(ErrorCode::kInternal,
                "a batch holds a string that is not UTF-8; only file() takes any bytes");
  }
}

BatchResult batch_result_from_json(const Json& json) {
  if (json.is_object() && json.contains("error") && json.at("error").is_string())
    throw Error(ErrorCode::kMachine,
                "ashlar-node refused the batch: " + json.at("error").get<std::string>());
  BatchResult batch;
  try {
    for (const Json& result : json.at("results")) batch.results.push_back(operation_result(result));
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::kMachine,
                "ashlar-node's answer is not a batch result: " + std::string(error.what()));
  }
  return batch;
}

}  // namespace ashlar::machine
