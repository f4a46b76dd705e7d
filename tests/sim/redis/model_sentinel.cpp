#include "tests/sim/redis/model_sentinel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "kinds/redis/server/config.hpp"

namespace ashlar::sim {
namespace {

constexpr Millis kCalmTick{1'000};
constexpr Millis kBusyTick{100};
constexpr Millis kHurriedInfoPeriod{1'000};
constexpr Millis kGreetingPeriod{2'000};
constexpr Millis kCorrectionPause = 4 * kGreetingPeriod;

}  // namespace

// The process.

void SentinelModel::start(const std::string& address) {
  address_ = address;
  read_configuration();
  runs_ = true;
  network_.listening.sentinels[address_] = this;
  network_.trace.say("{} runs", name_);
  // Sentinels tick out of step, so that they do not all stand for election at once.
  tick_after(network_.dice.between(1, 1'000));
}

void SentinelModel::stop() {
  if (!runs_) return;
  // It writes its file with every change, so what it knows is what the file says.
  write_configuration();
  runs_ = false;
  ++ticket_;
  const auto listening = network_.listening.sentinels.find(address_);
  if (listening != network_.listening.sentinels.end() && listening->second == this)
    network_.listening.sentinels.erase(listening);
  network_.trace.say("{} ends", name_);
}

void SentinelModel::read_configuration() {
  const auto file = disk_.files.find(redis::Paths{}.sentinel_conf());
  if (file == disk_.files.end()) throw std::runtime_error("there is no sentinel.conf");
  groups_.clear();
  users_.clear();
  other_lines_.clear();
  epoch_ = 0;
  tls_ = false;
  std::istringstream lines(file->second.content);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("user ")) {
      users_.read_line(line);
    } else if (line.starts_with("sentinel ")) {
      read_sentinel_line(line);
    } else {
      if (line.starts_with("tls-port ")) tls_ = true;
      other_lines_.push_back(line);
    }
  }
}

void SentinelModel::read_sentinel_line(const std::string& line) {
  std::istringstream stream(line);
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  const std::string& what = words.at(1);
  const auto group = [&]() -> Group& {
    const auto found = groups_.find(words.at(2));
    if (found == groups_.end()) throw std::runtime_error("no monitor line before: " + line);
    return found->second;
  };
  if (what == "myid") {
    id_ = words.at(2);
  } else if (what == "announce-ip" || what == "announce-port") {
    other_lines_.push_back(line);
  } else if (what == "sentinel-user") {
    peer_login_.user = words.at(2);
  } else if (what == "sentinel-pass") {
    peer_login_.password = words.at(2);
  } else if (what == "current-epoch") {
    epoch_ = std::stoi(words.at(2));
  } else if (what == "monitor") {
    Group& added = groups_[words.at(2)];
    added.name = words[2];
    added.master = words.at(3);
    added.quorum = std::stoi(words.at(5));
    added.master_seen = fresh();
  } else if (what == "auth-user") {
    group().login.user = words.at(3);
  } else if (what == "auth-pass") {
    group().login.password = words.at(3);
  } else if (what == "down-after-milliseconds") {
    group().down_after = Millis{std::stoll(words.at(3))};
  } else if (what == "failover-timeout") {
    group().failover_timeout = Millis{std::stoll(words.at(3))};
  } else if (what == "config-epoch") {
    group().config_epoch = std::stoi(words.at(3));
  } else if (what == "leader-epoch") {
    group().leader_epoch = std::stoi(words.at(3));
  } else if (what == "known-replica") {
    group().replicas[words.at(3)] = fresh();
  } else if (what == "known-sentinel") {
    group().peers[words.at(5)] = {.address = words.at(3), .answered = network_.time.now()};
  } else if (what != "parallel-syncs") {
    throw std::logic_error("the model does not know sentinel.conf's " + line);
  }
}

void SentinelModel::write_configuration() {
  std::string text;
  for (const auto& line : other_lines_) text += line + "\n";
  text += users_.to_text();
  text += fmt::format("sentinel myid {}\nsentinel sentinel-user {}\nsentinel sentinel-pass {}\n",
                      id_, peer_login_.user, peer_login_.password);
  text += fmt::format("sentinel current-epoch {}\n", epoch_);
  for (const auto& [name, group] : groups_) {
    text += fmt::format(
        "sentinel monitor {0} {1} 6379 {2}\nsentinel auth-user {0} {3}\nsentinel auth-pass {0} "
        "{4}\n"
        "sentinel down-after-milliseconds {0} {5}\nsentinel failover-timeout {0} {6}\n"
        "sentinel config-epoch {0} {7}\nsentinel leader-epoch {0} {8}\n",
        name, group.master, group.quorum, group.login.user, group.login.password,
        group.down_after.count(), group.failover_timeout.count(), group.config_epoch,
        group.leader_epoch);
    for (const auto& [address, seen] : group.replicas)
      text += fmt::format("sentinel known-replica {} {} 6379\n", name, address);
    for (const auto& [id, peer] : group.peers)
      text += fmt::format("sentinel known-sentinel {} {} 26379 {}\n", name, peer.address, id);
  }
  disk_.files[redis::Paths{}.sentinel_conf()] = {std::move(text), network_.time.now()};
}

std::vector<std::string> SentinelModel::configured_masters() const {
  std::vector<std::string> addresses;
  const auto file = disk_.files.find(redis::Paths{}.sentinel_conf());
  if (file == disk_.files.end()) return addresses;
  std::istringstream lines(file->second.content);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("sentinel monitor ")) continue;
    std::istringstream words(line);
    std::string word;
    for (int i = 0; i < 4; ++i) words >> word;
    addresses.push_back(word);
  }
  return addresses;
}

// Watching.

bool SentinelModel::busy() const {
  return std::ranges::any_of(groups_, [&](const auto& entry) {
    const Group& group = entry.second;
    return group.failover != Failover::kNone || group.objectively_down ||
           network_.time.now() - group.master_seen.answered > kCalmTick * 3 / 2;
  });
}

void SentinelModel::tick_after(Millis delay) {
  network_.time.after(delay, [this, ticket = ++ticket_] { tick(ticket); });
}

void SentinelModel::tick(int ticket) {
  if (!runs_ || ticket != ticket_) return;
  const Time now = network_.time.now();
  if (!network_.hung.contains(address_)) {
    for (auto& [name, group] : groups_) {
      look_at(group, group.master, group.master_seen);
      // A copy: reading INFO of one may add others.
      std::vector<std::string> replicas;
      for (const auto& [address, seen] : group.replicas) replicas.push_back(address);
      for (const auto& address : replicas)
        if (group.replicas.contains(address)) look_at(group, address, group.replicas[address]);
      look_at_peers(group);
      if (now - group.greeted_at >= kGreetingPeriod) greet(group);
      check_objectively_down(group);
      if (group.objectively_down) ask_peers(group);
      fail_over(group);
    }
  }
  const Millis period = busy() ? kBusyTick : kCalmTick;
  tick_after(network_.dice.between(period.count() / 2, period.count()));
}

/// The node at an address, when it is reached and lets this sentinel in.
RedisModel* SentinelModel::data_node(const Group& group, const std::string& address) const {
  RedisModel* node = network_.redis_at(address_, address);
  const bool welcome = node != nullptr && node->speaks_tls() == tls_ && node->admits(group.login);
  return welcome ? node : nullptr;
}

SentinelModel* SentinelModel::peer(const Peer& peer) const {
  SentinelModel* other = network_.sentinel_at(address_, peer.address);
  const bool welcome = other != nullptr && other->tls_ == tls_ && other->admits(peer_login_);
  return welcome ? other : nullptr;
}

void SentinelModel::look_at(Group& group, const std::string& address, Seen& seen) {
  RedisModel* node = data_node(group, address);
  if (node == nullptr) return;
  const Time now = network_.time.now();
  seen.answered = now;
  const bool is_replica = address != group.master;
  const bool hurry =
      is_replica && (group.objectively_down || group.failover != Failover::kNone || !seen.link_up);
  if (seen.info_ok && now - seen.informed < (hurry ? kHurriedInfoPeriod : kInfoPeriod)) return;
  read_info(group, address, seen, *node);
}

void SentinelModel::read_info(Group& group, const std::string& address, Seen& seen,
                              RedisModel& node) {
  const Time now = network_.time.now();
  seen.informed = now;
  seen.info_ok = true;
  const std::string role = node.is_master() ? "master" : "slave";
  if (role != seen.role) {
    seen.role = role;
    seen.role_since = now;
    seen.leader_since = now;
  }
  if (node.leader() != seen.leader) {
    seen.leader = node.leader();
    seen.leader_since = now;
  }
  if (node.link_is_up() != seen.link_up) seen.link_down_since = now;
  seen.link_up = node.link_is_up();
  seen.offset = node.offset();
  seen.priority = node.priority();
  seen.announced = node.announced();
  const std::string present = master_of(group.name);
  // A master names its replicas; what any other node says of itself counts only for itself.
  if (role == "master" && address == group.master)
    for (const std::string& replica : node.replicas())
      if (!group.replicas.contains(replica) && replica != group.master)
        group.replicas.emplace(replica, fresh());
  if (address == group.master) return;
  if (group.failover == Failover::kWaitPromotion && address == group.promoted && role == "master")
    return promote(group);
  correct(group, address, seen, node);
}

/// A former master that comes back, or a replica that follows someone else, is told whom to follow.
void SentinelModel::correct(Group& group, const std::string& address, Seen& seen,
                            RedisModel& node) {
  const Time now = network_.time.now();
  if (address == group.promoted && group.failover != Failover::kNone) return;
  if (group.failover != Failover::kNone || !master_looks_sane(group)) return;
  const bool strayed = seen.role == "master" ? now - seen.role_since > kCorrectionPause
                                             : seen.leader != group.master &&
                                                   now - seen.leader_since > kCorrectionPause;
  if (!strayed) return;
  network_.trace.say("{} makes {} at {} follow {}", name_, node.name(), address, group.master);
  node.follow(group.master);
  node.command({"CONFIG", "REWRITE"});
}

bool SentinelModel::master_looks_sane(const Group& group) const {
  const Seen& seen = group.master_seen;
  return seen.role == "master" && !down(group, seen) &&
         network_.time.now() - seen.informed < 2 * kInfoPeriod;
}

void SentinelModel::look_at_peers(Group& group) {
  for (auto& [id, other] : group.peers)
    if (peer(other) != nullptr) other.answered = network_.time.now();
}

/// Greetings go through the data nodes, to every sentinel that listens there.
void SentinelModel::greet(Group& group) {
  group.greeted_at = network_.time.now();
  const Greeting greeting{address_,          id_, epoch_, group.name, master_of(group.name),
                          group.config_epoch};
  std::set<SentinelModel*> listeners;
  const auto publish = [&](const std::string& through) {
    if (data_node(group, through) == nullptr) return;
    for (const auto& [address, other] : network_.listening.sentinels) {
      if (other == this || !other->runs_) continue;
      for (const auto& [name, theirs] : other->groups_) {
        const bool listens = theirs.master == through || theirs.replicas.contains(through);
        if (listens && other->data_node(theirs, through) != nullptr) listeners.insert(other);
      }
    }
  };
  publish(group.master);
  for (const auto& [address, seen] : group.replicas) publish(address);
  for (const auto& [id, known] : group.peers)
    if (SentinelModel* other = peer(known)) listeners.insert(other);
  std::vector<SentinelModel*> in_order(listeners.begin(), listeners.end());
  std::ranges::sort(in_order, {}, &SentinelModel::address_);
  for (SentinelModel* other : in_order) other->hear(greeting);
}

void SentinelModel::hear(const Greeting& greeting) {
  const auto found = groups_.find(greeting.group);
  if (found == groups_.end() || greeting.id == id_ || network_.hung.contains(address_)) return;
  Group& group = found->second;
  const auto known = group.peers.find(greeting.id);
  if (known == group.peers.end()) {
    std::erase_if(group.peers,
                  [&](const auto& other) { return other.second.address == greeting.address; });
    group.peers[greeting.id] = {.address = greeting.address, .answered = network_.time.now()};
  } else if (known->second.address != greeting.address) {
    known->second.address = greeting.address;
    known->second.answered = network_.time.now();
  }
  epoch_ = std::max(epoch_, greeting.epoch);
  if (greeting.config_epoch <= group.config_epoch) return;
  group.config_epoch = greeting.config_epoch;
  if (greeting.master != group.master) switch_master(group, greeting.master);
}

bool SentinelModel::down(const Group& group, const Seen& seen) const {
  const Time now = network_.time.now();
  if (now - seen.answered > group.down_after) return true;
  return &seen == &group.master_seen && seen.role == "slave" &&
         now - seen.role_since > group.down_after + 2 * kInfoPeriod;
}

bool SentinelModel::down(const Group& group, const Peer& peer) const {
  return network_.time.now() - peer.answered > group.down_after;
}

SentinelModel::Seen SentinelModel::fresh() const {
  const Time now = network_.time.now();
  return {.answered = now, .role_since = now, .leader_since = now, .link_down_since = now};
}

/// All other data nodes are its replicas from then on, the former master too.
void SentinelModel::switch_master(Group& group, const std::string& address) {
  network_.trace.say("{} takes {} for the master of {}, not {}", name_, address, group.name,
                     group.master);
  std::map<std::string, Seen> replicas;
  for (const auto& [replica, seen] : group.replicas)
    if (replica != address) replicas.emplace(replica, fresh());
  if (group.master != address) replicas.emplace(group.master, fresh());
  group.master = address;
  group.replicas = std::move(replicas);
  group.master_seen = fresh();
  group.failover = Failover::kNone;
  group.forced = false;
  group.promoted.clear();
  group.objectively_down = false;
  group.failover_began = {};
}

void SentinelModel::reset(Group& group) {
  group.replicas.clear();
  group.peers.clear();
  group.master_seen = fresh();
  group.failover = Failover::kNone;
  group.forced = false;
  group.promoted.clear();
  group.objectively_down = false;
  group.failover_began = {};
}

}  // namespace ashlar::sim
