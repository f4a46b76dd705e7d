#pragma once
// One run of a plan, its steps and its history, as they are stored and shown.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "model/actor.hpp"
#include "model/plan.hpp"
#include "model/resource.hpp"

namespace ashlar {

enum class OperationState {
  kPending,  // stored, nothing begun
  kRunning,
  kCancelling,  // undoing what was made
  kSucceeded,
  kFailed,  // a step failed; retry continues from there
  kCancelled,
};
std::string_view to_string(OperationState);
/// Throws Error(kInvalidInput) for an unknown name, as do the functions like it.
OperationState operation_state_from(std::string_view);
/// Succeeded, failed or cancelled: nothing will happen unless someone asks.
bool is_final(OperationState);

enum class StepState {
  kPending,  // dependencies not done
  kReady,    // may be leased now or at `not_before`
  kRunning,  // leased by a worker
  kWaiting,  // has begun, polls again at `not_before`
  kDone,
  kFailed,
  kSkipped,  // cancelled before it began
  kUndoing,
  kUndone,
};
std::string_view to_string(StepState);
StepState step_state_from(std::string_view);

struct StepRecord {
  std::string id;  // unique everywhere; what cloud objects are tagged with
  std::string operation_id;
  int position = 0;  // order in the plan
  PlannedStep planned;
  StepState state = StepState::kPending;
  int attempts = 0;                  // since it last got further (a Wait) or a person said retry
  Json state_data = Json::object();  // what the step keeps between its own attempts
  Json outputs = Json::object();     // what dependents read
  std::string because;               // what it waits for, or why it failed
  Json figures = nullptr;            // what it measured last while it is under way; null: nothing
  std::optional<Time> not_before;
  std::optional<Time> started_at;  // its first attempt, or when a person said retry after it failed
  std::optional<Time> progress_at;  // last measured progress; the deadline counts from here
  std::optional<Time> finished_at;  // also set when its undo failed: state undoing, not due
  std::string lease_owner;
  std::optional<Time> lease_until;
  bool stuck = false;
};

struct Operation {
  std::string id;  // the correlation id of the API
  std::string organization_id;
  std::string resource_id;
  std::string kind;
  std::string resource_name;
  std::string action;  // deploy, update, delete, or the kind's own: upgrade, stop, heal, ...
  Actor actor;         // who asked for it
  std::string summary;
  OperationState state = OperationState::kPending;
  std::string error;  // for people; empty while nothing failed
  bool stuck = false;
  int steps_total = 0;
  int steps_done = 0;
  Millis expected{0};
  double monthly_usd_before = 0;
  double monthly_usd_after = 0;
  std::vector<std::string> tasks;  // keys of those that Ashlar began it for; empty: somebody asked
  // The failed operation that it was begun beside: that one waits for its person, and is the
  // resource's latest again when this one is over. Empty: none.
  std::string beside;
  Json outline;  // what the plan said to people: see outline_of(); null: not known
  // What counts again when it is cancelled. Not shown.
  Json spec_before;  // null: it made the resource
  ResourceState state_before = ResourceState::kPending;
  std::vector<std::string> secrets_before;  // names of the secrets that were given anew
  std::optional<double> price_before;       // the resource's, US dollars a month; none: unknown
  Time created_at{};
  std::optional<Time> started_at;
  std::optional<Time> finished_at;
  Millis idle{0};  // between its failures and what people then asked for; not worked

  /// It is the first of its resource, so that cancelling it deletes that. Only who made the
  /// resource may end it: an earlier operation's machines may still be there.
  bool makes_resource() const { return action == "deploy" && spec_before.is_null(); }
};

/// How long it has been worked on: from the start to the end or to now, but for what lay idle.
Millis elapsed(const Operation&, Time now);

/// A step that is under way for so long should be told of, with what it waits for: four times what
/// was expected of it. Steps of moments are let be for some seconds.
Millis late_after(const PlannedStep&);

/// One numbered line of an operation's history. Numbers grow by one within an operation.
struct Event {
  long long number = 0;
  std::string operation_id;
  std::string step_id;  // empty: about the whole operation
  std::string step_key;
  std::string type;  // operation.started, step.started, step.waiting, step.done, step.retry, ...
  std::string message;
  Json data = Json::object();
  Actor actor;  // whose request it goes back to: the operation's, or who cancelled or retried it
  Time at{};
};

Json to_json(const Operation&);
Json to_json(const StepRecord&);
Json to_json(const Event&);

}  // namespace ashlar
