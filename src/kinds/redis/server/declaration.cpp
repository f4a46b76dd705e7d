#include "kinds/redis/server/declaration.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace ashlar::redis {
namespace {

std::string bound_addresses(const Endpoint& self) {
  return self.address + " 127.0.0.1";
}

/// The same for Redis and Sentinel.
Directives listening(const Spec& spec, const Endpoint& self) {
  const Paths paths;
  Directives directives{{"bind", bound_addresses(self)}, {"protected-mode", "no"}};
  if (!spec.tls) {
    directives["port"] = std::to_string(self.port);
    return directives;
  }
  directives["port"] = "0";
  directives["tls-port"] = std::to_string(self.port);
  directives["tls-cert-file"] = paths.certificate();
  directives["tls-key-file"] = paths.key();
  directives["tls-ca-cert-file"] = paths.authority();
  directives["tls-auth-clients"] = "optional";
  directives["tls-replication"] = "yes";
  directives["tls-protocols"] = "TLSv1.2 TLSv1.3";
  return directives;
}

/// The words of a line, without the quotes that Redis puts around values.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool begun = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      begun = true;
    } else if (!quoted && (c == ' ' || c == '\t' || c == '\r')) {
      if (begun) words.push_back(std::move(word));
      word.clear();
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  if (begun) words.push_back(std::move(word));
  return words;
}

}  // namespace

machine::Batch declared_batch(const Spec& spec, bool holds_data,
                              const std::optional<TlsFiles>& tls) {
  const Paths paths;
  machine::Batch batch;
  batch.keep_going = true;
  add_unit_files(batch, spec, holds_data);
  add_server_files(batch, paths, tls);
  batch.operations.push_back(
      machine::systemd_unit(holds_data ? kRedisUnit : kSentinelUnit, true, ""));
  add_system_settings(batch, holds_data);
  return batch;
}

Directives declared_directives(const Spec& spec, const Endpoint& self, const Passwords& passwords) {
  Directives directives = listening(spec, self);
  directives["masteruser"] = kReplicationUser;
  directives["masterauth"] = passwords.replication.reveal();
  directives["replica-announce-ip"] = self.address;
  directives["replica-announce-port"] = std::to_string(self.port);
  directives["tcp-keepalive"] = "60";
  return directives;
}

std::vector<std::string> declared_sentinel_lines(const Spec& spec, const Endpoint& self,
                                                 const std::vector<std::string>& groups,
                                                 const Passwords& passwords) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : listening(spec, self))
    lines.push_back(fmt::format("{} {}", name, value));
  lines.push_back(fmt::format("sentinel announce-ip {}", self.address));
  lines.push_back(fmt::format("sentinel announce-port {}", self.port));
  lines.push_back(fmt::format("sentinel sentinel-user {}", kSentinelPeerUser));
  lines.push_back(fmt::format("sentinel sentinel-pass {}", passwords.sentinel_peer.reveal()));
  for (const auto& group : groups) {
    lines.push_back(fmt::format("sentinel auth-user {} {}", group, kSentinelUser));
    lines.push_back(fmt::format("sentinel auth-pass {} {}", group, passwords.sentinel.reveal()));
  }
  return lines;
}

Directives read_directives(const std::string& conf) {
  Directives directives;
  std::istringstream lines(conf);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const auto words = words_of(line);
    if (words.size() < 2) continue;
    directives[words.front()] = fmt::format("{}", fmt::join(words.begin() + 1, words.end(), " "));
  }
  return directives;
}

std::set<std::string> read_lines(const std::string& conf) {
  std::set<std::string> read;
  std::istringstream lines(conf);
  for (std::string line; std::getline(lines, line);)
    read.insert(fmt::format("{}", fmt::join(words_of(line), " ")));
  return read;
}

Directives differing(const Directives& wanted, const Directives& present) {
  Directives different;
  for (const auto& [name, value] : wanted) {
    const auto found = present.find(name);
    if (found == present.end() || found->second != value) different.emplace(name, value);
  }
  return different;
}

}  // namespace ashlar::redis
