#include "engine/run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::engine {
namespace {

/// Each with its reason; the first few, when there are many.
std::string what_failed(const std::vector<const StepRecord*>& failed) {
  constexpr size_t kMost = 4;
  std::string text;
  for (size_t i = 0; i < std::min(failed.size(), kMost); ++i)
    text += fmt::format("{}{}: {}", i == 0 ? "" : "; ", title_of(*failed[i]), failed[i]->because);
  if (failed.size() > kMost) text += fmt::format("; and {} more", failed.size() - kMost);
  return text;
}

}  // namespace

Run::Run(Operation operation, std::vector<StepRecord> steps, TraitsOf traits_of)
    : operation_(std::move(operation)),
      steps_(std::move(steps)),
      traits_of_(std::move(traits_of)),
      dependents_(steps_.size()),
      cancelling_(
          std::make_shared<std::atomic<bool>>(operation_.state == OperationState::kCancelling)),
      step_changed_(steps_.size(), false) {
  for (size_t i = 0; i < steps_.size(); ++i) {
    by_id_.emplace(steps_[i].id, i);
    by_key_.emplace(steps_[i].planned.key, i);
  }
  for (size_t i = 0; i < steps_.size(); ++i)
    for (const std::string_view key : steps_[i].planned.predecessors())
      dependents_[by_key_.at(std::string(key))].push_back(i);
}

size_t Run::index_of(const std::string& step_id) const {
  const auto found = by_id_.find(step_id);
  if (found == by_id_.end())
    throw Error(ErrorCode::kInternal,
                fmt::format("operation {} has no step {}", operation_.id, step_id));
  return found->second;
}

const StepRecord& Run::step(const std::string& id) const {
  return steps_[index_of(id)];
}

const StepRecord* Run::find_key(const std::string& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &steps_[found->second];
}

bool Run::is_last(const std::string& step_id) const {
  return std::ranges::all_of(steps_, [&](const StepRecord& step) {
    return step.id == step_id || step.state == StepState::kDone;
  });
}

StepRecord& Run::changing(size_t index) {
  step_changed_[index] = true;
  return steps_[index];
}

StepRecord& Run::at(const std::string& step_id) {
  return changing(index_of(step_id));
}

void Run::adopt(StepRecord stored) {
  const size_t index = index_of(stored.id);
  steps_[index] = std::move(stored);
}

void Run::attempt_begins(const std::string& step_id, Time now) {
  const StepRecord& leased = step(step_id);
  if (operation_.state == OperationState::kPending) {
    operation_.state = OperationState::kRunning;
    operation_.started_at = now;
    operation_changed_ = true;
    resource_state_ = state_while_running();
    say(operation_event(operation_, "operation.started",
                        fmt::format("{}: started", operation_.summary), now));
  }
  if (leased.state == StepState::kRunning && leased.started_at == now)
    say(step_event(leased, "step.started", "started", now));
  if (leased.state == StepState::kUndoing && leased.attempts == 1 && leased.because.empty())
    say(step_event(leased, "step.undoing", "undoing", now));
}

void Run::attempt_ends(const std::string& step_id, const StepOutcome& outcome, int most_retries,
                       Time now, double jitter) {
  const size_t index = index_of(step_id);
  take(index, after_attempt(steps_[index], outcome, most_retries, now, jitter));
  if (steps_[index].state == StepState::kDone) {
    update_progress();
    if (operation_.state == OperationState::kRunning) make_ready(dependents_[index]);
  }
  if (steps_[index].state == StepState::kFailed && operation_.state == OperationState::kRunning)
    make_ready(those_that_need_no_success());
  tell_stuck_operation(now);
  settle(now);
}

void Run::take(size_t index, Transition transition) {
  changing(index) = std::move(transition.step);
  for (Event& event : transition.events) say(std::move(event));
}

void Run::say(Event event) {
  if (!event.actor.known()) event.actor = operation_.actor;
  events_.push_back(std::move(event));
}

void Run::remember(const std::string& step_id, Json data) {
  at(step_id).state_data = std::move(data);
}

void Run::mark_step_stuck(const std::string& step_id, Time now) {
  const size_t index = index_of(step_id);
  take(index, mark_stuck(steps_[index], now));
  tell_stuck_operation(now);
}

void Run::make_ready(const std::vector<size_t>& candidates) {
  const std::vector<bool> over = ended();
  for (const size_t candidate : candidates) {
    const StepRecord& step = steps_[candidate];
    const auto is_done = [&](const std::string& key) {
      return find_key(key)->state == StepState::kDone;
    };
    const auto has_ended = [&](const std::string& key) { return over[by_key_.at(key)]; };
    if (step.state == StepState::kPending && std::ranges::all_of(step.planned.after, is_done) &&
        std::ranges::all_of(step.planned.after_ended, has_ended))
      changing(candidate).state = StepState::kReady;
  }
}

/// By index: whether the step is done, has failed, or can never begin because one before it failed.
std::vector<bool> Run::ended() const {
  std::vector<bool> ended(steps_.size());
  std::vector<size_t> lost;
  for (size_t i = 0; i < steps_.size(); ++i) {
    ended[i] = steps_[i].state == StepState::kDone || steps_[i].state == StepState::kFailed;
    if (steps_[i].state == StepState::kFailed) lost.push_back(i);
  }
  while (!lost.empty()) {
    const size_t failed = lost.back();
    lost.pop_back();
    for (const size_t dependent : dependents_[failed]) {
      const auto& after = steps_[dependent].planned.after;
      const bool needs = std::ranges::find(after, steps_[failed].planned.key) != after.end();
      if (!needs || ended[dependent]) continue;
      ended[dependent] = true;
      lost.push_back(dependent);
    }
  }
  return ended;
}

std::vector<size_t> Run::those_that_need_no_success() const {
  std::vector<size_t> found;
  for (size_t i = 0; i < steps_.size(); ++i)
    if (!steps_[i].planned.after_ended.empty()) found.push_back(i);
  return found;
}

void Run::update_progress() {
  operation_.steps_done =
      static_cast<int>(std::ranges::count(steps_, StepState::kDone, &StepRecord::state));
  operation_changed_ = true;
}

void Run::tell_stuck_operation(Time now) {
  const bool stuck = std::ranges::any_of(steps_, &StepRecord::stuck);
  if (stuck == operation_.stuck) return;
  operation_.stuck = stuck;
  operation_changed_ = true;
  if (!stuck) return;
  const auto which = std::ranges::find(steps_, true, &StepRecord::stuck);
  say(operation_event(operation_, "operation.stuck",
                      fmt::format("{} is stuck at: {}", operation_.summary, title_of(*which)), now,
                      {{"step", which->planned.key}}));
}

void Run::resume(Time now) {
  if (operation_.state != OperationState::kPending)
    say(operation_event(
        operation_, "operation.resumed",
        fmt::format("{}: goes on after a restart of the server", operation_.summary), now));
  settle(now);
}

void Run::settle(Time now) {
  if (operation_.state == OperationState::kCancelling)
    settle_undo(now);
  else if (!is_final(operation_.state))
    settle_forward(now);
}

void Run::settle_forward(Time now) {
  if (std::ranges::all_of(steps_, [](const auto& s) { return s.state == StepState::kDone; })) {
    const Millis took = elapsed(operation_, now);
    say(operation_event(operation_, "operation.succeeded",
                        fmt::format("{}: succeeded in {}", operation_.summary, to_human(took)), now,
                        {{"tookMillis", took.count()}}));
    return finish(OperationState::kSucceeded, state_when(OperationState::kSucceeded), now);
  }
  // One failed step does not stop independent branches: they run to their end first.
  if (!any({StepState::kReady, StepState::kRunning, StepState::kWaiting})) fail("failed", now);
}

void Run::fail(const std::string& what, Time now) {
  const StepState failed_state = is_undoing() ? StepState::kUndoing : StepState::kFailed;
  std::vector<const StepRecord*> failed;
  for (const StepRecord& step : steps_)
    if (step.state == failed_state && step.finished_at) failed.push_back(&step);
  std::ranges::stable_sort(failed, {}, [](const StepRecord* step) { return *step->finished_at; });

  Json list = Json::array();
  std::string titles;
  for (const StepRecord* step : failed) {
    list.push_back({{"step", step->planned.key},
                    {"title", title_of(*step)},
                    {"node", step->planned.node},
                    {"error", step->because}});
    titles += (titles.empty() ? "" : "; ") + title_of(*step);
  }
  operation_.error = failed.empty() ? "no step can run" : what_failed(failed);
  const auto not_begun = std::ranges::count(steps_, StepState::kPending, &StepRecord::state);
  say(operation_event(operation_, "operation.failed",
                      fmt::format("{}: {} at {} of {} steps ({}); retry goes on from there",
                                  operation_.summary, what, failed.size(), steps_.size(), titles),
                      now, {{"failed", list}, {"notBegun", not_begun}}));
  finish(OperationState::kFailed, state_when(OperationState::kFailed), now);
}

void Run::finish(OperationState state, ResourceState resource, Time now) {
  operation_.state = state;
  operation_.finished_at = now;
  operation_.stuck = false;
  operation_changed_ = true;
  resource_state_ = resource;
  restores_ = state == OperationState::kCancelled;
  if (restores_) operation_.monthly_usd_after = operation_.monthly_usd_before;
  // Cancelled before it began: what was there before is as it was.
  if (!operation_.started_at && !operation_.makes_resource() && state == OperationState::kCancelled)
    resource_state_.reset();
}

ResourceState Run::state_while_running() const {
  if (operation_.action == "deploy") return ResourceState::kDeploying;
  if (operation_.action == "delete") return ResourceState::kDeleting;
  return ResourceState::kUpdating;
}

ResourceState Run::state_when(OperationState ended) const {
  const bool deploy = operation_.action == "deploy";
  const bool removal = operation_.action == "delete";
  switch (ended) {
    case OperationState::kSucceeded:
      if (operation_.action == "stop") return ResourceState::kStopped;
      return removal ? ResourceState::kDeleted : ResourceState::kActive;
    case OperationState::kCancelled:
      return operation_.makes_resource() ? ResourceState::kDeleted : operation_.state_before;
    default:
      return deploy || removal ? ResourceState::kFailed : ResourceState::kDegraded;
  }
}

bool Run::any(std::initializer_list<StepState> states) const {
  return std::ranges::any_of(steps_, [&](const StepRecord& step) {
    return std::ranges::find(states, step.state) != states.end();
  });
}

Run::Changes Run::take_changes() {
  Changes changes;
  changes.operation = std::exchange(operation_changed_, false);
  for (size_t i = 0; i < steps_.size(); ++i)
    if (step_changed_[i]) changes.steps.push_back(&steps_[i]);
  step_changed_.assign(steps_.size(), false);
  changes.events = std::exchange(events_, {});
  changes.resource_state = std::exchange(resource_state_, std::nullopt);
  changes.restores = std::exchange(restores_, false);
  return changes;
}

}  // namespace ashlar::engine
