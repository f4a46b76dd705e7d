// Handing a group over to a named replica without losing an acknowledged write.
//
// A plain SENTINEL FAILOVER under load loses what the old master acknowledged while the new one was
// being promoted. So writes pause first, and the failover begins when the heir has everything.
// Sentinel sees the promotion by an INFO that it sends to replicas no more than once a second while
// a failover runs, and the heir is promoted 200 to 300 ms after the command (its timer ticks every
// 100 ms): when the last INFO is then a good half second old, the next one comes right after the
// promotion, and writes pause for less than a second.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {
namespace {

constexpr Millis kFirstPause{2'500};  // until the heir has everything
/// Outlasts the sentinels' own correction of a former master, should this process die meanwhile;
/// and their failover-timeout, for which one that is cut off after the command may still promote.
constexpr Millis kLastPause{75'000};
constexpr Millis kCatchUpWithin{1'000};
constexpr Millis kPromotedWithin{8'000};
constexpr Millis kPollPause{20};
constexpr Millis kAimWithin{25'000};
constexpr long long kAimFrom = 450;  // age in ms of the sentinel's last INFO to the heir
constexpr long long kAimTo = 700;
constexpr long long kInfoPeriod = 10'000;
constexpr const char* kPreferred = "1";
constexpr const char* kOrdinary = "100";

/// What is known of one hand-over between its attempts.
struct Progress {
  std::string from;          // node
  std::string sentinel;      // node that is asked to fail over
  std::string aiming_since;  // RFC 3339; empty: not prepared yet
  bool failing_over = false;

  static Progress from_json(const Json& json) {
    if (!json.is_object()) return {};
    return {json.value("from", ""), json.value("sentinel", ""), json.value("aimingSince", ""),
            json.value("failingOver", false)};
  }
  Json to_json() const {
    return {{"from", from},
            {"sentinel", sentinel},
            {"aimingSince", aiming_since},
            {"failingOver", failing_over}};
  }
};

/// What a sentinel says of one replica.
struct Candidate {
  long long priority = -1;
  long long info_age = -1;  // ms since the last INFO reply
};

class HandOver {
 public:
  /// `key`: where in the step's data its progress is kept; an undo has one of its own.
  HandOver(Work& work, std::string group, std::string to, std::string key)
      : work_(work), to_(std::move(to)), key_(std::move(key)), group_(std::move(group)) {
    const Json& data = work.context.step.state_data;
    if (data.is_object() && data.contains(key_)) progress_ = Progress::from_json(data[key_]);
  }

  StepOutcome run() {
    if (progress_.failing_over) return after_failover();
    if (progress_.aiming_since.empty()) return prepare();
    return aim();
  }

 private:
  void remember() { work_.keep(key_, progress_.to_json()); }

  NodePart part_of(const std::string& record, Role role) const {
    return {record, role, role == Role::kSentinel ? "" : group_, "", {}};
  }
  std::vector<Json> ask_data(const std::string& record, const std::vector<Command>& commands) {
    return work_.ask(part_of(record, Role::kReplica), work_.machine_of(record), commands, false);
  }
  std::vector<Json> ask_sentinel(const std::vector<Command>& commands) {
    return work_.ask(part_of(progress_.sentinel, Role::kSentinel),
                     work_.machine_of(progress_.sentinel), commands, false);
  }
  Info info_of(const std::string& record) {
    return parse_info(ask_data(record, {{"INFO", "replication"}}).at(0).get<std::string>());
  }
  std::string address_at(const std::string& record) const {
    return address_of(work_.machine_of(record));
  }

  // Before anything changes.

  StepOutcome prepare() {
    const ClusterView view = observe_cluster(work_.observer());
    // The one that fails over names the former master for about a second longer than the others, to
    // clients that ask it for SENTINEL MASTERS; and most ask the first of their list first.
    const auto sentinel =
        std::find_if(view.nodes.rbegin(), view.nodes.rend(),
                     [](const auto& node) { return !node.part.holds_data() && node.active(); });
    if (sentinel == view.nodes.rend()) return Wait{Millis{1'000}, "no sentinel answers"};
    progress_.sentinel = sentinel->part.name;
    if (const auto fault = unrest(view); !fault.empty()) return Wait{Millis{1'000}, fault};
    const auto leader = record_at(master_address());
    if (!leader)
      return Wait{Millis{1'000},
                  fmt::format("the master of {} is none of the cluster's machines", group_)};
    if (*leader == to_) return finish(progress_.from);
    progress_.from = *leader;
    if (const auto why = make_heir_ready(); !why.empty()) return Wait{Millis{500}, why};
    prefer_heir();
    progress_.aiming_since = to_rfc3339(work_.context.clock.now());
    remember();
    return Wait{Millis{100}, fmt::format("{} to see that {} is preferred", progress_.sentinel, to_),
                true};
  }

  /// Why now is no time for a failover.
  std::string unrest(const ClusterView& view) const {
    for (const NodeView* node : view.sentinels()) {
      if (!node->active()) continue;
      const auto watched = node->watched.find(group_);
      if (watched == node->watched.end())
        return fmt::format("{} does not watch {}", node->part.name, group_);
      if (watched->second.failing_over) return fmt::format("{} is failing over already", group_);
      if (watched->second.master_down)
        return fmt::format("{} sees no answer from the master of {}", node->part.name, group_);
      if (!watched->second.has_quorum)
        return fmt::format("{}: {}", node->part.name, watched->second.quorum_message);
    }
    return {};
  }

  /// Why it cannot lead yet; empty when it can.
  std::string make_heir_ready() {
    const Info heir = info_of(to_);
    if (text_of(heir, "role") == "master")
      return fmt::format("{} calls itself a master, but the sentinels name {}", to_,
                         progress_.from);
    if (text_of(heir, "master_host") != address_at(progress_.from)) {
      // The sentinels correct only replicas that they had heard of before a failover of their own:
      // one that had just joined goes on following the former master.
      ask_data(to_, {{"REPLICAOF", address_at(progress_.from), std::to_string(kRedisPort)},
                     {"CONFIG", "REWRITE"}});
      return fmt::format("{} to follow {} instead of {}", to_, progress_.from,
                         text_of(heir, "master_host"));
    }
    if (text_of(heir, "master_link_status") != "up")
      return fmt::format("{} is not connected to {}", to_, progress_.from);
    return {};
  }

  /// Sentinel chooses by priority first; the lowest wins.
  void prefer_heir() {
    for (const Machine& machine : data_machines())
      ask_data(machine.node, {{"CONFIG", "SET", "replica-priority",
                               machine.node == to_ ? kPreferred : kOrdinary}});
  }

  /// Of this group: those that follow its master, and the master.
  std::vector<Machine> data_machines() {
    std::vector<Machine> machines;
    const std::string leader = address_at(progress_.from);
    for (const Machine& machine : work_.context.machines.all()) {
      if (machine.role == "sentinel" || address_of(machine).empty()) continue;
      const bool takes_part = machine.node == to_ || machine.node == progress_.from;
      if (takes_part || follows(machine, leader)) machines.push_back(machine);
    }
    return machines;
  }

  bool follows(const Machine& machine, const std::string& leader) {
    try {
      return text_of(info_of(machine.node), "master_host") == leader;
    } catch (const Error&) {
      return false;  // what does not answer cannot be elected either
    }
  }

  // The right moment.

  StepOutcome aim() {
    // A failover of the sentinels' own may have come before.
    if (master_address() != address_at(progress_.from))
      return start_again("the master has changed");
    const Candidate heir = candidate();
    if (heir.priority != 1)
      return Wait{Millis{500},
                  fmt::format("{} to see that {} is preferred", progress_.sentinel, to_)};
    const auto since = from_rfc3339(progress_.aiming_since);
    const bool overdue = since && work_.context.clock.now() - *since > kAimWithin;
    if (!overdue && heir.info_age < kAimFrom)
      return Wait{Millis{std::max(1LL, kAimFrom + 50 - heir.info_age)}, "the right moment"};
    if (!overdue && heir.info_age > kAimTo)
      return Wait{Millis{std::max(100LL, kInfoPeriod + kAimFrom - heir.info_age)},
                  "the right moment"};
    return fail_over();
  }

  Candidate candidate() {
    const auto replies = ask_sentinel({{"SENTINEL", "REPLICAS", group_}});
    const std::string address = address_at(to_);
    if (replies.at(0).is_array()) {
      for (const Json& entry : replies[0]) {
        const Info fields = parse_flat_map(entry);
        if (text_of(fields, "ip") == address)
          return {number_of(fields, "slave-priority"), number_of(fields, "info-refresh")};
      }
    }
    return {};
  }

  // The failover itself: a few seconds at most, in one attempt, since clients wait.

  StepOutcome fail_over() {
    const Time began = work_.context.clock.now();
    const auto paused = ask_data(progress_.from, {pause(kFirstPause), {"INFO", "replication"}});
    const Info master = parse_info(paused.at(1).get<std::string>());
    if (text_of(master, "role") != "master") return start_again("the master has changed");
    if (!heir_catches_up(number_of(master, "master_repl_offset"), began)) {
      resume_writes();
      return start_again(fmt::format("{} did not catch up in time", to_));
    }
    progress_.failing_over = true;
    remember();
    ask_data(progress_.from, {pause(kLastPause)});
    try {
      ask_sentinel({{"SENTINEL", "FAILOVER", group_}});
    } catch (const Error& error) {
      resume_writes();
      progress_.failing_over = false;
      return start_again(error.message());
    }
    while (work_.context.clock.now() - began < kPromotedWithin) {
      if (master_address() == address_at(to_)) return finish(progress_.from, began);
      work_.tools.machines.pause(kPollPause);
    }
    return after_failover();
  }

  bool heir_catches_up(long long offset, Time began) {
    do {
      if (number_of(info_of(to_), "master_repl_offset") >= offset) return true;
    } while (work_.context.clock.now() - began < kCatchUpWithin);
    return false;
  }

  static Command pause(Millis duration) {
    return {"CLIENT", "PAUSE", std::to_string(duration.count()), "WRITE"};
  }
  void resume_writes() { ask_data(progress_.from, {{"CLIENT", "UNPAUSE"}}); }

  StepOutcome start_again(const std::string& why) {
    progress_.aiming_since.clear();
    progress_.failing_over = false;
    remember();
    return Wait{Millis{1'000}, why};
  }

  /// The command was given, or was about to be when an earlier attempt ended.
  StepOutcome after_failover() {
    const auto leader = record_at(master_address());
    if (leader && *leader == to_) return finish(progress_.from);
    if (leader && *leader != progress_.from) {
      demote(progress_.from, *leader);
      return start_again(fmt::format("the sentinels chose {}", *leader));
    }
    const ClusterView view = observe_cluster(work_.observer());
    if (const auto fault = unrest(view); !fault.empty()) return Wait{Millis{200}, fault};
    resume_writes();
    return start_again("the failover did not happen");
  }

  std::string master_address() {
    const auto replies = ask_sentinel({{"SENTINEL", "GET-MASTER-ADDR-BY-NAME", group_}});
    const Json& reply = replies.at(0);
    return reply.is_array() && !reply.empty() && reply[0].is_string() ? reply[0].get<std::string>()
                                                                      : std::string();
  }

  std::optional<std::string> record_at(const std::string& address) const {
    for (const Machine& machine : work_.context.machines.all())
      if (!address.empty() && address_of(machine) == address) return machine.node;
    return std::nullopt;
  }

  // Afterwards.

  /// The sentinels themselves would do this ten seconds later, and until then the former master
  /// would take writes that it then drops.
  void demote(const std::string& former, const std::string& leader) {
    if (former.empty() || former == leader) return;
    try {
      ask_data(former, {{"REPLICAOF", address_at(leader), std::to_string(kRedisPort)},
                        {"CLIENT", "UNPAUSE"},
                        {"CLIENT", "KILL", "USER", "default"},
                        // Sentinel finds nothing to correct, so nobody else keeps it: it would come
                        // up as a master when it restarts.
                        {"CONFIG", "REWRITE"}});
    } catch (const Error& error) {
      // One that has died takes no writes; should it come back, the sentinels correct it.
      if (!is_silence(error) || work_.context.step.attempts < kAskedInVain) throw;
      work_.context.log(
          fmt::format("{} cannot be told to follow {} ({})", former, leader, error.message()));
    }
  }

  StepOutcome finish(const std::string& former, std::optional<Time> began = std::nullopt) {
    demote(former, to_);
    Json outputs{{"from", former.empty() ? Json(nullptr) : Json(former)}, {"to", to_}};
    if (began) outputs["pausedMillis"] = (work_.context.clock.now() - *began).count();
    // It may be paused itself, when this hands back what was interrupted.
    ask_data(to_, {{"CLIENT", "UNPAUSE"}, {"CONFIG", "SET", "replica-priority", kOrdinary}});
    return Done{std::move(outputs)};
  }

  Work& work_;
  const std::string to_;
  const std::string key_;
  const std::string group_;
  Progress progress_;
};

}  // namespace

StepOutcome hand_over(Work& work, const std::string& group, const std::string& to,
                      const std::string& key) {
  return HandOver(work, group, to, key).run();
}

StepOutcome switch_over(Work& work) {
  return hand_over(work, work.args().at("group"), work.args().at("to"), "forward");
}

StepOutcome undo_switch_over(Work& work) {
  const Json& data = work.context.step.state_data;
  const std::string from =
      data.is_object() && data.contains("forward") ? data["forward"].value("from", "") : "";
  if (from.empty()) return Done{};  // it had not begun
  return hand_over(work, work.args().at("group"), from, "back");
}

}  // namespace ashlar::redis
