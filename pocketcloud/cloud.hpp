#pragma once
// The cloud itself: what was declared (State), what really runs (machines), and the one function
// that brings the second to the first.
//
//   1. A request changes the state, which is saved before the answer is sent.
//   2. converge(droplet) compares the state with the machine and takes the next step. It runs
//   whenever
//      either may have changed, and for every droplet at start: a kill at any point loses nothing.
//   3. The supervisor of each machine (supervisor.hpp) reports by a file; its lock says it lives.

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "pocketcloud/droplet_files.hpp"
#include "pocketcloud/faults.hpp"
#include "pocketcloud/graveyard.hpp"
#include "pocketcloud/host_room.hpp"
#include "pocketcloud/image.hpp"
#include "pocketcloud/network.hpp"
#include "pocketcloud/state.hpp"
#include "pocketcloud/watcher.hpp"
#include "pocketcloud/work_queue.hpp"

namespace ashlar::pocketcloud {

/// Droplets that the account may have.
inline constexpr int kDropletLimit = 200;

struct CloudOptions {
  std::filesystem::path data;
  std::string name;
  Cidr public_pool;
  Cidr vpc_pool;
  ImagePaths image;
};

class Cloud {
 public:
  explicit Cloud(CloudOptions options);
  ~Cloud();

  /// Reads the state; `body(const State&)`.
  template <class Body>
  decltype(auto) read(Body&& body) const {
    return state_.with([&](const State& state) -> decltype(auto) { return body(state); });
  }

  /// Changes the state with `body(State&)` and saves it before returning. When `body` throws,
  /// nothing was changed.
  template <class Body>
  auto change(Body&& body) {
    return state_.with([&](State& state) {
      State changed = state;
      if constexpr (std::is_void_v<decltype(body(changed))>) {
        body(changed);
        file_.save(changed);
        state = std::move(changed);
      } else {
        auto result = body(changed);
        file_.save(changed);
        state = std::move(changed);
        return result;
      }
    });
  }

  /// Makes the machine follow the state, soon, on another thread.
  void kick(long droplet, Millis delay = Millis{0}) { queue_.add(droplet, delay); }
  /// Loads firewalls as the state now has them; they are in force on return. Not while holding the
  /// state.
  void apply_firewalls();
  /// One at a time: droplets created at once would all find the bridge missing and add it.
  void ensure_vpc(const Vpc& vpc) {
    const std::lock_guard lock(network_mutex_);
    network_.ensure_vpc(vpc);
  }
  void remove_vpc(const Vpc& vpc) { network_.remove_vpc(vpc); }

  /// The directory of a droplet that is about to be created, with its seed in it.
  void prepare(long droplet, const Seed& seed);

  DropletFiles files(long droplet) const;
  std::filesystem::path snapshot_file(long snapshot) const;
  /// Droplets that are gone, with their last console output.
  const Graveyard& graveyard() const { return graveyard_; }
  /// What the droplet's machine last reported; counts and pids are stale when it does not run.
  std::optional<DropletRun> run_of(long droplet) const { return files(droplet).read_run(); }

  // Machine faults. Each throws Error(kConflict) when the machine does not run.
  void pause(long droplet, bool paused);
  void fill_disk(long droplet, bool full);
  void limit_rate(long droplet, long kbit);

  const CloudOptions& options() const { return options_; }
  const Clock& clock() const { return clock_; }
  Network& network() { return network_; }
  FaultBook& faults() { return faults_; }

 private:
  State load_state();
  void reconcile();
  void remove_orphans();

  void converge(long droplet);
  void remove_droplet(const Droplet& droplet);
  void bury(const Droplet& droplet);
  void take_snapshot(const Droplet& droplet);
  bool ready_to_start(const Droplet& droplet);
  void start(const Droplet& droplet);
  DropletConfig config_of(const Droplet& droplet) const;
  void spawn_supervisor(const Droplet& droplet);
  void count_boots_anew(long droplet);
  void command(const Droplet& droplet, const Action& action, pid_t supervisor);
  void observe(const Droplet& droplet, bool alive);
  void release_boot_slot(long droplet);
  void kill_leftovers(long droplet);
  bool ended_by_itself(long droplet) const;
  DropletRun running(long droplet) const;

  SystemClock clock_;
  CloudOptions options_;
  StateFile file_;
  Guarded<State> state_;
  Network network_;
  Graveyard graveyard_;
  HostRoom host_room_;
  FaultBook faults_;
  std::mutex network_mutex_;  // taken before the state's

  struct Boots {
    std::set<long> slots;            // machines that are booting
    std::set<long> queued;           // that wait for a slot
    std::map<long, long> commanded;  // droplet -> action whose signal was sent
    std::set<long> started;          // not to be started again before they ended
  };
  Guarded<Boots> boots_;
  WorkQueue queue_;  // its threads use all of the above
  Watcher watcher_;  // its thread uses the queue
};

}  // namespace ashlar::pocketcloud
