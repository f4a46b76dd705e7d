#pragma once
// Looks after what stands: observes every resource in turn, and begins what its kind then wants
// done (Kind::wants): mending what drifted, or what is due at a time. It only accepts ordinary
// operations; the scheduler runs them.
//
// Two rhythms: a look (Kind::observe, which asks the provider) at each resource about once an
// interval, and in between a glance (Kind::glance, machines only) every few seconds. A glance that
// finds something otherwise than stored brings the look forward, as does the end of an operation;
// and a look after which something is wanted is confirmed by another one soon after. When all is
// well, glances ask the provider nothing.

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
#include "engine/tasks.hpp"

namespace ashlar::engine {

/// Thread-safe.
class Keeper {
 public:
  /// Accepts one of the kind's actions; throws as Engine::act.
  using Begin =
      std::function<Engine::Accepted(const Resource&, const std::string& action,
                                     const Json& arguments, const Engine::AcceptOptions&)>;

  Keeper(store::Store& store, Observer& observer, const KindRegistry& kinds, const Clock& clock,
         const EngineOptions& options, Begin begin);
  ~Keeper();

  /// Starts nothing when the interval is 0.
  void start();
  void stop();

  /// Lists the resources anew, and looks and glances at each that is due, on this thread.
  void pass();

  struct Counters {
    long long rounds = 0, observed = 0, glances = 0, tasks = 0;
  };
  Counters counters() const { return {rounds_, observed_, glances_, tasks_}; }

 private:
  struct Refusals {
    int in_a_row = 0;
    Time until{};
  };
  struct Care {
    std::string organization_id;
    Time next_look{};
    Time next_glance{};
    bool taken = false;                       // a thread looks or glances at it
    bool busy = false;                        // an operation was under way at the last look
    bool alarmed = false;                     // a glance asked for the next look
    int unwell = 0;                           // looks in a row that found nothing new, and that bad
    int false_alarms = 0;                     // glances in a row whose look found nothing new
    std::map<std::string, Time> first_seen;   // tasks that were wanted at the last look, by key
    std::map<std::string, Refusals> refused;  // actions that came to no operation
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
  std::optional<Time> follow_up(const Json& status, bool news, Care& care) const;
  int glance_at(const std::string& resource_id, Care& care);
  std::optional<Time> consider_tasks(const Resource& resource, Care& care);
  TasksInput tasks_input(const Resource& resource, std::vector<Task> tasks, const Care& care);
  void begin(const Resource& resource, const TasksInput& input, const std::vector<Task>& due,
             Care& care);
  Millis jittered(Millis pause, double spread);

  store::Store& store_;
  Observer& observer_;
  const KindRegistry& kinds_;
  const Clock& clock_;
  const EngineOptions options_;
  const Begin begin_;

  std::mutex mutex_;
  std::condition_variable wake_;
  Cares cares_;  // guarded by mutex_, as is what follows; who has taken one uses it alone
  std::optional<Time> listed_at_;
  Time glances_from_{};  // those so far have used up the share of the time before
  bool stopping_ = false;
  std::minstd_rand random_;

  std::vector<std::thread> threads_;
  std::atomic<long long> rounds_{0}, observed_{0}, glances_{0}, tasks_{0};
};

}  // namespace ashlar::engine
