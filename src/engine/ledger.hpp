#pragma once
// The one place where operations are changed in the store. Keeps unfinished operations in memory,
// since a plan's graph is read far more often than it changes; the store stays the truth.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/kind.hpp"
#include "engine/run.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace ashlar::engine {

/// Thread-safe.
class Ledger {
 public:
  /// `after_transition` may be empty; see EngineOptions.
  Ledger(store::Store& store, const KindRegistry& kinds, const Clock& clock,
         std::function<void(long long)> after_transition);

  /// What a transaction's body works with. Valid only during the call.
  class Session {
   public:
    store::Transaction& tx() { return tx_; }
    Time now() const { return now_; }
    /// Throws Error(kNotFound).
    Run& run(const std::string& operation_id);
    /// The step as the store has it now, also in its run: leases are renewed behind the run's back.
    std::optional<StepRecord> fresh(const std::string& step_id);
    /// Tells the run of a step that was just leased.
    Run& run_of_leased(const StepRecord& leased);
    /// The run, with all its leased steps as the store has them now.
    Run& run_with_fresh_leases(const std::string& operation_id);
    /// Writes down what the runs noted so far, so that the rest of the body finds it in the store.
    void flush();
    /// Says that the body made one more transition (a body that says nothing made one).
    void count() { ++transitions_; }

   private:
    friend class Ledger;
    Session(Ledger& ledger, store::Transaction& tx, Time now)
        : ledger_(ledger), tx_(tx), now_(now) {}
    void write_changes(Run& run);

    Ledger& ledger_;
    store::Transaction& tx_;
    Time now_;
    int transitions_ = 0;
    std::map<std::string, Run*> touched_;
  };

  /// Runs `body` in one transaction, writes down what the runs it touched noted, and commits. When
  /// anything throws, store and memory are as before. One at a time.
  void commit(const std::function<void(Session&)>& body);
  /// As commit, but counts only what the body counts: nothing may have happened at all.
  void commit_if_any(const std::function<void(Session&)>& body);

  /// One transaction that concerns no operation's or step's state. It does not wait for commits
  /// under way, so that the store can group what many workers write at once.
  void write(const std::function<void(store::Transaction&)>& body);

  /// A finished step's outputs. Throws Error(kInternal) when it is not finished.
  Json output_of(const std::string& operation_id, const std::string& key);
  /// Throws Error(kInternal) when the plan has no such step.
  bool is_done(const std::string& operation_id, const std::string& key);
  bool is_last(const std::string& operation_id, const std::string& step_id);
  long long transitions() const { return transitions_; }

 private:
  void look_at(const std::string& operation_id, const std::function<void(const Run&)>& look);
  int transact(const std::function<void(Session&)>& body);
  void tell(int transitions);
  std::unique_ptr<Run> load(store::Transaction& tx, const std::string& operation_id) const;

  store::Store& store_;
  const KindRegistry& kinds_;
  const Clock& clock_;
  std::function<void(long long)> after_transition_;
  std::atomic<long long> transitions_{0};
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Run>> runs_;
};

}  // namespace ashlar::engine
