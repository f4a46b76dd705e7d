#include "engine/transitions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/secret.hpp"

namespace ashlar::engine {
namespace {

bool is_undo(const StepRecord& step) {
  return step.state == StepState::kUndoing;
}

std::string naming_node(const StepRecord& step) {
  return step.planned.node.empty() ? std::string() : " on " + step.planned.node;
}

Millis without_progress(const StepRecord& step, Time now) {
  return now - step.progress_at.value_or(now);
}

/// One attempt's outcome applied to one step; collects the events on the way.
class Applying {
 public:
  Applying(StepRecord step, int most_retries, Time now, double jitter)
      : step_(std::move(step)), most_retries_(most_retries), now_(now), jitter_(jitter) {
    step_.lease_owner.clear();
    step_.lease_until.reset();
  }

  void operator()(const Done& done) {
    const bool undo = is_undo(step_);
    step_.state = undo ? StepState::kUndone : StepState::kDone;
    if (!undo) step_.outputs = done.outputs;
    step_.because.clear();
    step_.figures = nullptr;
    step_.not_before.reset();
    step_.finished_at = now_;
    step_.stuck = false;
    const Millis took = now_ - step_.started_at.value_or(now_);
    if (undo)
      say("step.undone", "undone");
    else
      say("step.done", "done in " + to_human(took), {{"tookMillis", took.count()}});
  }

  void operator()(const Wait& wait) {
    if (wait.progress) move_deadline();
    const std::string because = redact(wait.because);
    if (given_up(because)) return;
    // Polling repeats itself: only a new reason is news.
    if (because != step_.because && !because.empty()) say("step.waiting", because);
    step_.because = because;
    if (!wait.figures.is_null()) step_.figures = wait.figures;
    step_.attempts = 0;
    poll_again_after(std::max(wait.pause, Millis{1}));
    tell_when_stuck();
  }

  void operator()(const Retry& retry) {
    const std::string because = redact(retry.error.what());
    if (step_.attempts > most_retries_)
      return fail(fmt::format("{} (given up after {} attempts)", because, step_.attempts));
    if (given_up(because)) return;
    const Millis pause = backoff(std::max(step_.attempts, 1), jitter_);
    say("step.retry", fmt::format("{}; trying again in {}", because, to_human(pause)),
        {{"attempt", step_.attempts}, {"pauseMillis", pause.count()}});
    step_.because = because;
    poll_again_after(pause);
    tell_when_stuck();
  }

  void operator()(const Fail& failure) { fail(redact(failure.error.what())); }

  Transition result() && { return {std::move(step_), std::move(events_)}; }

 private:
  void move_deadline() {
    step_.progress_at = now_;
    if (!step_.stuck) return;
    step_.stuck = false;
    say("step.moving", "moving again");
  }

  bool given_up(const std::string& because) {
    const Millis idle = without_progress(step_, now_);
    if (idle < 2 * step_.planned.deadline) return false;
    fail(
        fmt::format("no progress for {}{}; last: {}", to_human(idle), naming_node(step_), because));
    return true;
  }

  void fail(const std::string& reason) {
    // A failed undo stays `undoing`, so that a retry knows which way to go on.
    if (!is_undo(step_)) step_.state = StepState::kFailed;
    step_.because = reason;
    step_.figures = nullptr;
    step_.not_before.reset();
    step_.finished_at = now_;
    step_.stuck = false;
    say("step.failed", (is_undo(step_) ? "could not be undone: " : "failed: ") + reason);
  }

  void poll_again_after(Millis pause) {
    if (!is_undo(step_)) step_.state = StepState::kWaiting;
    // Not later than the next point at which its deadline says something.
    const Time since = step_.progress_at.value_or(now_);
    const Time first = since + step_.planned.deadline;
    const Time next_deadline = now_ < first ? first : since + 2 * step_.planned.deadline;
    step_.not_before = std::min(now_ + pause, std::max(next_deadline, now_ + Millis{1}));
  }

  void tell_when_stuck() {
    if (step_.stuck || now_ < stuck_at(step_)) return;
    Transition marked = mark_stuck(std::move(step_), now_);
    step_ = std::move(marked.step);
    std::ranges::move(marked.events, std::back_inserter(events_));
  }

  void say(std::string type, const std::string& text, Json data = Json::object()) {
    events_.push_back(step_event(step_, std::move(type), text, now_, std::move(data)));
  }

  StepRecord step_;
  int most_retries_;
  Time now_;
  double jitter_;
  std::vector<Event> events_;
};

}  // namespace

Transition after_attempt(StepRecord step, const StepOutcome& outcome, int most_retries, Time now,
                         double jitter) {
  Applying applying(std::move(step), most_retries, now, jitter);
  std::visit(applying, outcome);
  return std::move(applying).result();
}

Transition mark_stuck(StepRecord step, Time now) {
  Transition result{std::move(step), {}};
  if (result.step.stuck) return result;
  result.step.stuck = true;
  const Time since = result.step.progress_at.value_or(now);
  const std::string because =
      result.step.because.empty() ? "its attempt has not returned" : result.step.because;
  result.events.push_back(
      step_event(result.step, "step.stuck",
                 fmt::format("stuck{}: no progress since {}: {}", naming_node(result.step),
                             to_rfc3339(since), because),
                 now, {{"since", to_rfc3339(since)}, {"because", because}}));
  return result;
}

Time stuck_at(const StepRecord& step) {
  return step.progress_at.value_or(Time::max() - step.planned.deadline) + step.planned.deadline;
}

Millis backoff(int failures, double jitter) {
  const int doublings = std::clamp(failures - 1, 0, 16);
  const Millis full = std::min<Millis>(kShortestBackoff * (1LL << doublings), kLongestBackoff);
  const Millis half = full / 2;
  return std::max(
      kShortestBackoff,
      half + Millis{static_cast<long long>(static_cast<double>(half.count()) * jitter)});
}

const std::string& title_of(const StepRecord& step) {
  return step.planned.title.empty() ? step.planned.key : step.planned.title;
}

Event step_event(const StepRecord& step, std::string type, const std::string& text, Time now,
                 Json data) {
  Event event;
  event.operation_id = step.operation_id;
  event.step_id = step.id;
  event.step_key = step.planned.key;
  event.type = std::move(type);
  event.message = redact(fmt::format("{}: {}", title_of(step), text));
  event.data = std::move(data);
  event.at = now;
  return event;
}

Event operation_event(const Operation& operation, std::string type, const std::string& message,
                      Time now, Json data) {
  Event event;
  event.operation_id = operation.id;
  event.actor = operation.actor;
  event.type = std::move(type);
  event.message = redact(message);
  event.data = std::move(data);
  event.at = now;
  return event;
}

}  // namespace ashlar::engine
