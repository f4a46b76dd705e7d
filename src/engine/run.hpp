#pragma once
// One operation and its steps in memory, and the rules by which they move together. Pure: it
// changes records and notes what changed; the ledger writes that down in one transaction.

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/step.hpp"
#include "engine/transitions.hpp"
#include "model/operation.hpp"
#include "model/resource.hpp"

namespace ashlar::engine {

/// What steering an operation needs to know of a step type.
struct StepTraits {
  bool has_undo = true;
  bool irreversible = false;
};
using TraitsOf = std::function<StepTraits(const std::string& type)>;

/// Not thread-safe; the ledger guards it.
class Run {
 public:
  Run(Operation operation, std::vector<StepRecord> steps, TraitsOf traits_of);

  const Operation& operation() const { return operation_; }
  const std::vector<StepRecord>& steps() const { return steps_; }
  /// Throws Error(kInternal) for a step of another operation.
  const StepRecord& step(const std::string& id) const;
  const StepRecord* find_key(const std::string& key) const;
  /// True when every other step is done.
  bool is_last(const std::string& step_id) const;
  /// Set while the operation is being cancelled; outlives the run, for attempts under way.
  std::shared_ptr<const std::atomic<bool>> cancelling() const { return cancelling_; }

  /// Takes over what the store has, as after a lease.
  void adopt(StepRecord stored);
  /// The step was leased: its first attempt starts it, and the first of all starts the operation.
  void attempt_begins(const std::string& step_id, Time now);
  /// The attempt ended. Makes dependents ready, or goes on undoing, and ends the operation when
  /// nothing is left that can run.
  void attempt_ends(const std::string& step_id, const StepOutcome& outcome, int most_retries,
                    Time now, double jitter);
  void remember(const std::string& step_id, Json data);
  void mark_step_stuck(const std::string& step_id, Time now);

  /// After a restart: what the process that died was doing is due again.
  void resume(Time now);
  /// Ends the operation if nothing can run any more; else does nothing.
  void settle(Time now);

  // Steering; see cancel.cpp. Throws Error(kConflict) when the operation's state does not allow it.
  // `by`: who asks, which the event about it names.
  void cancel(const Actor& by, Time now);
  void retry(const Actor& by, Time now);

  /// An event without an actor gets the operation's.
  void say(Event event);

  struct Changes {
    bool operation = false;
    std::vector<const StepRecord*> steps;  // in the order of the plan
    std::vector<Event> events;
    std::optional<ResourceState> resource_state;
    /// The operation was cancelled: what held before it counts again.
    bool restores = false;
  };
  /// What changed since the last call.
  Changes take_changes();

 private:
  StepRecord& at(const std::string& step_id);
  StepRecord& changing(size_t index);
  size_t index_of(const std::string& step_id) const;
  void take(size_t index, Transition transition);
  void make_ready(const std::vector<size_t>& candidates);
  std::vector<bool> ended() const;
  std::vector<size_t> those_that_need_no_success() const;
  void settle_forward(Time now);
  void settle_undo(Time now);
  void undo_what_is_next(Time now);
  bool undo_may_begin(size_t index) const;
  void begin_undo(size_t index, Time now);
  void end_idleness(Time now);
  void restart(size_t index, StepState state, Time now);
  bool is_undoing() const;
  const StepRecord* point_of_no_return() const;
  void finish(OperationState state, ResourceState resource, Time now);
  void fail(const std::string& what, Time now);
  void update_progress();
  void tell_stuck_operation(Time now);
  ResourceState state_while_running() const;
  ResourceState state_when(OperationState ended) const;
  bool any(std::initializer_list<StepState> states) const;

  Operation operation_;
  std::vector<StepRecord> steps_;
  TraitsOf traits_of_;
  std::unordered_map<std::string, size_t> by_id_;
  std::unordered_map<std::string, size_t> by_key_;
  std::vector<std::vector<size_t>> dependents_;
  std::shared_ptr<std::atomic<bool>> cancelling_;

  bool operation_changed_ = false;
  std::vector<bool> step_changed_;
  std::vector<Event> events_;
  std::optional<ResourceState> resource_state_;
  bool restores_ = false;
};

}  // namespace ashlar::engine
