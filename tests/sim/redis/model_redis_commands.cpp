// What Ashlar's commands do to a simulated Redis, and its configuration file.

#include <fmt/format.h>

#include <set>
#include <sstream>
#include <stdexcept>

#include "kinds/redis/server/declaration.hpp"
#include "tests/sim/redis/model_redis.hpp"

namespace ashlar::sim {
namespace {

/// Directives that matter to the model, with Redis's defaults. Others are kept as they are.
const std::map<std::string, std::string>& defaults() {
  static const std::map<std::string, std::string> values{{"appendonly", "no"},
                                                         {"masterauth", ""},
                                                         {"masteruser", ""},
                                                         {"maxmemory", "0"},
                                                         {"maxmemory-policy", "noeviction"},
                                                         {"min-replicas-max-lag", "10"},
                                                         {"min-replicas-to-write", "0"},
                                                         {"replica-announced", "yes"},
                                                         {"replica-priority", "100"},
                                                         {"port", "6379"},
                                                         {"save", "3600 1 300 100 60 10000"},
                                                         {"tls-port", "0"},
                                                         {"tls-replication", "no"}};
  return values;
}

bool is_other(const std::string& directive) {
  static const std::set<std::string> known{"bind",
                                           "protected-mode",
                                           "dir",
                                           "tls-cert-file",
                                           "tls-key-file",
                                           "tls-ca-cert-file",
                                           "tls-auth-clients",
                                           "tls-protocols",
                                           "aclfile",
                                           "replica-announce-ip",
                                           "replica-announce-port",
                                           "tcp-keepalive",
                                           "repl-diskless-sync",
                                           "repl-diskless-sync-delay",
                                           "repl-diskless-sync-max-replicas",
                                           "appendfsync"};
  return known.contains(directive);
}

}  // namespace

std::string RedisModel::setting(const std::string& name) const {
  if (const auto found = settings_.find(name); found != settings_.end()) return found->second;
  for (const auto& line : other_lines_)
    if (line.starts_with(name + " ")) return redis::read_directives(line).at(name);
  const auto known = defaults().find(name);
  return known == defaults().end() ? std::string() : known->second;
}

void RedisModel::read_configuration() {
  const redis::Paths paths;
  const auto file = disk_.files.find(paths.redis_conf());
  if (file == disk_.files.end()) throw std::runtime_error("there is no redis.conf");
  settings_.clear();
  other_lines_.clear();
  std::istringstream lines(file->second.content);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const size_t space = line.find(' ');
    const std::string name = line.substr(0, space);
    std::string value = space == std::string::npos ? "" : line.substr(space + 1);
    if (value == "\"\"") value.clear();
    if (name == "replicaof")
      leader_ = value.substr(0, value.find(' '));
    else if (defaults().contains(name))
      settings_[name] = value;
    else if (is_other(name))
      other_lines_.push_back(line);
    else
      throw std::logic_error("the model does not know redis.conf's " + name);
  }
  users_.clear();
  const auto users = disk_.files.find(paths.users());
  if (users == disk_.files.end()) throw std::runtime_error("there is no users.acl");
  std::istringstream user_lines(users->second.content);
  for (std::string line; std::getline(user_lines, line);)
    if (!line.empty()) users_.read_line(line);
}

void RedisModel::write_configuration() {
  std::string text;
  for (const auto& line : other_lines_) text += line + "\n";
  for (const auto& [name, value] : settings_)
    text += fmt::format("{} {}\n", name, value.empty() ? "\"\"" : value);
  if (!is_master()) text += fmt::format("replicaof {} {}\n", leader_, redis::kRedisPort);
  const redis::Paths paths;
  disk_.files[paths.redis_conf()] = {std::move(text), network_.time.now()};
}

Json RedisModel::command(const Words& words) {
  const std::string& name = words.at(0);
  const std::string second = words.size() > 1 ? words[1] : "";
  if (name == "PING") return "PONG";
  if (name == "INFO") return info(second == "replication");
  if (name == "CONFIG") return config(words);
  if (name == "CLIENT") return client(words);
  if (name == "ACL" && second == "SETUSER") return users_.set_user(words);
  if (name == "ACL" && second == "LIST") return users_.list();
  if (name == "ACL" && second == "DELUSER") {
    // Its connections end.
    if (words.at(2) == redis::kReplicationUser) drop_replicas();
    return users_.delete_user(words);
  }
  if (name == "ACL" && second == "SAVE") {
    disk_.files[redis::Paths{}.users()] = {users_.to_text(), network_.time.now()};
    return "OK";
  }
  if (name == "REPLICAOF") {
    if (words.at(1) == "NO")
      lead();
    else
      follow(words.at(1));
    return "OK";
  }
  if (name == "SAVE") {
    data_.snapshot = head_;
    data_.snapshot_shift = offset_shift_;
    return "OK";
  }
  if (name == "SET") {
    // Ashlar's own user is not above a pause: its write waits, and Ashlar's time runs out.
    if (pauses_writes()) return error_reply("the model's SET waits for the end of a pause");
    if (const auto why = refusal(); !why.empty()) return error_reply(why);
    write(cluster_, words.at(2));
    return "OK";
  }
  if (name == "GET") {
    const std::string value = network_.history.value_at(head_);
    return value.empty() ? Json(nullptr) : Json(value);
  }
  throw std::logic_error(fmt::format("the model of Redis does not know {} {}", name, second));
}

Json RedisModel::config(const Words& words) {
  const std::string& verb = words.at(1);
  if (verb == "REWRITE") {
    write_configuration();
    return "OK";
  }
  if (verb == "GET") {
    Json reply = Json::array();
    for (size_t i = 2; i < words.size(); ++i) {
      reply.push_back(words[i]);
      reply.push_back(setting(words[i]));
    }
    return reply;
  }
  if (verb != "SET") throw std::logic_error("the model of Redis does not know CONFIG " + verb);
  for (size_t i = 2; i + 1 < words.size(); i += 2)
    if (auto reply = set_directive(words[i], words[i + 1]); reply != "OK") return reply;
  return "OK";
}

Json RedisModel::set_directive(const std::string& name, const std::string& value) {
  if (is_other(name)) {
    // Files are read again. That it is kept matters when the server starts anew.
    const std::string line = fmt::format("{} \"{}\"", name, value);
    std::erase_if(other_lines_, [&](const auto& other) { return other.starts_with(name + " "); });
    other_lines_.push_back(line);
    return "OK";
  }
  if (!defaults().contains(name))
    throw std::logic_error("the model of Redis does not know CONFIG SET " + name);
  if (name == "appendonly" && value == "yes" && setting(name) != "yes") {
    data_.append_only = head_;
    data_.recent.clear();
  }
  const std::string before = setting(name);
  settings_[name] = value;
  const bool both = setting("port") == setting("tls-port") && setting("port") != "0";
  if (both || (speaks_tls() && !has_certificate())) {
    settings_[name] = before;
    return error_reply(
        fmt::format("ERR CONFIG SET failed (possibly related to argument '{}')", name));
  }
  return "OK";
}

bool RedisModel::has_certificate() const {
  const redis::Paths paths;
  return disk_.files.contains(paths.certificate()) && disk_.files.contains(paths.key()) &&
         disk_.files.contains(paths.authority());
}

Json RedisModel::client(const Words& words) {
  const std::string& verb = words.at(1);
  if (verb == "PAUSE") {
    if (words.at(3) != "WRITE") throw std::logic_error("CLIENT PAUSE without WRITE");
    paused_until_ = std::max(paused_until_, network_.time.now() + Millis{std::stoll(words[2])});
  } else if (verb == "UNPAUSE") {
    paused_until_ = {};
  } else if (verb == "KILL") {
    return kill_clients(words);
  } else {
    throw std::logic_error("the model of Redis does not know CLIENT " + verb);
  }
  return "OK";
}

/// CLIENT KILL: all, or of a type or a user. Those that are not of clients connect again.
Json RedisModel::kill_clients(const Words& words) {
  const std::string by = words.size() > 2 ? words[2] : "";
  const std::string whose = words.size() > 3 ? words[3] : "";
  if (by.empty() || (by == "TYPE" && (whose == "normal" || whose == "pubsub")) ||
      (by == "USER" && whose == "default")) {
    ++client_generation_;
  } else if (by == "TYPE" && whose == "replica") {
    drop_replicas();
  } else if (by == "TYPE" && whose == "master") {
    if (is_master()) return 0;
    drop_link();
    connect_soon(Millis{1'000});
  } else {
    throw std::logic_error(
        fmt::format("the model of Redis does not know CLIENT KILL {} {}", by, whose));
  }
  return 1;
}

Json RedisModel::info(bool only_replication) const {
  const Time now = network_.time.now();
  std::string text = fmt::format("role:{}\r\nconnected_slaves:{}\r\nmaster_repl_offset:{}\r\n",
                                 is_master() ? "master" : "slave", replicas_.size(), offset());
  int number = 0;
  for (const auto& [address, replica] : replicas_) {
    const auto lag = replica.cut_since ? (now - *replica.cut_since) / Millis{1'000} : 0;
    const long long known =
        kBytesPerWrite * network_.history.of(known_state(address, replica)).depth + offset_shift_;
    text += fmt::format("slave{}:ip={},port=6379,state={},offset={},lag={}\r\n", number++, address,
                        replica.synced ? "online" : "wait_bgsave", known, lag);
  }
  if (!is_master())
    text += fmt::format(
        "master_host:{}\r\nmaster_port:6379\r\nmaster_link_status:{}\r\n"
        "master_last_io_seconds_ago:{}\r\nmaster_sync_in_progress:{}\r\n",
        leader_, link_is_up() ? "up" : "down",
        cut_since_ ? (now - *cut_since_) / Millis{1'000} : (link_is_up() ? 0 : -1),
        link_ == Link::kSyncing ? 1 : 0);
  if (only_replication) return text;
  return text + fmt::format(
                    "redis_version:7.0.15\r\nuptime_in_seconds:{}\r\nloading:0\r\n"
                    "used_memory:{}\r\nmaxmemory:{}\r\nconnected_clients:1\r\n",
                    (now - started_at_) / Millis{1'000},
                    1'000'000 + 100 * network_.history.of(head_).depth, setting("maxmemory"));
}

}  // namespace ashlar::sim
