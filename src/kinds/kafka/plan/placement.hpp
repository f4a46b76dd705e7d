#pragma once
// Which broker holds which replica, and what has to move until each is where it belongs. Pure.

#include <map>
#include <string>
#include <vector>

namespace ashlar::kafka {

/// One partition as it is.
struct Partition {
  std::string topic;
  int number = 0;
  std::vector<int> replicas;  // brokers; who leads by preference first; without those that leave
  long long bytes = 0;        // of its largest replica
  std::vector<int> in_sync;
  // Of one that moves:
  std::vector<int> adding;
  std::vector<int> removing;
  long long copied_bytes = 0;  // of all that are added

  bool moves() const { return !adding.empty() || !removing.empty(); }
  std::string name() const;  // "orders-3"
};

/// A broker that may hold replicas.
struct Home {
  int number = 0;
  std::string rack;   // empty: none
  bool takes = true;  // more replicas; one that is away only keeps what it has
};

struct Goal {
  std::vector<Home> homes;
  std::map<std::string, int> factors;  // replicas that a topic shall have; others keep theirs
  /// Also what could stay is moved, so that each home holds as many replicas of every topic as the
  /// others, and of all, and leads as many partitions.
  bool balanced = false;
};

struct Move {
  std::string topic;
  int partition = 0;
  std::vector<int> before;
  std::vector<int> after;
  long long bytes = 0;  // of one replica

  std::vector<int> added() const;  // brokers that get a copy
  long long bytes_to_copy() const { return bytes * static_cast<long long>(added().size()); }
};

/// Of the room that is free on a broker, for replicas that come: what is written meanwhile needs
/// some, too.
inline constexpr double kMayBeFilled = 0.9;

/// Replicas stay where they may; those that must move go to the broker that holds the fewest of the
/// topic, in another rack than the partition's other replicas where there is one. Carried out, it
/// leaves nothing to move. Time grows with partitions times homes. Throws Error(kConflict) for a
/// partition that shall have more replicas than there are homes.
std::vector<Move> moves_to(const Goal& goal, const std::vector<Partition>& partitions);

}  // namespace ashlar::kafka
