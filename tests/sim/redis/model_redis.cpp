#include "tests/sim/redis/model_redis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "tests/sim/redis/model_sentinel.hpp"

namespace ashlar::sim {
namespace {

constexpr Millis kReconnectPause{1'000};
constexpr Millis kReplicationTimeout{60'000};
constexpr Millis kReplicationPingPeriod{10'000};
constexpr Millis kSnapshotPeriod{300'000};
constexpr int kSnapshotChanges = 100;

}  // namespace

// The process.

void RedisModel::start(const std::string& address) {
  address_ = address;
  leader_.clear();
  read_configuration();
  if (speaks_tls() && !has_certificate())
    throw std::runtime_error("Failed to configure TLS: there is no certificate");
  const WriteId before = head_;
  load_data();
  if (!ended_well_) note_what_is_missing(before);
  ended_well_ = false;
  runs_ = true;
  ++life_;
  started_at_ = network_.time.now();
  paused_until_ = {};
  // A master that comes back leads no longer than whoever was promoted meanwhile.
  if (!is_master() || led_since_ == Time{}) led_since_ = started_at_;
  network_.listening.redis[address_] = this;
  network_.trace.say("{} runs as {} with {} writes", name_,
                     is_master() ? "a master" : "a replica of " + leader_,
                     network_.history.of(head_).depth);
  if (!is_master()) connect_soon(Millis{50});
  ping_replicas(life_);
}

void RedisModel::stop() {
  if (!runs_) return;
  if (!setting("save").empty()) {
    data_.snapshot = head_;
    data_.snapshot_shift = offset_shift_;
  }
  kill(false);
  ended_well_ = true;
}

void RedisModel::kill(bool power_lost) {
  if (!runs_) return;
  runs_ = false;
  ++life_;
  ++client_generation_;
  if (is_master()) network_.history.ended.push_back({address_, network_.time.now()});
  if (power_lost) data_.append_only = durable_in_append_only_file();
  const auto listening = network_.listening.redis.find(address_);
  if (listening != network_.listening.redis.end() && listening->second == this)
    network_.listening.redis.erase(listening);
  // Its peers learn of it from this machine's system, if there still is one.
  if (!power_lost) {
    drop_link();
    drop_replicas();
  } else if (Replica* mine = entry_at_leader(); mine != nullptr && !mine->cut_since) {
    mine->cut_since = network_.time.now();
  }
  link_ = Link::kNone;
  cut_since_.reset();
  ++epoch_;
  replicas_.clear();
  waiters_.clear();
  network_.trace.say("{} ends{}", name_, power_lost ? " with its machine" : "");
  network_.changed();
}

void RedisModel::load_data() {
  if (setting("appendonly") == "yes") {
    head_ = data_.append_only;
    offset_shift_ = -kBytesPerWrite * network_.history.of(head_).depth;
  } else {
    // Also without save points: a snapshot that is there, of a SAVE or of a synchronization,
    // counts.
    head_ = data_.snapshot;
    offset_shift_ = data_.snapshot_shift;
  }
  data_.recent.clear();
}

void RedisModel::note_what_is_missing(WriteId before) {
  if (network_.history.has(head_, before)) return;
  long long voters = 0;
  long long votes = 0;
  for (const auto& [address, sentinel] : network_.listening.sentinels) {
    const std::string master = sentinel->master_of(group_);
    voters += master.empty() ? 0 : 1;
    votes += master == address_ ? 1 : 0;
  }
  network_.history.restored.push_back({address_, before, head_, 2 * votes > voters, voters == 0});
}

WriteId RedisModel::durable_in_append_only_file() const {
  WriteId durable = data_.recent.empty() ? data_.append_only : data_.recent.front().second;
  for (const auto& [at, state] : data_.recent)
    if (at + Millis{1'000} <= network_.time.now()) durable = state;
  return durable;
}

void RedisModel::note_change(WriteId before) {
  const Time now = network_.time.now();
  if (setting("appendonly") == "yes") {
    if (data_.recent.empty()) data_.recent.emplace_back(Time{}, before);
    data_.append_only = head_;
    data_.recent.emplace_back(now, head_);
    while (data_.recent.size() > 1 && data_.recent[1].first + Millis{2'000} < now)
      data_.recent.pop_front();
  } else if (!setting("save").empty() && ++changes_ >= kSnapshotChanges &&
             now >= data_.snapshot_at + kSnapshotPeriod) {
    data_.snapshot = head_;
    data_.snapshot_shift = offset_shift_;
    data_.snapshot_at = now;
    changes_ = 0;
  }
}

// Roles.

long long RedisModel::offset() const {
  return kBytesPerWrite * network_.history.of(head_).depth + offset_shift_;
}

bool RedisModel::link_is_up() const {
  return link_ == Link::kUp;
}

void RedisModel::follow(const std::string& address) {
  if (leader_ == address) return;
  network_.trace.say("{} is told to follow {}", name_, address);
  drop_link();
  leader_ = address;
  drop_replicas();
  waiters_.clear();
  connect_soon(Millis{10});
}

void RedisModel::lead() {
  if (is_master()) return;
  network_.trace.say("{} is told to lead, with {} writes", name_, network_.history.of(head_).depth);
  drop_link();
  leader_.clear();
  led_since_ = network_.time.now();
  link_ = Link::kNone;
  network_.history.promoted.push_back({group_, head_, led_since_});
  drop_replicas();
}

/// They come again by themselves, and may go on where they were.
void RedisModel::drop_replicas() {
  for (const auto& [address, replica] : std::exchange(replicas_, {})) {
    const auto found = network_.listening.redis.find(address);
    if (found == network_.listening.redis.end() || found->second->epoch_ != replica.epoch) continue;
    if (found->second->leader_ == address_) {
      found->second->link_ = Link::kNone;
      ++found->second->epoch_;
      found->second->cut_since_.reset();
      found->second->connect_soon(kReconnectPause);
    }
  }
}

/// What its leader's process knows of it, if it still knows this connection.
RedisModel::Replica* RedisModel::entry_at_leader() {
  const auto leader = network_.listening.redis.find(leader_);
  if (leader == network_.listening.redis.end()) return nullptr;
  const auto mine = leader->second->replicas_.find(address_);
  const bool known = mine != leader->second->replicas_.end() && mine->second.epoch == epoch_;
  return known ? &mine->second : nullptr;
}

/// The leader learns of it at once, or, where nothing reaches it, after its own time.
void RedisModel::drop_link() {
  if (Replica* mine = entry_at_leader()) {
    if (RedisModel* leader = network_.redis_at(address_, leader_))
      leader->replicas_.erase(address_);
    else if (!mine->cut_since)
      mine->cut_since = network_.time.now();
  }
  link_ = Link::kNone;
  cut_since_.reset();
  ++epoch_;
}

void RedisModel::connect_soon(Millis delay) {
  link_ = Link::kConnecting;
  const int epoch = ++epoch_;
  network_.time.after(delay, [this, epoch, life = life_] {
    if (runs_ && life == life_ && epoch == epoch_) try_to_connect();
  });
}

void RedisModel::try_to_connect() {
  RedisModel* leader = network_.redis_at(address_, leader_);
  const bool with_tls = setting("tls-replication") == "yes";
  // A greeting with TLS is to a server without the beginning of a command, for whose rest it waits;
  // the other way round, the server hangs up at once.
  if (leader != nullptr && with_tls && !leader->speaks_tls())
    return connect_soon(kReplicationTimeout);
  const bool welcome = leader != nullptr && leader != this && leader->speaks_tls() == with_tls &&
                       leader->admits({setting("masteruser"), setting("masterauth")}) &&
                       (leader->is_master() || leader->link_is_up());
  if (!welcome) return connect_soon(kReconnectPause);
  const History& history = network_.history;
  const bool goes_on = head_ != kEmpty && offset_shift_ == leader->offset_shift_ &&
                       history.has(leader->head_, head_);
  leader->replicas_[address_] = {.epoch = epoch_, .acknowledged = head_};
  link_ = Link::kSyncing;
  const Millis duration =
      goes_on ? network_.latency() : Millis{1'000} + network_.dice.between(50, 1'500);
  network_.time.after(duration, [this, epoch = epoch_, life = life_] {
    if (!runs_ || life != life_ || epoch != epoch_) return;
    RedisModel* source = network_.redis_at(address_, leader_);
    const bool same = source != nullptr && source->replicas_.contains(address_) &&
                      source->replicas_[address_].epoch == epoch_;
    if (same)
      come_up(*source);
    else
      connect_soon(kReconnectPause);
  });
}

void RedisModel::come_up(RedisModel& leader) {
  const WriteId before = head_;
  const bool anew = head_ == kEmpty || offset_shift_ != leader.offset_shift_ ||
                    !network_.history.has(leader.head_, head_);
  head_ = leader.head_;
  group_ = leader.group_;
  offset_shift_ = leader.offset_shift_;
  if (anew) {
    // Received as a snapshot, and the append-only file begins anew with it.
    data_.snapshot = data_.append_only = head_;
    data_.snapshot_shift = offset_shift_;
    data_.recent.clear();
    drop_replicas();
    network_.trace.say("{} has copied {}: {} writes instead of {}", name_, leader_,
                       network_.history.of(head_).depth, network_.history.of(before).depth);
  }
  note_change(before);
  link_ = Link::kUp;
  Replica& known = leader.replicas_[address_];
  known.synced = true;
  leader.acknowledged_by(address_, epoch_, head_);
  propagate();
}

void RedisModel::look_at_link() {
  if (!runs_ || is_master() || (link_ != Link::kUp && link_ != Link::kSyncing)) return;
  RedisModel* leader = network_.redis_at(address_, leader_);
  if (leader == nullptr) {
    if (cut_since_) return;
    cut_since_ = network_.time.now();
    if (Replica* mine = entry_at_leader()) mine->cut_since = cut_since_;
    network_.time.after(kReplicationTimeout, [this, epoch = epoch_] {
      if (!runs_ || epoch != epoch_ || !cut_since_ ||
          network_.time.now() < *cut_since_ + kReplicationTimeout)
        return;
      drop_link();
      connect_soon(kReconnectPause);
    });
    return;
  }
  Replica* mine = entry_at_leader();
  if (mine == nullptr) {
    // Another process, or one that has forgotten this connection.
    drop_link();
    return connect_soon(kReconnectPause);
  }
  if (!cut_since_) return;
  cut_since_.reset();
  mine->cut_since.reset();
  if (link_ != Link::kUp) return;
  network_.time.after(network_.latency(), [this, epoch = epoch_] {
    RedisModel* source = runs_ ? network_.redis_at(address_, leader_) : nullptr;
    if (source != nullptr && link_ == Link::kUp) take(epoch, source->head_);
  });
}

// Writes on their way.

WriteId RedisModel::write(int cluster, std::string value) {
  const WriteId before = head_;
  head_ = network_.history.append(head_, cluster, network_.time.now(), std::move(value));
  note_change(before);
  propagate();
  return head_;
}

void RedisModel::propagate() {
  for (auto& [address, replica] : replicas_) {
    if (!replica.synced || replica.cut_since) continue;
    const Time arrival = std::max(replica.last_arrival, network_.time.now() + network_.latency());
    replica.last_arrival = arrival;
    const auto found = network_.listening.redis.find(address);
    if (found == network_.listening.redis.end()) continue;
    network_.time.after(arrival - network_.time.now(), [to = found->second, epoch = replica.epoch,
                                                        write = head_] { to->take(epoch, write); });
  }
}

void RedisModel::take(int epoch, WriteId write) {
  if (!runs_ || epoch != epoch_ || link_ != Link::kUp || cut_since_) return;
  if (network_.history.has(head_, write)) return;  // a later one came with a catch-up
  const WriteId before = head_;
  head_ = write;
  note_change(before);
  propagate();
  RedisModel* leader = network_.redis_at(address_, leader_);
  if (leader == nullptr) return;
  if (group_ != leader->group_) group_ = leader->group_;
  if (leader->waiters_.empty()) return;
  network_.time.after(network_.latency(), [this, leader, epoch, write] {
    if (leader->runs_ && network_.reaches(address_, leader->address_))
      leader->acknowledged_by(address_, epoch, write);
  });
}

void RedisModel::acknowledged_by(const std::string& replica, int epoch, WriteId write) {
  const auto found = replicas_.find(replica);
  if (found == replicas_.end() || found->second.epoch != epoch) return;
  found->second.acknowledged = write;
  std::vector<Waiter> served;
  std::erase_if(waiters_, [&](Waiter& waiter) {
    if (!network_.history.has(write, waiter.write)) return false;
    served.push_back(std::move(waiter));
    return true;
  });
  for (const Waiter& waiter : served) waiter.then();
}

void RedisModel::when_replicated(WriteId write, std::function<void()> then) {
  waiters_.push_back({write, std::move(then)});
}

int RedisModel::replicas_with(WriteId write) const {
  int count = 0;
  for (const auto& [address, replica] : replicas_)
    if (replica.synced && network_.history.has(known_state(address, replica), write)) ++count;
  return count;
}

/// Replicas tell how far they are once a second, and when a client waits for it.
WriteId RedisModel::known_state(const std::string& address, const Replica& replica) const {
  const auto found = network_.listening.redis.find(address);
  const bool connected = replica.synced && !replica.cut_since &&
                         found != network_.listening.redis.end() &&
                         found->second->epoch_ == replica.epoch;
  return connected ? found->second->head_ : replica.acknowledged;
}

/// Without writes of clients, too, the offset grows where replicas listen.
void RedisModel::ping_replicas(int life) {
  network_.time.after(kReplicationPingPeriod, [this, life] {
    if (!runs_ || life != life_) return;
    std::erase_if(replicas_, [&](const auto& entry) {
      const auto& cut_since = entry.second.cut_since;
      return cut_since && network_.time.now() > *cut_since + kReplicationTimeout;
    });
    if (is_master() && !replicas_.empty()) write(0);
    ping_replicas(life);
  });
}

std::vector<std::string> RedisModel::replicas() const {
  std::vector<std::string> addresses;
  for (const auto& [address, replica] : replicas_) addresses.push_back(address);
  return addresses;
}

bool RedisModel::announces_replica(const std::string& address) const {
  const auto found = network_.listening.redis.find(address);
  return found != network_.listening.redis.end() && found->second->announced();
}

/// Those heard of within min-replicas-max-lag.
long long RedisModel::good_replicas() const {
  const Millis most{std::stoll(setting("min-replicas-max-lag")) * 1'000};
  return std::ranges::count_if(replicas_, [&](const auto& entry) {
    const Replica& replica = entry.second;
    return replica.synced &&
           (!replica.cut_since || network_.time.now() - *replica.cut_since <= most);
  });
}

std::string RedisModel::refusal() const {
  if (!is_master()) return "READONLY You can't write against a read only replica.";
  if (good_replicas() < std::stoll(setting("min-replicas-to-write")))
    return "NOREPLICAS Not enough good replicas to write.";
  return {};
}

void RedisNetwork::changed() {
  // A look at a link changes no map of listeners.
  for (const auto& [address, server] : listening.redis) server->look_at_link();
}

}  // namespace ashlar::sim
