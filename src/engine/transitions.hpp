#pragma once
// What an attempt's outcome makes of its step. Pure: (step, outcome, now) -> (step, events).

#include <vector>

#include "base/clock.hpp"
#include "engine/step.hpp"
#include "model/operation.hpp"

namespace ashlar::engine {

inline constexpr Millis kShortestBackoff{500};
inline constexpr Millis kLongestBackoff{30'000};

struct Transition {
  StepRecord step;
  std::vector<Event> events;
};

/// The step after an attempt, forward (`running`) or undoing (`undoing`), its lease given back.
/// `jitter` in [0, 1) spreads the pauses of retries.
///  - Done: done (undone), `outputs` stored.
///  - Wait: waiting (undoing) until the pause is over; `attempts` starts again.
///  - Retry: waiting (undoing) for a growing pause; after `most_retries` of them in a row, as Fail.
///  - Fail: failed; an undo that failed stays undoing, with `finished_at` set, so that it is not
///  due.
/// Without progress for `deadline` the step is stuck but goes on; for twice that, it fails.
Transition after_attempt(StepRecord step, const StepOutcome& outcome, int most_retries, Time now,
                         double jitter);

/// Marks a step stuck whose attempt is still running; says so once.
Transition mark_stuck(StepRecord step, Time now);

/// When the step becomes stuck unless something moves.
Time stuck_at(const StepRecord& step);

/// Between half and all of 500 ms, 1 s, 2 s, ... 30 s, never below 500 ms. `failures` >= 1.
Millis backoff(int failures, double jitter);

/// "Install packages on master-1", or the key when the plan has no title.
const std::string& title_of(const StepRecord& step);

/// An event about a step, or about the whole operation. Redacted; numbered when it is stored. One
/// about a step has no actor yet, since a step does not know its operation's.
Event step_event(const StepRecord& step, std::string type, const std::string& text, Time now,
                 Json data = Json::object());
Event operation_event(const Operation& operation, std::string type, const std::string& message,
                      Time now, Json data = Json::object());

}  // namespace ashlar::engine
