#pragma once
// Looks after what stands: observes every resource in turn, and has mended what drifted, as far as
// the kind's policy allows. It only accepts ordinary operations; the scheduler runs them.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine.hpp"
#include "engine/observer.hpp"

namespace ashlar::engine {

inline constexpr Millis kShortestHealPause{60'000};
inline constexpr Millis kLongestHealPause{30 * 60'000};

/// How long after the end of the latest of `heals` healings in a row the next may begin: nothing
/// for none, then 1 min, doubling to 30 min.
Millis heal_pause(int heals);

/// Thread-safe.
class Keeper {
 public:
  /// Accepts the kind's action "heal"; throws as Engine::act.
  using Heal = std::function<Engine::Accepted(const Resource&, const std::string& because)>;

  Keeper(store::Store& store, Observer& observer, const KindRegistry& kinds, const Clock& clock,
         const EngineOptions& options, Heal heal);
  ~Keeper();

  /// Starts nothing when the interval is 0.
  void start();
  void stop();

  /// Lists the resources anew and looks at each that is due, on this thread.
  void pass();

  struct Counters {
    long long rounds = 0, observed = 0, healed = 0;
  };
  Counters counters() const { return {rounds_, observed_, healed_}; }

 private:
  struct Care {
    std::string organization_id;
    Time next_look{};
    bool under_observation = false;
    bool wanted_healing = false;  // at the last look; one look may catch a passing moment
    int refusals = 0;             // healings in a row that came to no operation
    Time heal_after{};
    std::string last_error;
  };

  void work();
  void list(Time now);
  bool look_at_one();
  void look_at(const std::string& resource_id, Care& care);
  void consider_healing(const Resource& resource, Care& care);
  bool wants_healing(const Resource& resource) const;
  std::optional<Time> may_heal_from(const Resource& resource);
  bool is_left_alone(const Resource& resource);
  Millis jittered(Millis pause);

  store::Store& store_;
  Observer& observer_;
  const KindRegistry& kinds_;
  const Clock& clock_;
  const EngineOptions options_;
  const Heal heal_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, Care> cares_;  // guarded by mutex_, as is what follows
  std::optional<Time> listed_at_;
  bool stopping_ = false;
  std::minstd_rand random_;

  std::vector<std::thread> threads_;
  std::atomic<long long> rounds_{0}, observed_{0}, healed_{0};
};

}  // namespace ashlar::engine
