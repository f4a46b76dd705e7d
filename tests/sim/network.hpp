#pragma once
// What all of a simulated world share: its time, its chance, and who reaches whom. A kind derives
// from it what listens at which address.

#include <set>
#include <string>

#include "tests/sim/dice.hpp"
#include "tests/sim/trace.hpp"
#include "tests/sim/virtual_time.hpp"

namespace ashlar::sim {

/// Ashlar's own place in the network.
inline constexpr const char* kControlPlane = "control plane";

struct Network {
  Network(uint64_t seed, bool spoken) : dice(seed), trace(time, spoken) {}
  virtual ~Network() = default;
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  VirtualTime time;
  Dice dice;
  Trace trace;

  /// Addresses, and names of clients and of the control plane, that are cut off from all others
  /// but reach each other. Empty: no partition.
  std::set<std::string> island;
  /// Machines whose processes answer nothing for now, but whose connections stay.
  std::set<std::string> hung;
  /// When a partition, or that someone hung, was last over.
  Time reunited_at{};

  bool reaches(const std::string& from, const std::string& to) const {
    if (hung.contains(from) || hung.contains(to)) return false;
    return island.empty() || island.contains(from) == island.contains(to);
  }
  Millis latency() { return dice.between(1, 15); }
  /// To be called when `island` or `hung` changed, or a process that others are connected to.
  virtual void changed() {}
};

}  // namespace ashlar::sim
