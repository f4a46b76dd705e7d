#pragma once
// What is asked of a machine and what it answers: declarative, idempotent operations, one round
// trip a batch. docs/node-protocol.md describes the JSON.

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
  std::string operation;  // "file /etc/motd": for messages
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

// Builders, one an operation. Secrets go in `content`, `input` or `password`: they travel on
// standard input only, never in an `argv`.
/// Content that is not UTF-8 is sent as base64.
Json file(std::string path, std::string content, std::string mode = "0644",
          std::string owner = "root", std::string group = "root");
/// Written only when absent: for files that the service itself rewrites.
Json file_once(std::string path, std::string content, std::string mode, std::string owner,
               std::string group);
Json directory(std::string path, std::string mode = "0755", std::string owner = "root",
               std::string group = "root");
/// Also a directory with all that is in it. What the system needs is refused.
Json remove_path(std::string path);
/// data: {"exists": bool, "content": text}. Changes nothing.
Json file_content(std::string path);
/// Debian packages. Services that a package brings start by themselves only when asked for: what
/// runs is declared by systemd_unit.
Json package(std::vector<std::string> names, bool start_services = false);
/// Debian packages, each in exactly this version. An installed one that is newer is a failure
/// unless `downgrade`. A failure because no package source offers the version has data.reason
/// "not-offered" and data.offered [versions].
Json package_version(std::vector<std::string> names, std::string version, bool downgrade);
/// The same, fetched and checked but not installed: what package_version() would fail for, this
/// fails for.
Json package_download(std::vector<std::string> names, std::string version, bool downgrade);
/// data: {"versions": {name: version, or null when it is not installed}}. Changes nothing.
Json installed_packages(std::vector<std::string> names);
Json user(std::string name, std::string home = "/nonexistent",
          std::string shell = "/usr/sbin/nologin");
/// `state`: started, stopped, restarted, reloaded. A started unit is also restarted when one of the
/// files in `restart_after` was written after it started; so a crash between the writing and the
/// restart loses nothing. Do not list files that the service itself rewrites.
Json systemd_unit(std::string name, bool enabled, std::string state,
                  const std::vector<std::string>& restart_after = {});
/// Live, and at every boot.
Json sysctl(std::string key, std::string value);
/// The table `inet <table>` of our own, replaced in one transaction and loaded again at boot.
/// `ruleset` is what stands between the table's braces: chains and sets.
Json nftables(std::string table, std::string ruleset);
/// `argv` is executed without a shell. `unless`: an argv whose success means nothing is to be done.
Json command(std::vector<std::string> argv, std::string input = {},
             const std::vector<std::string>& unless = {}, Millis timeout = Millis{30'000});
/// A command that only reads: never `changed`, and run also when checking.
Json query(std::vector<std::string> argv, std::string input = {}, Millis timeout = Millis{30'000});
/// `address` in digits, or localhost.
Json wait_for_port(std::string address, int port, Millis timeout);
/// A long command as the transient unit `ashlar-job-<name>`; starting one that runs changes
/// nothing.
Json job_start(std::string name, const std::vector<std::string>& argv, std::string input = {});
/// The batch as such a job. What it does and what its programs say is the job's log; job_poll()
/// brings its answer once it has ended.
Json job_start(std::string name, const Batch& batch);
/// data: {"state": "running" | "succeeded" | "failed" | "absent", "exit_code", "log", "answer"}.
/// Changes nothing, and waits for no batch that is at work.
Json job_poll(std::string name);
/// The log from a byte on instead of its last lines, in whole lines: data also {"output",
/// "next_offset", "more", "log_bytes"}.
Json job_output(std::string name, long long offset);
Json job_remove(std::string name);
/// data: host facts (hostname, kernel, memory_bytes, cpus, addresses, boot_id, uptime_seconds,
/// ...).
Json facts();

/// A server that speaks RESP2, the protocol of request and typed reply, as seen from its machine.
struct RespEndpoint {
  std::string address = "127.0.0.1";  // in digits
  int port = 0;
  std::string user;      // empty: the default user
  std::string password;  // empty: no AUTH
  bool tls = false;      // then the machine needs the package openssl, and `ca` is verified
  std::string ca;        // paths on the machine
  std::string cert;      // client certificate and key; empty: none
  std::string key;
  std::string server_name;  // to be found in the server's certificate; empty: the address
};
/// Commands over one connection, each a list of words. data: {"replies": [...]}, in order; strings,
/// integers, lists and nil as JSON, an error as {"error": text}. An error reply fails the operation
/// unless `fail_on_error` is false. `read_only`: never `changed`, and run also when checking.
Json resp(const RespEndpoint& endpoint, const std::vector<std::vector<std::string>>& commands,
          bool read_only = false, bool fail_on_error = true, Millis timeout = Millis{10'000});

Json to_json(const Batch&);
/// The batch as ashlar-node reads it. Throws Error(kInternal) when a string is not UTF-8.
std::string to_text(const Batch&);
/// Throws Error(kMachine) when it is not a result, or says why the batch was refused.
BatchResult batch_result_from_json(const Json&);

}  // namespace ashlar::machine
