#pragma once
// Leases due steps, gives them to workers, and writes down what came of them.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "engine/attempt.hpp"
#include "engine/engine.hpp"

namespace ashlar::engine {

/// One dispatcher thread does all leasing and all writing of outcomes, several at a time in one
/// transaction; the workers only run attempts. Thread-safe.
class Scheduler {
 public:
  Scheduler(store::Store& store, Ledger& ledger, Observer& observer, const KindRegistry& kinds,
            const Clock& clock, const EngineOptions& options);
  ~Scheduler();

  void start();
  /// Lets attempts under way return, writes their outcomes down, and ends the threads.
  void stop();
  /// Something may have become due.
  void notify();
  Engine::Counters counters() const;

 private:
  struct InFlight {
    std::string operation_id;
    Time becomes_stuck{};
  };

  void resume();
  void dispatch();
  void round(std::vector<Finished> finished);
  void write_down(Ledger::Session& session, const Finished& finished);
  void write_down_one_by_one(const std::vector<Finished>& finished);
  std::optional<Error> try_to_write_down(const Finished& finished);
  void renew(Ledger::Session& session);
  void tell_stuck(Ledger::Session& session);
  std::vector<Attempt> lease(Ledger::Session& session);
  void hand_out(std::vector<Attempt> attempts);
  void land(const Finished& finished);
  bool sleep(std::vector<Finished>& finished);
  Millis time_to_sleep() const;
  void work();
  void observe_when_over(Ledger::Session& session, const Operation& operation,
                         const Finished& finished);
  void refresh_later();
  double jitter();

  store::Store& store_;
  Ledger& ledger_;
  Observer& observer_;
  const KindRegistry& kinds_;
  const Clock& clock_;
  const EngineOptions options_;
  std::string owner_;
  std::atomic<bool> stopping_{false};
  AttemptTools tools_;
  std::thread dispatcher_;
  std::vector<std::thread> workers_;

  // Only the dispatcher touches these.
  std::map<std::string, InFlight> in_flight_;  // by step id
  std::optional<Time> next_due_;
  std::optional<Time> renewed_at_;
  bool store_unwell_ = false;
  std::vector<Operation> to_refresh_;
  std::minstd_rand random_;

  std::mutex mutex_;
  std::condition_variable to_dispatcher_;
  std::condition_variable to_workers_;
  std::vector<Finished> inbox_;             // guarded by mutex_
  std::deque<std::function<void()>> jobs_;  // guarded by mutex_
  bool notified_ = false;                   // guarded by mutex_
  bool workers_end_ = false;                // guarded by mutex_

  std::atomic<long long> done_{0}, failed_{0}, retried_{0};
  std::atomic<int> running_{0};
};

}  // namespace ashlar::engine
