#pragma once
// Every write that any simulated Redis ever took, as a tree: a data set is the path from one write
// back to the beginning. So who has which write, and whose data anybody has, can always be told.

#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace ashlar::sim {

using WriteId = int;
inline constexpr WriteId kEmpty = 0;

struct Write {
  WriteId parent = kEmpty;
  int depth = 0;
  int cluster = 0;    // whose client wrote it; 0: nobody, a ping to replicas
  std::string value;  // of the one key that is ever read back: the proof's
  Time at{};
  bool confirmed = false;  // its client was told that a replica has it
};

/// A server that ended unasked and came back with less than it had had.
struct Restored {
  std::string address;
  WriteId before = kEmpty;
  WriteId after = kEmpty;
  bool named_master = false;  // most sentinels that ran still named it then
  bool unwatched = false;     // no sentinel of the group ran
};
/// A master that ended unasked.
struct Ended {
  std::string address;
  Time at{};
};
struct Promoted {
  std::string group;
  WriteId head = kEmpty;
  Time at{};
};

class History {
 public:
  History() : writes_(1) {}

  WriteId append(WriteId parent, int cluster, Time at, std::string value = {}) {
    Write write{.parent = parent,
                .depth = writes_[static_cast<size_t>(parent)].depth + 1,
                .cluster = cluster,
                .value = std::move(value),
                .at = at};
    writes_.push_back(std::move(write));
    return static_cast<WriteId>(writes_.size()) - 1;
  }
  const Write& of(WriteId id) const { return writes_[static_cast<size_t>(id)]; }
  void confirm(WriteId id) { writes_[static_cast<size_t>(id)].confirmed = true; }

  /// Whether the data set that ends with `end` has `id`.
  bool has(WriteId end, WriteId id) const {
    while (of(end).depth > of(id).depth) end = of(end).parent;
    return end == id;
  }
  /// The latest value that was written, as GET sees it.
  std::string value_at(WriteId end) const {
    while (end != kEmpty && of(end).value.empty()) end = of(end).parent;
    return of(end).value;
  }
  std::set<int> clusters_in(WriteId end) const {
    std::set<int> clusters;
    for (; end != kEmpty; end = of(end).parent)
      if (of(end).cluster != 0) clusters.insert(of(end).cluster);
    return clusters;
  }
  size_t size() const { return writes_.size(); }

  // What may cost a write that was confirmed.
  std::vector<Restored> restored;
  std::vector<Ended> ended;
  std::vector<Promoted> promoted;

 private:
  std::vector<Write> writes_;  // the first is the beginning: no data
};

}  // namespace ashlar::sim
