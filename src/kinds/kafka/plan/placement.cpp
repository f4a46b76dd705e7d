#include "kinds/kafka/plan/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/error.hpp"
#include "kinds/cluster/plan/parts.hpp"

namespace ashlar::kafka {
namespace {

using Replicas = std::vector<int>;

bool holds(const Replicas& replicas, int broker) {
  return std::ranges::find(replicas, broker) != replicas.end();
}

/// Gives each partition its brokers, and counts what each broker then has.
class Placing {
 public:
  Placing(const Goal& goal, const std::vector<Partition>& partitions)
      : goal_(goal), partitions_(partitions) {
    for (const auto& home : goal.homes) brokers_[home.number] = {home.rack, home.takes, 0, 0};
    for (const auto& partition : partitions) topics_of_.push_back(&topics_[partition.topic]);
  }

  std::vector<Move> run() {
    for (const auto& partition : partitions_) keep_what_may_stay(partition);
    for (size_t i = 0; i < partitions_.size(); ++i) complete(i);
    if (goal_.balanced) even_out();
    for (size_t i = 0; i < partitions_.size(); ++i) count_lead(i, placed_[i].front(), 1);
    choose_leaders();
    return moves();
  }

 private:
  struct Broker {
    std::string rack;
    bool takes = true;
    int replicas = 0;
    int leads = 0;
  };
  /// What each broker has of one topic. A topic is as large on one broker as on another only when
  /// it is spread by itself: brokers that hold as many replicas of all topics may hold all of what
  /// is large, or nothing of it.
  struct Topic {
    std::map<int, int> replicas;
    std::map<int, int> leads;
  };

  void count(size_t partition, int broker, int change) {
    brokers_.at(broker).replicas += change;
    topics_of_[partition]->replicas[broker] += change;
  }
  void count_lead(size_t partition, int broker, int change) {
    brokers_.at(broker).leads += change;
    topics_of_[partition]->leads[broker] += change;
  }

  /// Whether one more here and one fewer there is more even: of the topic, or of all without being
  /// less even of the topic. Each such step makes a sum of squares smaller, the topic's first, so
  /// that a series of them ends.
  static bool evens(int of_topic_here, int of_topic_there, int here, int there) {
    if (of_topic_here + 2 <= of_topic_there) return true;
    return of_topic_here + 1 == of_topic_there && here + 2 <= there;
  }

  void keep_what_may_stay(const Partition& partition) {
    const size_t index = placed_.size();
    Replicas& kept = placed_.emplace_back();
    for (const int broker : partition.replicas)
      if (brokers_.contains(broker)) {
        kept.push_back(broker);
        count(index, broker, 1);
      }
  }

  size_t wanted(const Partition& partition) const {
    const auto factor = goal_.factors.find(partition.topic);
    return factor == goal_.factors.end() ? partition.replicas.size()
                                         : static_cast<size_t>(factor->second);
  }

  void complete(size_t partition) {
    const size_t factor = wanted(partitions_[partition]);
    Replicas& replicas = placed_[partition];
    while (replicas.size() > factor) remove_one(partition);
    while (replicas.size() < factor) {
      const auto home = best_home(partition);
      if (!home) refuse(partitions_[partition], factor, replicas.size());
      replicas.push_back(*home);
      count(partition, *home, 1);
    }
  }

  [[noreturn]] static void refuse(const Partition& partition, size_t wanted, size_t possible) {
    throw Error(
        ErrorCode::kConflict,
        fmt::format("{} shall have {}, and {} can hold one", partition.name(),
                    cluster::count_of(wanted, "replica"), cluster::count_of(possible, "broker")),
        "wait for brokers that are away, add some, or lower the topic's replication factor");
  }

  /// Not the first: it leads. One whose rack has another replica sooner than others, then the one
  /// on the fullest broker.
  void remove_one(size_t partition) {
    Replicas& replicas = placed_[partition];
    const auto cost = [&](int broker) {
      return std::pair(racks_without(replicas, broker), -brokers_.at(broker).replicas);
    };
    const auto most_racks_left =
        std::ranges::max_element(replicas.begin() + 1, replicas.end(), [&](int a, int b) {
          const auto of_a = cost(a);
          const auto of_b = cost(b);
          return of_a.first != of_b.first ? of_a.first < of_b.first : of_a.second > of_b.second;
        });
    count(partition, *most_racks_left, -1);
    replicas.erase(most_racks_left);
  }

  std::optional<int> best_home(size_t partition) {
    const Replicas& replicas = placed_[partition];
    const auto racks = racks_of(replicas);
    const auto cost = [&](int number, const Broker& broker) {
      return std::tuple(racks.contains(broker.rack), topics_of_[partition]->replicas[number],
                        broker.replicas, number);
    };
    std::optional<int> best;
    for (const auto& [number, broker] : brokers_)
      if (broker.takes && !holds(replicas, number) &&
          (!best || cost(number, broker) < cost(*best, brokers_.at(*best))))
        best = number;
    return best;
  }

  std::set<std::string_view> racks_of(const Replicas& replicas) const {
    std::set<std::string_view> racks;
    for (const int broker : replicas) racks.insert(brokers_.at(broker).rack);
    return racks;
  }

  size_t racks_without(const Replicas& replicas, int broker) const {
    Replicas others = replicas;
    std::erase(others, broker);
    return racks_of(others).size();
  }

  void even_out() {
    for (bool moved = true; moved;) {
      moved = false;
      for (size_t i = 0; i < placed_.size(); ++i)
        for (int& broker : placed_[i]) moved |= hand_over(i, broker);
    }
  }

  bool hand_over(size_t partition, int& broker) {
    const Broker& fuller = brokers_.at(broker);
    auto& of_topic = topics_of_[partition]->replicas;
    std::optional<int> emptiest;
    const auto load = [&](int number) {
      return std::pair(of_topic[number], brokers_.at(number).replicas);
    };
    for (const auto& [number, other] : brokers_) {
      if (!other.takes || holds(placed_[partition], number)) continue;
      if (!evens(of_topic[number], of_topic[broker], other.replicas, fuller.replicas)) continue;
      if (emptiest && load(number) >= load(*emptiest)) continue;
      if (keeps_racks(placed_[partition], broker, number)) emptiest = number;
    }
    if (!emptiest) return false;
    count(partition, broker, -1);
    count(partition, *emptiest, 1);
    broker = *emptiest;
    return true;
  }

  bool keeps_racks(const Replicas& replicas, int from, int to) const {
    Replicas after = replicas;
    std::ranges::replace(after, from, to);
    return racks_of(after).size() >= racks_of(replicas).size();
  }

  /// Of those that move anyway; of all when they shall be balanced.
  void choose_leaders() {
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t i = 0; i < partitions_.size(); ++i)
        if (goal_.balanced || placed_[i] != partitions_[i].replicas) changed |= choose_leader(i);
    }
  }

  bool choose_leader(size_t partition) {
    Replicas& replicas = placed_[partition];
    auto& of_topic = topics_of_[partition]->leads;
    const auto load = [&](int number) {
      return std::pair(of_topic[number], brokers_.at(number).leads);
    };
    const auto fewest = std::ranges::min_element(replicas, {}, load);
    const int first = replicas.front();
    if (!evens(of_topic[*fewest], of_topic[first], brokers_.at(*fewest).leads,
               brokers_.at(first).leads))
      return false;
    count_lead(partition, first, -1);
    count_lead(partition, *fewest, 1);
    std::iter_swap(replicas.begin(), fewest);
    return true;
  }

  std::vector<Move> moves() const {
    std::vector<Move> moves;
    for (size_t i = 0; i < partitions_.size(); ++i) {
      const Partition& partition = partitions_[i];
      if (placed_[i] != partition.replicas)
        moves.push_back(
            {partition.topic, partition.number, partition.replicas, placed_[i], partition.bytes});
    }
    return moves;
  }

  const Goal& goal_;
  const std::vector<Partition>& partitions_;
  std::map<int, Broker> brokers_;
  std::map<std::string, Topic> topics_;
  std::vector<Topic*> topics_of_;  // by partition, as those they are placed on
  std::vector<Replicas> placed_;
};

}  // namespace

std::string Partition::name() const {
  return fmt::format("{}-{}", topic, number);
}

std::vector<int> Move::added() const {
  std::vector<int> added;
  for (const int broker : after)
    if (!holds(before, broker)) added.push_back(broker);
  return added;
}

std::vector<Move> moves_to(const Goal& goal, const std::vector<Partition>& partitions) {
  return Placing(goal, partitions).run();
}

}  // namespace ashlar::kafka
