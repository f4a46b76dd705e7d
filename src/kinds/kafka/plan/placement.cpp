#include "kinds/kafka/plan/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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
  }

  std::vector<Move> run() {
    for (const auto& partition : partitions_) keep_what_may_stay(partition);
    for (size_t i = 0; i < partitions_.size(); ++i) complete(partitions_[i], placed_[i]);
    if (goal_.balanced) even_out();
    for (const auto& replicas : placed_) ++brokers_.at(replicas.front()).leads;
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

  void keep_what_may_stay(const Partition& partition) {
    Replicas kept;
    for (const int broker : partition.replicas)
      if (const auto home = brokers_.find(broker); home != brokers_.end()) {
        kept.push_back(broker);
        ++home->second.replicas;
      }
    placed_.push_back(std::move(kept));
  }

  size_t wanted(const Partition& partition) const {
    const auto factor = goal_.factors.find(partition.topic);
    return factor == goal_.factors.end() ? partition.replicas.size()
                                         : static_cast<size_t>(factor->second);
  }

  void complete(const Partition& partition, Replicas& replicas) {
    const size_t count = wanted(partition);
    while (replicas.size() > count) remove_one(replicas);
    while (replicas.size() < count) {
      auto* home = best_home(replicas);
      if (home == nullptr) refuse(partition, count, replicas.size());
      replicas.push_back(home->first);
      ++home->second.replicas;
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
  void remove_one(Replicas& replicas) {
    const auto cost = [&](int broker) {
      return std::pair(racks_without(replicas, broker), -brokers_.at(broker).replicas);
    };
    const auto most_racks_left =
        std::ranges::max_element(replicas.begin() + 1, replicas.end(), [&](int a, int b) {
          const auto of_a = cost(a);
          const auto of_b = cost(b);
          return of_a.first != of_b.first ? of_a.first < of_b.first : of_a.second > of_b.second;
        });
    --brokers_.at(*most_racks_left).replicas;
    replicas.erase(most_racks_left);
  }

  std::pair<const int, Broker>* best_home(const Replicas& replicas) {
    const auto racks = racks_of(replicas);
    const auto cost = [&](const auto& entry) {
      return std::tuple(racks.contains(entry.second.rack), entry.second.replicas, entry.first);
    };
    std::pair<const int, Broker>* best = nullptr;
    for (auto& entry : brokers_)
      if (entry.second.takes && !holds(replicas, entry.first) &&
          (best == nullptr || cost(entry) < cost(*best)))
        best = &entry;
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

  /// From the fuller to the emptier until none has two more than another that could take one. Each
  /// replica that goes over makes the sum of squares smaller, so that this ends.
  void even_out() {
    for (bool moved = true; moved;) {
      moved = false;
      for (auto& replicas : placed_)
        for (int& broker : replicas) moved |= hand_over(replicas, broker);
    }
  }

  bool hand_over(const Replicas& replicas, int& broker) {
    Broker& fuller = brokers_.at(broker);
    std::pair<const int, Broker>* emptiest = nullptr;
    for (auto& entry : brokers_) {
      if (!entry.second.takes || holds(replicas, entry.first)) continue;
      if (entry.second.replicas + 2 > fuller.replicas) continue;
      if (emptiest != nullptr && entry.second.replicas >= emptiest->second.replicas) continue;
      if (keeps_racks(replicas, broker, entry.first)) emptiest = &entry;
    }
    if (emptiest == nullptr) return false;
    --fuller.replicas;
    ++emptiest->second.replicas;
    broker = emptiest->first;
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
        if (goal_.balanced || placed_[i] != partitions_[i].replicas)
          changed |= choose_leader(placed_[i]);
    }
  }

  bool choose_leader(Replicas& replicas) {
    const auto fewest = std::ranges::min_element(
        replicas, {}, [&](int broker) { return brokers_.at(broker).leads; });
    Broker& first = brokers_.at(replicas.front());
    Broker& other = brokers_.at(*fewest);
    if (other.leads + 2 > first.leads) return false;
    --first.leads;
    ++other.leads;
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
