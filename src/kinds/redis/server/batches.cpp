#include "kinds/redis/server/batches.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/spec/topology.hpp"

namespace ashlar::redis {
namespace {

std::string drop_in_folder(const std::string& unit) {
  return fmt::format("/etc/systemd/system/{}.d", unit);
}

std::string drop_in_path(const std::string& unit) {
  return drop_in_folder(unit) + "/ashlar.conf";
}

void add_drop_in(machine::Batch& batch, const std::string& unit, std::string text) {
  batch.operations.push_back(machine::directory(drop_in_folder(unit)));
  batch.operations.push_back(machine::file(drop_in_path(unit), std::move(text)));
}

/// Where an image brings a server that runs already, it does so with Debian's configuration until
/// the drop-in names another one. And Sentinel does not read a changed certificate again. Redis
/// does when it is told to, and is never restarted for it: what it keeps in memory only would be
/// lost.
std::vector<std::string> restart_after(const std::string& unit, const Paths& paths,
                                       const std::optional<TlsFiles>& tls) {
  std::vector<std::string> files{drop_in_path(unit)};
  if (tls) files.insert(files.end(), {paths.authority(), paths.certificate(), paths.key()});
  return files;
}

void add_packages(machine::Batch& batch, const Spec& spec, bool holds_data, bool keep_version) {
  std::vector<std::string> packages{packages_of(holds_data).front()};
  const bool exact = !spec.package_version.empty() && !keep_version;
  if (exact) {
    // An image may bring a newer one; what is declared counts.
    batch.operations.push_back(
        machine::package_version(packages_of(holds_data), spec.package_version, true));
    packages.clear();
  }
  // ashlar-node checks certificates with it.
  if (spec.tls) packages.emplace_back("openssl");
  if (!packages.empty()) batch.operations.push_back(machine::package(std::move(packages)));
}

}  // namespace

/// The folder belongs to Redis, which replaces its configuration by renaming a new file over it.
void add_server_files(machine::Batch& batch, const Paths& paths,
                      const std::optional<TlsFiles>& tls) {
  batch.operations.push_back(machine::directory(paths.folder, "0750", "redis", "redis"));
  if (!tls) return;
  batch.operations.push_back(
      machine::file(paths.authority(), tls->authority, "0644", "redis", "redis"));
  batch.operations.push_back(
      machine::file(paths.certificate(), tls->certificate, "0644", "redis", "redis"));
  batch.operations.push_back(
      machine::file(paths.key(), tls->key.reveal(), "0400", "redis", "redis"));
}

std::vector<std::string> packages_of(bool holds_data) {
  return {holds_data ? "redis-server" : "redis-sentinel", "redis-tools"};
}

void add_unit_files(machine::Batch& batch, const Spec& spec, bool holds_data) {
  const Paths paths;
  if (holds_data)
    return add_drop_in(batch, kRedisUnit, redis_unit_drop_in(paths, restart_seconds(spec)));
  batch.operations.push_back(machine::directory("/usr/local/lib/ashlar"));
  batch.operations.push_back(
      machine::file(paths.await_masters(), await_masters_script(paths), "0755"));
  add_drop_in(batch, kSentinelUnit, sentinel_unit_drop_in(paths));
}

void add_system_settings(machine::Batch& batch, bool holds_data) {
  // An image may bring both, and Debian starts them; the other one would answer everybody.
  batch.operations.push_back(
      machine::systemd_unit(holds_data ? kSentinelUnit : kRedisUnit, false, "stopped"));
  // Without it, a snapshot's child is refused memory although it shares its parent's.
  if (holds_data) batch.operations.push_back(machine::sysctl("vm.overcommit_memory", "1"));
}

machine::Batch install_batch(const Spec& spec, bool holds_data, bool keep_version) {
  machine::Batch batch;
  // Before the package, so that not even a service that was installed elsewhere starts unprotected.
  add_unit_files(batch, spec, holds_data);
  add_packages(batch, spec, holds_data, keep_version);
  add_system_settings(batch, holds_data);
  return batch;
}

bool failed_only_on_kernel_parameter(const machine::Batch& batch,
                                     const machine::BatchResult& result) {
  return result.results.size() == batch.operations.size() && !result.results.empty() &&
         !result.results.back().ok && batch.operations.back().value("op", "") == "sysctl";
}

machine::Batch start_redis_batch(const DataNodeConfig& config, const Passwords& passwords,
                                 const std::optional<TlsFiles>& tls) {
  const Paths& paths = config.server.paths;
  machine::Batch batch;
  add_server_files(batch, paths, tls);
  batch.operations.push_back(machine::file(
      paths.users(), users_acl(passwords, config.client_rights), "0640", "redis", "redis"));
  batch.operations.push_back(machine::file_once(paths.redis_conf(), redis_conf(config, passwords),
                                                "0640", "redis", "redis"));
  batch.operations.push_back(machine::systemd_unit(kRedisUnit, true, "started",
                                                   restart_after(kRedisUnit, paths, std::nullopt)));
  return batch;
}

machine::Batch start_sentinel_batch(const SentinelConfig& config, const Passwords& passwords,
                                    const std::optional<TlsFiles>& tls) {
  const Paths& paths = config.server.paths;
  machine::Batch batch;
  add_server_files(batch, paths, tls);
  batch.operations.push_back(machine::file_once(
      paths.sentinel_conf(), sentinel_conf(config, passwords), "0640", "redis", "redis"));
  batch.operations.push_back(machine::systemd_unit(kSentinelUnit, true, "started",
                                                   restart_after(kSentinelUnit, paths, tls)));
  return batch;
}

bool is_refusal(const machine::OperationResult& result) {
  if (result.data.value("reason", std::string()) == "refused") return true;
  const Json replies = result.data.value("replies", Json::array());
  return std::ranges::any_of(replies, [](const Json& reply) {
    const std::string error = reply.is_object() ? reply.value("error", std::string()) : "";
    return error.starts_with("NOPERM") || error.starts_with("NOAUTH");
  });
}

Json redis_operation(const Speaker& speaker, const std::vector<Command>& commands, bool read_only,
                     bool fail_on_error, Millis timeout) {
  machine::RespEndpoint endpoint{.address = speaker.server.address,
                                 .port = speaker.server.port,
                                 .user = kOperatorUser,
                                 .password = speaker.operator_password.reveal(),
                                 .tls = speaker.tls};
  if (speaker.tls) {
    endpoint.ca = speaker.paths.authority();
    endpoint.cert = speaker.paths.certificate();
    endpoint.key = speaker.paths.key();
  }
  return machine::resp(endpoint, commands, read_only, fail_on_error, timeout);
}

}  // namespace ashlar::redis
