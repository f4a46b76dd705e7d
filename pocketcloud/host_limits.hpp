#pragma once
// What this host allows all machines together: limits that a full house meets long before memory
// ends. A table and what follows from it; pure. host_readings.hpp reads, host_room.hpp raises.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::pocketcloud {

/// How the kernel tells how much of a limit is in use; kUnknown: it does not.
enum class Use {
  kUnknown,
  kInotifyInstances,  // of root, as in all machines
  kInotifyWatches,
  kRootKeys,
  kRootKeyBytes,
  kOtherKeys,  // of the user with the most but root
  kOtherKeyBytes,
  kThreads,
  kControlGroupTasks,
  kPseudoTerminals,
  kOpenFiles,
  kOwnOpenFiles,  // of this process
  kNeighbours,
  kConnections,
  kMountNamespaces,
  kNetworkNamespaces,
  kLoopDevices,
};

struct HostLimit {
  std::string_view name;
  std::string_view source;  // a file below /proc or /sys; "": see Source in host_readings.cpp
  Use use = Use::kUnknown;
  long per_machine = 0;      // what an idle machine takes and a busy one of ours may take
  long spare = 0;            // for the rest of the host
  bool raisable = true;      // false: fixed in the kernel, or not ours to change
  std::string_view without;  // what a machine suffers beyond it
};

std::span<const HostLimit> host_limits();

/// What the host says of one limit. A limit that this kernel does not have, or that is "max", has
/// no value.
struct Reading {
  std::optional<long> value;
  long used = 0;
  bool may_be_raised = false;  // by this process, now
};

struct Verdict {
  HostLimit limit;
  Reading reading;
  long room = 0;    // for so many machines more
  long needed = 0;  // the value that so many machines as were asked about need

  bool enough() const { return !reading.value || *reading.value >= needed; }
  bool can_be_mended() const { return enough() || (limit.raisable && reading.may_be_raised); }
  /// What it is raised to: a power of two, never below what it is.
  long raised() const;
};

/// Whether `machines` more have room.
Verdict judge(const HostLimit& limit, const Reading& reading, long machines);

/// The name that sysctl knows it by; empty for a limit that it does not know.
std::string sysctl_name(const HostLimit& limit);

/// "fs.inotify.max_user_instances is 128, 121 in use: room for 1 more machine (4 each)".
std::string describe(const Verdict& verdict);

}  // namespace ashlar::pocketcloud
