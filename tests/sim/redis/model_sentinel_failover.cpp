// How simulated sentinels agree that a master is gone, elect one of them, and let it fail over.

#include <algorithm>

#include "tests/sim/redis/model_sentinel.hpp"

namespace ashlar::sim {
namespace {

constexpr Millis kAskPeriod{1'000};
constexpr Millis kAnswerHolds = 5 * kAskPeriod;
constexpr Millis kMostElection{10'000};
constexpr Millis kPingPeriod{1'000};
constexpr Millis kDesync{1'000};

}  // namespace

void SentinelModel::check_objectively_down(Group& group) {
  const Time now = network_.time.now();
  bool agreed = false;
  if (down(group, group.master_seen)) {
    const auto votes = 1 + std::ranges::count_if(group.peers, [&](const auto& entry) {
                         const Peer& other = entry.second;
                         return other.says_down && now - other.said_at < kAnswerHolds;
                       });
    agreed = votes >= group.quorum;
    if (!agreed) ask_peers(group);
  }
  if (agreed && !group.objectively_down)
    network_.trace.say("{} and others agree: {} of {} is down", name_, group.master, group.name);
  group.objectively_down = agreed;
}

/// Whether they see the master down, and once this sentinel stands for election, their vote.
void SentinelModel::ask_peers(Group& group) {
  const Time now = network_.time.now();
  if (now - group.asked_at < kAskPeriod && group.failover != Failover::kWaitStart) return;
  group.asked_at = now;
  const bool stands = group.failover == Failover::kWaitStart;
  for (auto& [id, known] : group.peers) {
    SentinelModel* other = peer(known);
    if (other == nullptr) continue;
    known.said_at = now;
    known.says_down = false;
    for (auto& [name, theirs] : other->groups_) {
      if (theirs.master != group.master) continue;
      known.says_down = other->down(theirs, theirs.master_seen);
      if (!stands) continue;
      known.vote = other->vote(theirs, group.failover_epoch, id_);
      known.vote_epoch = theirs.leader_epoch;
    }
  }
}

/// The first that asks in an epoch gets the vote.
std::string SentinelModel::vote(Group& group, int epoch, const std::string& candidate) {
  epoch_ = std::max(epoch_, epoch);
  if (group.leader_epoch < epoch && epoch_ <= epoch) {
    group.leader = candidate;
    group.leader_epoch = epoch;
    // Who voted for another does not stand itself for a while.
    if (candidate != id_)
      group.failover_began = network_.time.now() + network_.dice.between(0, kDesync.count());
  }
  return group.leader;
}

bool SentinelModel::may_begin(Group& group) const {
  if (!group.objectively_down || group.failover != Failover::kNone) return false;
  return group.failover_began == Time{} ||
         network_.time.now() - group.failover_began >= 2 * group.failover_timeout;
}

void SentinelModel::begin_failover(Group& group) {
  group.failover_epoch = ++epoch_;
  group.failover_began = network_.time.now() + network_.dice.between(0, kDesync.count());
  enter(group, Failover::kWaitStart);
  network_.trace.say("{} begins a failover of {} in epoch {}", name_, group.name, epoch_);
  // Its request for votes goes out at once; another that begins before it arrives stands, too.
  const auto ask = [this, name = group.name, epoch = epoch_] {
    const auto found = groups_.find(name);
    if (!runs_ || found == groups_.end() || found->second.failover_epoch != epoch) return;
    vote(found->second, epoch, id_);
    ask_peers(found->second);
  };
  network_.time.after(network_.latency(), ask);
}

void SentinelModel::enter(Group& group, Failover state) {
  group.failover = state;
  group.failover_changed = network_.time.now();
}

void SentinelModel::abort_failover(Group& group, const char* why) {
  network_.trace.say("{} gives up the failover of {}: {}", name_, group.name, why);
  group.failover = Failover::kNone;
  group.forced = false;
  group.promoted.clear();
}

/// A majority of all sentinels that it knows, and the quorum; empty: nobody yet.
std::string SentinelModel::elected(Group& group) const {
  std::map<std::string, int> votes;
  for (const auto& [id, known] : group.peers)
    if (!known.vote.empty() && known.vote_epoch == group.failover_epoch) ++votes[known.vote];
  if (group.leader_epoch == group.failover_epoch && !group.leader.empty()) ++votes[group.leader];
  const int voters = static_cast<int>(group.peers.size()) + 1;
  for (const auto& [candidate, count] : votes)
    if (count >= voters / 2 + 1 && count >= group.quorum) return candidate;
  return {};
}

void SentinelModel::fail_over(Group& group) {
  if (may_begin(group)) begin_failover(group);
  const Time now = network_.time.now();
  const Millis in_state = now - group.failover_changed;
  switch (group.failover) {
    case Failover::kNone:
      return;
    case Failover::kWaitStart: {
      if (!group.forced) {
        const std::string leader = elected(group);
        if (leader != id_) {
          if (now - group.failover_began > std::min(kMostElection, group.failover_timeout))
            abort_failover(group, "not elected");
          return;
        }
      }
      network_.trace.say("{} leads the failover of {}", name_, group.name);
      return enter(group, Failover::kSelect);
    }
    case Failover::kSelect:
      group.promoted = best_replica(group);
      if (group.promoted.empty()) return abort_failover(group, "no good replica");
      return enter(group, Failover::kSendNoOne);
    case Failover::kSendNoOne: {
      RedisModel* heir = data_node(group, group.promoted);
      if (heir != nullptr) {
        heir->lead();
        heir->command({"CONFIG", "REWRITE"});
        heir->command({"CLIENT", "KILL"});
        return enter(group, Failover::kWaitPromotion);
      }
      if (in_state > group.failover_timeout) abort_failover(group, "the heir is not reached");
      return;
    }
    case Failover::kWaitPromotion:  // goes on when INFO says that it leads
      if (in_state > group.failover_timeout) abort_failover(group, "the heir does not lead");
      return;
    case Failover::kReconfigure:
      return reconfigure(group);
  }
}

/// By priority, then by offset, then by name.
std::string SentinelModel::best_replica(const Group& group) const {
  const Time now = network_.time.now();
  const bool master_down = down(group, group.master_seen);
  const Millis info_holds = master_down ? 5 * kPingPeriod : 3 * kInfoPeriod;
  const Millis link_may_be_down =
      10 * group.down_after + (master_down ? now - group.master_seen.answered : Millis{0});
  std::string best;
  const Seen* best_seen = nullptr;
  for (const auto& [address, seen] : group.replicas) {
    if (down(group, seen) || now - seen.answered > 5 * kPingPeriod) continue;
    if (!network_.listening.redis.contains(address)) continue;  // its connection is closed
    if (!seen.info_ok || seen.priority == 0 || now - seen.informed > info_holds) continue;
    if (!seen.link_up && now - seen.link_down_since > link_may_be_down) continue;
    const bool better = best_seen == nullptr || seen.priority < best_seen->priority ||
                        (seen.priority == best_seen->priority && seen.offset > best_seen->offset);
    if (!better) continue;
    best = address;
    best_seen = &seen;
  }
  return best;
}

/// From here on it names the promoted node as the master, and tells the others so.
void SentinelModel::promote(Group& group) {
  group.config_epoch = group.failover_epoch;
  for (auto& [address, seen] : group.replicas) seen.reconfigured = false;
  enter(group, Failover::kReconfigure);
  greet(group);
}

/// One replica at a time; those that cannot be reached are corrected when they come back.
void SentinelModel::reconfigure(Group& group) {
  const bool late = network_.time.now() - group.failover_changed > group.failover_timeout;
  for (auto& [address, seen] : group.replicas) {
    if (address == group.promoted || down(group, seen)) continue;
    RedisModel* node = data_node(group, address);
    if (!seen.reconfigured) {
      seen.reconfigured = true;
      if (node != nullptr) {
        node->follow(group.promoted);
        node->command({"CONFIG", "REWRITE"});
      }
      return;
    }
    const bool done = node != nullptr && node->leader() == group.promoted && node->link_is_up();
    if (!done && !late) return;
  }
  switch_master(group, group.promoted);
}

}  // namespace ashlar::sim
