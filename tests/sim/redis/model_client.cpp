#include "tests/sim/redis/model_client.hpp"

#include "tests/sim/redis/model_redis.hpp"
#include "tests/sim/redis/model_sentinel.hpp"

namespace ashlar::sim {
namespace {

constexpr const char* kUser = "default";
constexpr Millis kPatience{50};  // while writes pause
constexpr Millis kWait{2'000};

}  // namespace

void ClientModel::start() {
  const int life = ++life_;
  last_confirmed_ = network_.time.now();
  longest_gap_ = Millis{0};
  network_.time.after(network_.dice.between(1, 200), [this, life] { act(life); });
}

void ClientModel::act(int life) {
  if (life != life_) return;
  network_.time.after(next_pause(), [this, life] { act(life); });
}

/// Does what is next, and says how long it then rests.
Millis ClientModel::next_pause() {
  const Millis rest = network_.dice.between(100, 400);
  if (master_.empty() && !connect()) return 2 * rest;
  RedisModel* master = network_.redis_at(name_, master_);
  if (master == nullptr || master->client_generation() != generation_ || !master->is_master()) {
    master_.clear();
    return kPatience;
  }
  if (master->pauses_writes()) return kPatience;
  if (master->refusal().empty())
    write(*master);
  else
    master_.clear();
  return rest;
}

/// Asks one sentinel after the other; the first that answers counts.
bool ClientModel::connect() {
  password_ = directory_.password();
  const bool tls = directory_.tls();
  if (const std::string address = directory_.alone(); !address.empty())
    return connect_to(address, tls);
  for (const std::string& address : directory_.sentinels()) {
    const SentinelModel* sentinel = network_.sentinel_at(name_, address);
    if (sentinel == nullptr || sentinel->speaks_tls() != tls) continue;
    if (!sentinel->admits({kUser, password_})) continue;
    const std::string master = sentinel->master_of(group_);
    if (!master.empty()) return connect_to(master, tls);
  }
  return false;
}

bool ClientModel::connect_to(const std::string& address, bool tls) {
  RedisModel* node = network_.redis_at(name_, address);
  const bool welcome = node != nullptr && node->speaks_tls() == tls &&
                       node->admits({kUser, password_}) && node->is_master();
  if (!welcome) return false;
  node->belongs_to(group_);
  master_ = address;
  generation_ = node->client_generation();
  return true;
}

void ClientModel::write(RedisModel& master) {
  Promise promise{.write = master.write(cluster_),
                  .master = master_,
                  .at = network_.time.now(),
                  .guarded = master.guards_writes(),
                  .when_taken = rival_of(master)};
  const size_t index = promises_.size();
  promises_.push_back(promise);
  if (!directory_.alone().empty()) return confirm(index);
  master.when_replicated(promise.write, [this, index, taker = &master] {
    // The answer has to come back, too, and in time: WAIT 1 2000.
    Promise& waiting = promises_[index];
    const bool late = network_.time.now() - waiting.at > kWait;
    if (late || !network_.reaches(name_, waiting.master)) return;
    waiting.when_confirmed = rival_of(*taker);
    confirm(index);
  });
}

void ClientModel::confirm(size_t promise) {
  promises_[promise].confirmed = true;
  network_.history.confirm(promises_[promise].write);
  const Time now = network_.time.now();
  longest_gap_ = std::max(longest_gap_, now - last_confirmed_);
  last_confirmed_ = now;
}

/// Whether a node that was promoted later than this one leads the same cluster's group by now.
ClientModel::Rival ClientModel::rival_of(const RedisModel& master) const {
  Rival rival;
  for (const auto& [address, other] : network_.listening.redis) {
    if (other == &master || !other->is_master() || other->group() != master.group()) continue;
    if (other->led_since() <= master.led_since()) continue;
    rival = {.leads = true,
             .since_promotion = network_.time.now() - other->led_since(),
             .since_reunion = network_.time.now() - network_.reunited_at};
  }
  return rival;
}

}  // namespace ashlar::sim
