// Cancelling, undoing in reverse order, and trying again: the part of a run that people steer.

#include <fmt/format.h>

#include <algorithm>

#include "base/secret.hpp"
#include "engine/run.hpp"

namespace ashlar::engine {
namespace {

[[noreturn]] void refuse(const Operation& operation, std::string_view verb, std::string_view why,
                         std::string remedy) {
  throw Error(
      ErrorCode::kConflict,
      fmt::format("operation {} ({}) cannot be {}: {}", operation.id, operation.summary, verb, why),
      std::move(remedy));
}

bool began(const StepRecord& step) {
  return step.started_at.has_value();
}

bool undo_failed(const StepRecord& step) {
  return step.state == StepState::kUndoing && step.finished_at.has_value();
}

Event asked_for(const Actor& by, Event event) {
  event.actor = by;
  if (by.known()) event.message += ", asked for by " + redact(in_words(by));
  return event;
}

}  // namespace

void Run::cancel(const Actor& by, Time now) {
  if (operation_.state == OperationState::kCancelling) return;  // asked twice
  if (operation_.state == OperationState::kSucceeded)
    refuse(operation_, "cancelled", "it has succeeded", "delete or change the resource instead");
  if (operation_.state == OperationState::kCancelled)
    refuse(operation_, "cancelled", "it has been cancelled already", "");
  if (operation_.action == "delete")
    refuse(operation_, "cancelled", "what is destroyed cannot be brought back",
           "let it finish; if it failed, retry it");

  if (const StepRecord* step = point_of_no_return())
    refuse(operation_, "cancelled",
           fmt::format("'{}' has begun, which cannot be undone", title_of(*step)),
           fmt::format("let it finish; if it failed, go on with `ashlar retry {}`", operation_.id));

  operation_.state = OperationState::kCancelling;
  end_idleness(now);
  operation_.error.clear();
  operation_changed_ = true;
  *cancelling_ = true;
  resource_state_ =
      operation_.makes_resource() ? ResourceState::kDeleting : ResourceState::kUpdating;
  say(asked_for(
      by, operation_event(
              operation_, "operation.cancelling",
              fmt::format("{}: cancelling, what was made is undone", operation_.summary), now)));
  for (size_t i = 0; i < steps_.size(); ++i) {
    const StepRecord& step = steps_[i];
    const bool idle = step.state == StepState::kPending || step.state == StepState::kReady;
    if (idle && !began(step)) {
      changing(i).state = StepState::kSkipped;
      steps_[i].finished_at = now;
    } else if (undo_failed(step)) {
      restart(i, StepState::kUndoing, now);
    }
  }
  settle(now);
}

/// The first step that has begun and cannot be undone.
const StepRecord* Run::point_of_no_return() const {
  const auto found = std::ranges::find_if(steps_, [&](const StepRecord& step) {
    return began(step) && traits_of_(step.planned.type).irreversible;
  });
  return found == steps_.end() ? nullptr : &*found;
}

void Run::retry(const Actor& by, Time now) {
  if (operation_.state == OperationState::kSucceeded)
    refuse(operation_, "retried", "it has succeeded", "");
  if (operation_.state == OperationState::kCancelled)
    refuse(operation_, "retried", "it was cancelled and undone", "apply the specification again");

  const bool undoing = is_undoing();
  int restarted = 0;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const StepRecord& step = steps_[i];
    const bool failed = undoing ? undo_failed(step) : step.state == StepState::kFailed;
    if (!failed && !step.stuck) continue;
    if (failed) {
      restart(i, undoing ? StepState::kUndoing : StepState::kReady, now);
      steps_[i].started_at = now;
    } else {
      restart(i, step.state, now);
    }
    ++restarted;
  }
  if (restarted == 0)
    refuse(operation_, "retried", "none of its steps has failed or is stuck", "wait for it");

  const bool was_over = is_final(operation_.state);
  operation_.state = undoing ? OperationState::kCancelling : OperationState::kRunning;
  end_idleness(now);
  operation_.error.clear();
  operation_.stuck = false;
  operation_changed_ = true;
  if (was_over)
    resource_state_ =
        undoing && operation_.makes_resource() ? ResourceState::kDeleting : state_while_running();
  say(asked_for(by, operation_event(operation_, "operation.retried",
                                    fmt::format("{}: trying {} step{} again", operation_.summary,
                                                restarted, restarted == 1 ? "" : "s"),
                                    now)));
  settle(now);
}

/// Nobody worked on it between its end and now.
void Run::end_idleness(Time now) {
  if (operation_.finished_at) operation_.idle += now - *operation_.finished_at;
  operation_.finished_at.reset();
}

void Run::restart(size_t index, StepState state, Time now) {
  StepRecord& step = changing(index);
  step.progress_at = now;
  step.stuck = false;
  if (!step.lease_owner.empty()) return;  // its attempt is under way: it only gets more time
  step.state = state;
  step.attempts = 0;
  step.because.clear();
  step.not_before.reset();
  step.finished_at.reset();
}

bool Run::is_undoing() const {
  return operation_.state == OperationState::kCancelling ||
         any({StepState::kSkipped, StepState::kUndoing, StepState::kUndone});
}

void Run::settle_undo(Time now) {
  undo_what_is_next(now);
  const auto is_over = [](const StepRecord& step) {
    return step.state == StepState::kSkipped || step.state == StepState::kUndone;
  };
  if (std::ranges::all_of(steps_, is_over)) {
    say(operation_event(operation_, "operation.cancelled",
                        fmt::format("{}: cancelled, what it made is undone", operation_.summary),
                        now));
    return finish(OperationState::kCancelled, state_when(OperationState::kCancelled), now);
  }
  const auto goes_on = [](const StepRecord& step) {
    return step.state == StepState::kRunning ||
           (step.state == StepState::kUndoing && !step.finished_at);
  };
  if (std::ranges::none_of(steps_, goes_on)) fail("could not be undone", now);
}

void Run::undo_what_is_next(Time now) {
  // Backwards through the plan; a step with nothing to undo frees its dependencies at once, so
  // repeat until nothing moves.
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t i = steps_.size(); i-- > 0;) {
      if (!undo_may_begin(i)) continue;
      begin_undo(i, now);
      moved = true;
    }
  }
}

bool Run::undo_may_begin(size_t index) const {
  const StepState state = steps_[index].state;
  // A running attempt is let finish: undoing beside it would race for the same object.
  const bool waits = state == StepState::kDone || state == StepState::kWaiting ||
                     state == StepState::kReady || state == StepState::kFailed;
  return waits && std::ranges::all_of(dependents_[index], [&](size_t dependent) {
           const StepState of = steps_[dependent].state;
           return of == StepState::kSkipped || of == StepState::kUndone;
         });
}

void Run::begin_undo(size_t index, Time now) {
  restart(index, StepState::kUndoing, now);
  if (traits_of_(steps_[index].planned.type).has_undo) return;
  steps_[index].state = StepState::kUndone;
  steps_[index].finished_at = now;
}

}  // namespace ashlar::engine
