#pragma once
// Looks after what stands: observes every resource in turn, and has mended what drifted, as far as
// the kind's policy allows. It only accepts ordinary operations; the scheduler runs them.
//
// Two rhythms: a look (Kind::observe, which asks the provider) at each resource about once an
// interval, and in between a glance (Kind::glance, machines only) every few seconds. A glance that
// finds something otherwise than stored brings the look forward, as does the end of an operation;
// and a look that finds something wrong is confirmed by another one soon after. When all is well,
// glances ask the provider nothing.

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
#include "engine/healing.hpp"
#include "engine/held_back.hpp"
#include "engine/observer.hpp"

namespace ashlar::engine {

/// Thread-safe.
class Keeper {
 public:
  /// Accepts the kind's action "heal"; throws as Engine::act.
  using Heal = std::function<Engine::Accepted(const Resource&, const Json& arguments,
                                              const Engine::AcceptOptions&)>;

  Keeper(store::Store& store, Observer& observer, const KindRegistry& kinds, const Clock& clock,
         const EngineOptions& options, Heal heal);
  ~Keeper();

  /// Starts nothing when the interval is 0.
  void start();
  void stop();

  /// Lists the resources anew, and looks and glances at each that is due, on this thread.
  void pass();

  struct Counters {
    long long rounds = 0, observed = 0, glances = 0, healed = 0;
  };
  Counters counters() const { return {rounds_, observed_, glances_, healed_}; }

 private:
  struct Care {
    std::string organization_id;
    Time next_look{};
    Time next_glance{};
    bool taken = false;                      // a thread looks or glances at it
    bool busy = false;                       // an operation was under way at the last look
    bool alarmed = false;                    // a glance asked for the next look
    int false_alarms = 0;                    // glances in a row whose look found nothing new
    std::map<std::string, Time> first_seen;  // faults that were there at the last look, by key
    int refusals = 0;                        // healings in a row that came to no operation
    Time heal_after{};
    std::string last_error;
  };
  using Cares = std::map<std::string, Care>;

  void work(bool (Keeper::*one)(), Millis longest_sleep);
  void list(Time now);
  bool look_at_one();
  bool glance_at_one();
  std::optional<Cares::iterator> take_first_due(Time Care::* when, Time now);
  std::optional<Time> look_at(const std::string& resource_id, Care& care);
  std::optional<Time> observe(const Resource& stored, Care& care);
  int glance_at(const std::string& resource_id, Care& care);
  std::optional<Time> consider_healing(const Resource& resource, Care& care);
  HealingInput healing_input(const Resource& resource, const Care& care);
  void heal(const Resource& resource, const HealingInput& input, const std::vector<Fault>& faults,
            Care& care);
  std::vector<Fault> faults_to_heal(const Resource& resource) const;
  std::vector<PastHealing> history_of(const Resource& resource);
  Millis jittered(Millis pause, double spread);

  store::Store& store_;
  Observer& observer_;
  const KindRegistry& kinds_;
  const Clock& clock_;
  const EngineOptions options_;
  const Heal heal_;

  std::mutex mutex_;
  std::condition_variable wake_;
  Cares cares_;  // guarded by mutex_, as is what follows; who has taken one uses it alone
  std::optional<Time> listed_at_;
  Time glances_from_{};  // those so far have used up the share of the time before
  bool stopping_ = false;
  std::minstd_rand random_;

  std::vector<std::thread> threads_;
  std::atomic<long long> rounds_{0}, observed_{0}, glances_{0}, healed_{0};
};

}  // namespace ashlar::engine
