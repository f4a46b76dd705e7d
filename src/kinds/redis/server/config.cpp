#include "kinds/redis/server/config.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <sstream>

#include "base/syntax.hpp"
#include "kinds/redis/server/access.hpp"

namespace ashlar::redis {
namespace {

std::string lines_of(const std::vector<User>& users) {
  std::string text;
  for (const auto& user : users) text += user.to_line() + "\n";
  return text;
}

/// Clients' rights on data nodes are not those on sentinels.
std::string sentinel_users(const Passwords& passwords) {
  return lines_of(users_of(false, passwords, {}));
}

/// Ports, addresses and TLS: the same directives for Redis and Sentinel.
std::string server_lines(const ServerConfig& config) {
  std::string text = fmt::format(
      "bind {}\n"
      "protected-mode no\n"
      "dir {}\n",
      fmt::join(config.bind_addresses, " "), config.paths.data);
  if (!config.tls) return text + fmt::format("port {}\n", config.self.port);
  return text + fmt::format(
                    "port 0\n"
                    "tls-port {}\n"
                    "tls-cert-file {}\n"
                    "tls-key-file {}\n"
                    "tls-ca-cert-file {}\n"
                    "tls-auth-clients optional\n"
                    "tls-replication yes\n"
                    "tls-protocols \"TLSv1.2 TLSv1.3\"\n",
                    config.self.port, config.paths.certificate(), config.paths.key(),
                    config.paths.authority());
}

std::string persistence_lines(Persistence persistence) {
  switch (persistence) {
    case Persistence::kNone:
      return "save \"\"\nappendonly no\n";
    case Persistence::kRdb:
      return fmt::format("save {}\nappendonly no\n", kSavePoints);
    case Persistence::kAof:
      break;
  }
  return "save \"\"\nappendonly yes\nappendfsync everysec\n";
}

std::string sha256(const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr) != 1)
    throw Error(ErrorCode::kInternal, "cannot compute a SHA-256 hash");
  std::string hexadecimal;
  for (unsigned int i = 0; i < length; ++i) hexadecimal += fmt::format("{:02x}", digest[i]);
  return hexadecimal;
}

/// Sentinel writes its passwords back into its file as they are, and does not start again on one
/// with a space in it. Only generated ones are ever written in clear.
const std::string& in_clear(const Secret& password) {
  if (!is_word(password.reveal(), "-_"))
    throw Error(ErrorCode::kInternal,
                "a password among servers has more than letters, digits and hyphens");
  return password.reveal();
}

std::string acquaintances(const WatchedGroup& group, const std::vector<SentinelPeer>& peers) {
  std::string text;
  for (const auto& replica : group.replicas)
    text +=
        fmt::format("sentinel known-replica {} {} {}\n", group.name, replica.address, replica.port);
  for (const auto& peer : peers)
    text += fmt::format("sentinel known-sentinel {} {} {} {}\n", group.name, peer.endpoint.address,
                        peer.endpoint.port, peer.id);
  return text;
}

std::string drop_in(const std::string& program, const std::string& conf, int restart_seconds,
                    const std::string& before = {}) {
  return fmt::format(
      "# Managed by Ashlar.\n"
      "[Unit]\n"
      "ConditionPathExists={1}\n"
      "# A machine whose network comes late must not run out of attempts.\n"
      "StartLimitIntervalSec=0\n"
      "[Service]\n"
      "{3}"
      "ExecStart=\n"
      "ExecStart={0} {1} --supervised systemd --daemonize no\n"
      "RestartSec={2}\n",
      program, conf, restart_seconds,
      before.empty() ? std::string() : fmt::format("ExecStartPre=-{}\n", before));
}

}  // namespace

std::string with_users(const std::string& sentinel_conf, const Passwords& passwords) {
  std::string text;
  std::istringstream lines(sentinel_conf);
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("user ")) text += line + "\n";
  return text + sentinel_users(passwords);
}

std::string password_hash(const Secret& password) {
  return sha256(password.reveal());
}

std::string sentinel_id(const std::string& resource_id, const std::string& node) {
  return sha256(fmt::format("sentinel {} of {}", node, resource_id)).substr(0, 40);
}

std::string users_acl(const Passwords& passwords, const std::set<ClientRight>& rights) {
  return lines_of(users_of(true, passwords, rights));
}

std::string redis_conf(const DataNodeConfig& config, const Passwords& passwords) {
  const ServerConfig& server = config.server;
  std::string text =
      "# Written once by Ashlar; Redis rewrites it, and changes are made by command.\n" +
      server_lines(server);
  text += fmt::format(
      "aclfile {}\n"
      "masteruser {}\n"
      "masterauth {}\n"
      "replica-announce-ip {}\n"
      "replica-announce-port {}\n"
      "tcp-keepalive 60\n",
      server.paths.users(), kReplicationUser, in_clear(passwords.replication), server.self.address,
      server.self.port);
  if (config.leader)
    text += fmt::format("replicaof {} {}\n", config.leader->address, config.leader->port);
  // The master waits for all its replicas to come, one second at most, and serves them with one
  // snapshot.
  if (config.replicas_in_group > 0)
    text += fmt::format(
        "repl-diskless-sync yes\n"
        "repl-diskless-sync-delay 1\n"
        "repl-diskless-sync-max-replicas {}\n",
        config.replicas_in_group);
  if (config.guard_writes) text += "min-replicas-to-write 1\nmin-replicas-max-lag 10\n";
  text += persistence_lines(config.persistence);
  text += fmt::format("maxmemory {}\nmaxmemory-policy {}\n", config.max_memory_bytes,
                      config.max_memory_policy);
  return text;
}

std::string sentinel_conf(const SentinelConfig& config, const Passwords& passwords) {
  const ServerConfig& server = config.server;
  std::string text =
      "# Written once by Ashlar; Sentinel rewrites it, and changes are made by command.\n" +
      server_lines(server);
  text += fmt::format("sentinel myid {}\nsentinel announce-ip {}\nsentinel announce-port {}\n",
                      config.id, server.self.address, server.self.port);
  text += sentinel_users(passwords);
  // The same on every sentinel: with differing ones, no failover is ever agreed on.
  text += fmt::format("sentinel sentinel-user {}\nsentinel sentinel-pass {}\n", kSentinelPeerUser,
                      in_clear(passwords.sentinel_peer));
  for (const auto& group : config.groups) {
    // The credentials follow their monitor line at once: a sentinel that has met a master without
    // them holds it to be down for good.
    text += fmt::format(
        "sentinel monitor {0} {1} {2} {3}\n"
        "sentinel auth-user {0} {4}\n"
        "sentinel auth-pass {0} {5}\n"
        "sentinel down-after-milliseconds {0} {6}\n"
        "sentinel failover-timeout {0} 60000\n"
        "sentinel parallel-syncs {0} 1\n",
        group.name, group.master.address, group.master.port, config.quorum, kSentinelUser,
        in_clear(passwords.sentinel), config.down_after_milliseconds);
    text += acquaintances(group, config.peers);
  }
  return text;
}

std::string redis_unit_drop_in(const Paths& paths, int restart_seconds) {
  return drop_in("/usr/bin/redis-server", paths.redis_conf(), restart_seconds);
}

std::string sentinel_unit_drop_in(const Paths& paths) {
  return drop_in("/usr/bin/redis-sentinel", paths.sentinel_conf(), 1, paths.await_masters());
}

std::string await_masters_script(const Paths& paths) {
  return fmt::format(R"(#!/bin/bash
# Managed by Ashlar.
booted=$(stat -c %Y /proc/1)
(( $(date +%s) - booted > 300 )) && exit 0
end=$((SECONDS + 45))
while read -r sentinel verb _ address port _; do
  [[ "$sentinel $verb" == "sentinel monitor" ]] || continue
  until (exec 3<> "/dev/tcp/$address/$port") 2> /dev/null; do
    (( SECONDS >= end )) && exit 0
    sleep 0.5
  done
done < {}
)",
                     paths.sentinel_conf());
}

}  // namespace ashlar::redis
