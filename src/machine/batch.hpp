#pragma once
// What is asked of a machine and what it answers: declarative, idempotent operations, one round trip
// a batch. docs/node-protocol.md describes the JSON.

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

namespace ashlar::machine {

/// Operations run in order; the first failure ends the batch unless `keep_going`.
/// With `check_only` nothing is changed and `changed` says what would be.
struct Batch {
  std::vector<Json> operations;
  bool check_only = false;
  bool keep_going = false;
};

struct OperationResult {
  bool ok = false;
  bool changed = false;
  std::string message;         // why it failed, or what it did
  Json data = Json::object();  // command: exit_code, stdout, stderr; job: state; ...
};

struct BatchResult {
  std::vector<OperationResult> results;  // as many as ran
  bool ok() const;
  bool changed() const;
  /// Throws Error(kMachine) naming machine and operation when one failed.
  const BatchResult& or_throw(const std::string& machine) const;
};

// Builders, one an operation. Secrets go in `content`, `input` or `environment_file`-like values:
// they travel on standard input only.
Json file(std::string path, std::string content, std::string mode = "0644",
          std::string owner = "root", std::string group = "root");
/// Written only when absent: for files that the service itself rewrites.
Json file_once(std::string path, std::string content, std::string mode, std::string owner,
               std::string group);
Json directory(std::string path, std::string mode = "0755", std::string owner = "root",
               std::string group = "root");
Json remove_path(std::string path);
Json package(std::vector<std::string> names);
Json user(std::string name, std::string home = "/nonexistent", std::string shell = "/usr/sbin/nologin");
Json systemd_unit(std::string name, bool enabled, std::string state /* started, stopped, restarted */);
Json sysctl(std::string key, std::string value);
Json nftables(std::string table, std::string ruleset);
/// `argv` is executed without a shell. `unless`: an argv whose success means nothing is to be done.
Json command(std::vector<std::string> argv, std::string input = {},
             std::vector<std::string> unless = {}, Millis timeout = Millis{30'000});
Json wait_for_port(std::string address, int port, Millis timeout);
/// A long command as the transient unit `ashlar-job-<name>`; starting one that runs changes nothing.
Json job_start(std::string name, std::vector<std::string> argv);
/// data: {"state": "running" | "succeeded" | "failed" | "absent", "exit_code", "log"}.
Json job_poll(std::string name);
Json job_remove(std::string name);
/// data: host facts (hostname, kernel, memory_bytes, cpus, addresses, boot_id, uptime_seconds).
Json facts();

Json to_json(const Batch&);
BatchResult batch_result_from_json(const Json&);

}  // namespace ashlar::machine
