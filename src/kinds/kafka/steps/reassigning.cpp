// Replicas move to the brokers where they belong. What has to move is found anew at every attempt
// from how the cluster is: so it does not matter where the last attempt ended, or who moved what.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/quantity.hpp"
#include "kinds/kafka/plan/placement.hpp"
#include "kinds/kafka/steps/throttle.hpp"

namespace ashlar::kafka {
namespace {

constexpr Millis kLook{2'000};
constexpr size_t kAtOnce = 100;  // partitions; more would only make what is kept of them larger
/// A broker that restarts comes back within; one that does not is not waited for.
constexpr Millis kAwayForGood{30'000};

std::vector<Home> homes_of(const Json& list) {
  std::vector<Home> homes;
  for (const Json& home : list)
    homes.push_back({home.at("number"), home.value("rack", std::string()), true});
  return homes;
}

void cancel(const Work& work, const std::vector<Partition>& moving) {
  std::vector<Json> partitions;
  for (const auto& partition : moving)
    partitions.push_back({{"topic", partition.topic}, {"partition", partition.number}});
  work.ask_or_throw({{{"op", "cancel_reassign"}, {"partitions", partitions}}}, false);
}

/// One attempt to bring the cluster nearer to a goal.
class Reassignment {
 public:
  Reassignment(Work& work, Goal goal) : work_(work), goal_(std::move(goal)), throttle_(work) {}

  StepOutcome run() {
    survey_ = read_survey(work_.ask_or_throw(survey_questions(), true));
    const auto in_doubt = find_absent();
    if (const auto lost = lost_moves(); !lost.empty()) return give_up(lost);
    if (survey_.moving() > 0)
      bound_what_moves();
    else
      throttle_.release_moves();
    if (survey_.moving() == 0 && !in_doubt.empty())
      return Wait{kLook, fmt::format("{}, which is away, to come back", in_doubt)};
    return advance();
  }

 private:
  /// What began without a bound gets one, too, when there is one now.
  void bound_what_moves() {
    const long long wanted = work_.spec.reassignment_bytes_per_second;
    if (throttle_.rate() == 0 && wanted > 0)
      throttle_.hold(moves_under_way(survey_.partitions), survey_.serving, wanted);
    else
      throttle_.follow(wanted);
  }

  /// Homes that are away for good take no more. Returns one whose absence is still short.
  std::string find_absent() {
    const Json known = work_.kept().value("awaySince", Json::object());
    Json away = Json::object();
    std::string in_doubt;
    for (auto& home : goal_.homes) {
      if (survey_.serving.contains(home.number)) continue;
      const std::string number = std::to_string(home.number);
      const long long now = work_.context.clock.now().time_since_epoch().count();
      const long long since = known.value(number, now);
      away[number] = since;
      home.takes = false;
      if (now - since < kAwayForGood.count()) in_doubt = name_of(home.number);
    }
    if (away != known) work_.keep("awaySince", away);
    return in_doubt;
  }

  /// Partitions on their way to a broker that will not take them.
  std::vector<Partition> lost_moves() const {
    std::vector<Partition> lost;
    for (const auto& partition : survey_.partitions)
      if (std::ranges::any_of(partition.adding, [&](int broker) { return is_gone(broker); }))
        lost.push_back(partition);
    return lost;
  }

  bool is_gone(int broker) const {
    const Json away = work_.kept().value("awaySince", Json::object());
    const auto since = away.find(std::to_string(broker));
    const long long now = work_.context.clock.now().time_since_epoch().count();
    return since != away.end() && now - since->get<long long>() >= kAwayForGood.count();
  }

  StepOutcome give_up(const std::vector<Partition>& lost) {
    cancel(work_, lost);
    work_.context.log(
        fmt::format("{} partitions were on their way to a broker that is gone; they "
                    "are placed anew",
                    lost.size()));
    return Wait{kSoon, "what was on its way to a broker that is gone to be placed anew", true};
  }

  StepOutcome advance() {
    std::vector<Move> moves;
    try {
      moves = moves_to(goal_, survey_.partitions);
    } catch (const Error& error) {
      return Wait{kLook, error.message()};  // brokers that are away may come back
    }
    if (moves.empty() && survey_.moving() == 0) return finish();
    if (survey_.moving() == 0)
      if (auto outcome = begin(moves)) return *std::move(outcome);
    return report(moves);
  }

  /// Nothing: these are on their way now.
  std::optional<StepOutcome> begin(const std::vector<Move>& moves) {
    const auto names = [&](int broker) { return name_of(broker); };
    if (const auto lack = lack_of_room(survey_, moves, names); !lack.empty()) {
      throttle_.release_all();
      return Fail{Error(ErrorCode::kConflict, "there is no room for the replicas: " + lack,
                        "give the brokers larger machines, add brokers, or keep less, then retry")};
    }
    const std::vector<Move> now(moves.begin(),
                                moves.begin() + static_cast<long>(std::min(kAtOnce, moves.size())));
    throttle_.hold(now, survey_.serving, work_.spec.reassignment_bytes_per_second);
    std::vector<Json> partitions;
    for (const auto& move : now)
      partitions.push_back(
          {{"topic", move.topic}, {"partition", move.partition}, {"replicas", move.after}});
    work_.ask_or_throw({{{"op", "reassign"}, {"partitions", partitions}}}, false);
    return std::nullopt;
  }

  StepOutcome report(const std::vector<Move>& moves) {
    const long long left = bytes_left(survey_, moves);
    const size_t partitions = moves.size() + survey_.moving();
    const Json kept = work_.kept();
    const long long total = std::max(left, kept.value("bytes", left));
    // Records that are written meanwhile are copied, too, and bring no move nearer to its end.
    const Json least = kept.value("left", Json{left + 1, partitions});
    const bool progress = left < least.at(0) || partitions < least.at(1);
    if (!kept.contains("bytes")) work_.keep("bytes", total);
    if (progress)
      work_.keep("left", {std::min(left, least.at(0).get<long long>()),
                          std::min(partitions, least.at(1).get<size_t>())});
    const ReassignmentFigures figures{
        partitions,       traffic_of(survey_.partitions, moves), total, total - left,
        throttle_.rate(), time_left(total - left, left)};
    return Wait{kLook, in_words(figures), progress,
                to_json(figures, [&](int broker) { return name_of(broker); })};
  }

  std::string in_words(const ReassignmentFigures& figures) const {
    return fmt::format("{} of {} to be copied, {} partition{} left{}{}",
                       bytes_for_people(*figures.copied_bytes), bytes_for_people(*figures.bytes),
                       figures.partitions, figures.partitions == 1 ? "" : "s",
                       figures.left ? ", about " + to_human(*figures.left) : "", absence());
  }

  /// Kafka ends the move of a partition only when all its replicas are in sync, also those that
  /// stay.
  std::string absence() const {
    std::vector<std::string> away;
    for (const auto& home : goal_.homes)
      if (!survey_.serving.contains(home.number)) away.push_back(name_of(home.number));
    return away.empty() ? ""
                        : fmt::format(", while {} {} away", fmt::join(away, " and "),
                                      away.size() == 1 ? "is" : "are");
  }

  /// At the pace since the bound last changed: the one before says nothing of what is left.
  std::optional<Millis> time_left(long long copied, long long left) const {
    const long long now = work_.context.clock.now().time_since_epoch().count();
    const Json pace = work_.kept().value("pace", Json());
    if (!pace.is_object() || pace.at("bytesPerSecond") != throttle_.rate()) {
      work_.keep("pace", {{"at", now}, {"copied", copied}, {"bytesPerSecond", throttle_.rate()}});
      return std::nullopt;
    }
    const long long since = copied - pace.at("copied").get<long long>();
    if (since <= 0 || left <= 0) return std::nullopt;
    const auto passed = static_cast<double>(now - pace.at("at").get<long long>());
    const double remaining = passed * static_cast<double>(left) / static_cast<double>(since);
    if (remaining < 1'000) return std::nullopt;
    return Millis{static_cast<long long>(remaining)};
  }

  /// Kafka would give each partition to the broker that it prefers only minutes later.
  StepOutcome finish() {
    throttle_.release_all();
    work_.ask({{{"op", "elect_leaders"}}}, false);
    return Done{{{"bytes", work_.kept().value("bytes", 0LL)}}};
  }

  std::string name_of(int number) const {
    const NodePart* part = work_.topology.find_number(number);
    return part != nullptr ? part->name : fmt::format("node {}", number);
  }

  Work& work_;
  Goal goal_;
  Throttle throttle_;
  Survey survey_;
};

/// Kafka's own topics have what topics have that say nothing else.
std::map<std::string, int> declared_factors(const Spec& spec) {
  std::map<std::string, int> factors;
  for (const char* own : {"__consumer_offsets", "__transaction_state", "__share_group_state"})
    factors[own] = spec.defaults.replication_factor;
  for (const auto& topic : spec.topics) factors[topic.name] = topic.replication_factor;
  return factors;
}

}  // namespace

StepOutcome reassign(Work& work) {
  return Reassignment(work, {homes_of(work.args().at("homes")), declared_factors(work.spec),
                             work.args().value("balanced", false)})
      .run();
}

/// Brokers that were to come go again, so nothing may stay on them.
StepOutcome undo_reassign(Work& work) {
  const std::vector<Home> before = homes_of(work.args().at("before"));
  const auto is_new = [&](int broker) {
    return std::ranges::find(before, broker, &Home::number) == before.end();
  };
  std::vector<Partition> coming;
  for (auto& partition : read_survey(work.ask_or_throw(survey_questions(), true)).partitions)
    if (std::ranges::any_of(partition.adding, is_new)) coming.push_back(std::move(partition));
  if (!coming.empty()) cancel(work, coming);
  return Reassignment(work, {before, {}, false}).run();
}

}  // namespace ashlar::kafka
