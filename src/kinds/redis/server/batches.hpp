#pragma once
// What each step asks of a machine: one batch, one round trip. Pure.

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "kinds/cluster/server/authority.hpp"
#include "kinds/redis/server/config.hpp"
#include "machine/batch.hpp"

namespace ashlar::redis {

inline constexpr const char* kRedisUnit = "redis-server.service";
inline constexpr const char* kSentinelUnit = "redis-sentinel.service";

using cluster::TlsFiles;

/// The folder of a server's files, and its certificate, in place.
void add_server_files(machine::Batch& batch, const Paths& paths,
                      const std::optional<TlsFiles>& tls);

/// What systemd starts a server with, and the script that Sentinel's unit waits in.
void add_unit_files(machine::Batch& batch, const Spec& spec, bool holds_data);
/// What the machine needs besides: the other server off, and the kernel parameter. That comes last,
/// since a container may refuse it: see failed_only_on_kernel_parameter().
void add_system_settings(machine::Batch& batch, bool holds_data);

/// The packages of a data node or a sentinel that have one version; the first is the declared one.
std::vector<std::string> packages_of(bool holds_data);

/// Installs the package without starting anything, in the spec's version if it names one;
/// `keep_version`: what is there stays, since it runs. add_system_settings() comes last.
machine::Batch install_batch(const Spec& spec, bool holds_data, bool keep_version = false);
bool failed_only_on_kernel_parameter(const machine::Batch& batch,
                                     const machine::BatchResult& result);

machine::Batch start_redis_batch(const DataNodeConfig& config, const Passwords& passwords,
                                 const std::optional<TlsFiles>& tls);
machine::Batch start_sentinel_batch(const SentinelConfig& config, const Passwords& passwords,
                                    const std::optional<TlsFiles>& tls);

/// A server and how Ashlar speaks to it, from the machine itself: the address is the announced one,
/// so that the certificate is checked for it.
struct Speaker {
  Endpoint server;
  bool tls = false;
  Secret operator_password;
  Paths paths;
};

using Command = std::vector<std::string>;

/// What redis_operation() was answered: the service is there, and does not let the operator in, or
/// not do what it was asked for.
bool is_refusal(const machine::OperationResult& result);

/// Sends `commands` as the operator over one connection; the replies come typed in data.replies. A
/// command that is refused fails the operation only when `fail_on_error`.
Json redis_operation(const Speaker& speaker, const std::vector<Command>& commands, bool read_only,
                     bool fail_on_error, Millis timeout = Millis{5'000});

}  // namespace ashlar::redis
