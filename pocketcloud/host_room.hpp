#pragma once
// Makes room for machines on this host: raises limits that are too low. Never lowers one, never
// touches one that is enough, and says what it did and what it may not do.

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "pocketcloud/host_readings.hpp"

namespace ashlar::pocketcloud {

struct Change {
  std::string limit;
  long from = 0;
  long to = 0;
  std::string refusal;       // why it stays as it was; empty: it was raised
  bool of_this_host = true;  // false: of this process only
};

/// Raises what is too low for `machines` more, as far as that is possible.
std::vector<Change> make_room(const Host& host, long machines);

/// Verdicts over all limits that this host has.
std::vector<Verdict> judge_all(const Host& host, long machines);

/// Limits that have no room for one more machine, described.
std::vector<std::string> limits_without_room();

/// What `doctor` says of the limits.
struct Examination {
  std::string text;
  bool sufficient = true;  // each is enough, or `serve` can raise it
};
/// Pure. `raised` are the lines of raised_so_far().
Examination examine_room(const std::vector<Verdict>& verdicts,
                         const std::vector<std::string>& raised, long machines);

/// What pocket clouds raised on this host since it started, one line each.
std::vector<std::string> raised_so_far();

/// The limits as one instance keeps them. Thread-safe.
class HostRoom {
 public:
  HostRoom(Host host, std::string instance)
      : host_(std::move(host)), instance_(std::move(instance)) {}

  /// Raises, logs, and leaves a note for `doctor`.
  void make(long machines);
  /// For a handful of boots; looks again only after a while, as looking costs some milliseconds.
  void make_before_boot();

 private:
  Host host_;
  std::string instance_;
  Guarded<std::optional<Time>> looked_;
  Guarded<std::set<std::string>> told_;  // limits that cannot be raised; said once
};

}  // namespace ashlar::pocketcloud
