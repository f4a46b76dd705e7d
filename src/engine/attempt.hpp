#pragma once
// One attempt of one step: from a lease to an outcome.

#include <atomic>
#include <memory>
#include <optional>

#include "engine/kind.hpp"
#include "engine/ledger.hpp"
#include "engine/observer.hpp"
#include "store/store.hpp"

namespace ashlar::engine {

/// What the dispatcher hands to a worker: the step as leased, the operation as it was then.
struct Attempt {
  StepRecord step;
  Operation operation;
  std::shared_ptr<const std::atomic<bool>> cancelling;
};

/// What the worker hands back.
struct Finished {
  StepRecord step;  // as leased: owner and number of the attempt tell whether it still counts
  std::string kind;
  StepOutcome outcome;
  int most_retries = 0;
  std::optional<Json> status;  // observed after the operation's last step
};

/// What attempts work with; outlives them. Thread-safe.
struct AttemptTools {
  store::Store& store;
  Ledger& ledger;
  Observer& observer;
  const KindRegistry& kinds;
  const Clock& clock;
  const std::atomic<bool>& server_stops;
};

/// Runs the step (or its undo) and never throws: rate limits, unreachable peers and time-outs
/// become Retry, every other exception Fail.
Finished run_attempt(const AttemptTools& tools, const Attempt& attempt);

}  // namespace ashlar::engine
