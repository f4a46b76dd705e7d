// What Ashlar and clients ask of a simulated Sentinel.

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "tests/sim/redis/model_sentinel.hpp"

namespace ashlar::sim {
namespace {

std::string flags_of(const char* role, bool down) {
  return std::string(role) + (down ? ",s_down,disconnected" : "");
}

}  // namespace

std::string SentinelModel::master_of(const std::string& name) const {
  const auto found = groups_.find(name);
  if (found == groups_.end()) return {};
  const Group& group = found->second;
  return group.failover == Failover::kReconfigure ? group.promoted : group.master;
}

Json SentinelModel::command(const Words& words) {
  const std::string& name = words.at(0);
  const std::string second = words.size() > 1 ? words[1] : "";
  if (name == "PING") return "PONG";
  if (name == "INFO") return "redis_version:7.0.15\r\nuptime_in_seconds:1\r\n";
  if (name == "ACL" && second == "SETUSER") return users_.set_user(words);
  if (name == "ACL" && second == "LIST") return users_.list();
  if (name == "ACL" && second == "DELUSER") return users_.delete_user(words);
  if (name != "SENTINEL")
    throw std::logic_error(fmt::format("the model of Sentinel does not know {} {}", name, second));
  if (second == "MASTERS") return masters();
  if (second == "FLUSHCONFIG") {
    write_configuration();
    return "OK";
  }
  if (second == "CONFIG" && words.at(2) == "SET") return configure(words.at(3), words.at(4));
  if (second == "MONITOR") return monitor(words);

  const auto found = groups_.find(words.size() > 2 ? words[2] : "");
  if (second == "GET-MASTER-ADDR-BY-NAME") {
    if (found == groups_.end()) return nullptr;
    return Json::array({master_of(words[2]), "6379"});
  }
  if (second == "RESET") {
    if (found == groups_.end()) return 0;
    network_.trace.say("{} forgets everyone of {}", name_, words[2]);
    reset(found->second);
    return 1;
  }
  if (found == groups_.end()) return error_reply("ERR No such master with that name");
  if (second == "REPLICAS") return replicas(found->second);
  if (second == "SENTINELS") return sentinels(found->second);
  if (second == "CKQUORUM") return check_quorum(found->second);
  if (second == "FAILOVER") return fail_over_by_command(found->second);
  if (second == "SET") return set(found->second, words);
  if (second == "REMOVE") {
    groups_.erase(found);
    return "OK";
  }
  throw std::logic_error("the model of Sentinel does not know SENTINEL " + second);
}

Json SentinelModel::configure(const std::string& name, const std::string& value) {
  if (name == "sentinel-user")
    peer_login_.user = value;
  else if (name == "sentinel-pass")
    peer_login_.password = value;
  else if (!name.starts_with("announce-"))
    throw std::logic_error("the model of Sentinel does not know SENTINEL CONFIG SET " + name);
  return "OK";
}

Json SentinelModel::masters() const {
  Json list = Json::array();
  for (const auto& [name, group] : groups_) list.push_back(master_entry(group));
  return list;
}

Json SentinelModel::master_entry(const Group& group) const {
  std::string flags = flags_of("master", down(group, group.master_seen));
  if (group.objectively_down) flags += ",o_down";
  if (group.failover != Failover::kNone) flags += ",failover_in_progress";
  return {"name",
          group.name,
          "ip",
          group.master,
          "port",
          "6379",
          "flags",
          flags,
          "num-slaves",
          std::to_string(group.replicas.size()),
          "quorum",
          std::to_string(group.quorum),
          "down-after-milliseconds",
          std::to_string(group.down_after.count())};
}

/// Those that announce themselves: the others stay in its mind, but not in its lists.
Json SentinelModel::replicas(const Group& group) const {
  Json list = Json::array();
  for (const auto& [address, seen] : group.replicas) {
    if (!seen.announced) continue;
    const Millis age = seen.info_ok ? network_.time.now() - seen.informed : Millis{-1};
    list.push_back({"name", address, "ip", address, "port", "6379", "flags",
                    flags_of("slave", down(group, seen)), "master-link-status",
                    seen.link_up ? "ok" : "err", "slave-priority", std::to_string(seen.priority),
                    "info-refresh", std::to_string(age.count())});
  }
  return list;
}

Json SentinelModel::sentinels(const Group& group) const {
  Json list = Json::array();
  for (const auto& [id, known] : group.peers)
    list.push_back({"name", id, "ip", known.address, "port", "26379", "flags",
                    flags_of("sentinel", down(group, known))});
  return list;
}

Json SentinelModel::check_quorum(const Group& group) const {
  const int voters = static_cast<int>(group.peers.size()) + 1;
  const int usable =
      1 + static_cast<int>(std::ranges::count_if(
              group.peers, [&](const auto& known) { return !down(group, known.second); }));
  if (usable < group.quorum)
    return error_reply(
        fmt::format("NOQUORUM {} usable Sentinels. Not enough available Sentinels "
                    "to reach the specified quorum for this master",
                    usable));
  if (usable < voters / 2 + 1)
    return error_reply(fmt::format(
        "NOQUORUM {} usable Sentinels. Not enough available Sentinels to reach the majority and "
        "authorize a failover",
        usable));
  return fmt::format("OK {} usable Sentinels. Quorum and failover authorization can be reached",
                     usable);
}

Json SentinelModel::fail_over_by_command(Group& group) {
  if (group.failover != Failover::kNone) return error_reply("INPROG Failover already in progress");
  if (best_replica(group).empty()) return error_reply("NOGOODSLAVE No suitable replica to promote");
  begin_failover(group);
  group.forced = true;
  tick_after(network_.dice.between(1, 100));
  return "OK";
}

/// Not idempotent.
Json SentinelModel::monitor(const Words& words) {
  const std::string& name = words.at(2);
  if (groups_.contains(name)) return error_reply("ERR Duplicate master name");
  Group& group = groups_[name];
  group.name = name;
  group.master = words.at(3);
  group.quorum = std::stoi(words.at(5));
  group.master_seen = fresh();
  return "OK";
}

Json SentinelModel::set(Group& group, const Words& words) {
  for (size_t i = 3; i + 1 < words.size(); i += 2) {
    const std::string& option = words[i];
    const std::string& value = words[i + 1];
    if (option == "quorum")
      group.quorum = std::stoi(value);
    else if (option == "auth-user")
      group.login.user = value;
    else if (option == "auth-pass")
      group.login.password = value;
    else if (option == "down-after-milliseconds")
      group.down_after = Millis{std::stoll(value)};
    else if (option == "failover-timeout")
      group.failover_timeout = Millis{std::stoll(value)};
    else if (option != "parallel-syncs")
      throw std::logic_error("the model of Sentinel does not know SENTINEL SET " + option);
  }
  return "OK";
}

}  // namespace ashlar::sim
