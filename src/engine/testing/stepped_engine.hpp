#pragma once
// The engine without threads: what is due is leased, and the attempts run one after the other in
// an order that the caller chooses. Together with a manual clock, a run depends on its seed alone.
// What it shares with the real engine: acceptor, ledger, runs, leases, attempts and their outcomes.
// What it leaves out: the scheduler's threads, renewal of leases, and observation of results.

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/accept.hpp"
#include "engine/attempt.hpp"
#include "engine/ledger.hpp"
#include "engine/observer.hpp"

namespace ashlar::engine::testing {

/// Not thread-safe. Destroying it and making another over the same store is a crash and a restart:
/// nothing but the store outlives it.
class SteppedEngine {
 public:
  struct Choices {
    std::function<void(std::vector<Attempt>&)> order;  // of attempts that were leased together
    std::function<double()> jitter;                    // 0 to 1
    /// True when the process died during the last attempt: its outcome is never written down.
    std::function<bool()> died;
  };

  SteppedEngine(store::Store& store, const KindRegistry& kinds, const Clock& clock,
                std::string owner, Choices choices)
      : store_(store),
        clock_(clock),
        owner_(std::move(owner)),
        choices_(std::move(choices)),
        ledger_(store, kinds, clock, {}),
        observer_(store, ledger_, kinds, clock),
        acceptor_(store, ledger_, observer_, kinds, clock),
        tools_{store, ledger_, observer_, kinds, clock, stopping_} {
    ledger_.commit_if_any([&](Ledger::Session& session) {
      if (session.tx().void_other_leases(owner_) > 0) session.count();
      for (const std::string& id : session.tx().unfinished_operations())
        session.run(id).resume(session.now());
    });
  }

  Acceptor& acceptor() { return acceptor_; }

  Observer& observer() { return observer_; }
  /// When the next step is due; nullopt: none will be by itself.
  std::optional<Time> next_due() {
    std::optional<Time> due;
    store_.write([&](store::Transaction& tx) { due = tx.next_due(); });
    return due;
  }

  void cancel(const std::string& operation) { steer(operation, &Run::cancel); }
  void retry(const std::string& operation) { steer(operation, &Run::retry); }

  enum class Round { kIdle, kWorked, kDied };
  /// Runs what is due now, at most `most` attempts. After kDied it must be thrown away.
  Round round(int most) {
    std::vector<Attempt> attempts = lease(most);
    if (attempts.empty()) return Round::kIdle;
    choices_.order(attempts);
    for (const Attempt& attempt : attempts) {
      const Finished finished = run_attempt(tools_, attempt);
      if (choices_.died()) return Round::kDied;
      write_down(finished);
    }
    return Round::kWorked;
  }

 private:
  static constexpr Millis kLease{60'000};

  void steer(const std::string& operation, void (Run::*change)(const Actor&, Time)) {
    static const Actor somebody{.type = ActorType::kToken, .id = "tok_1", .name = "test"};
    ledger_.commit([&](Ledger::Session& session) {
      (session.run_with_fresh_leases(operation).*change)(somebody, session.now());
    });
  }

  std::vector<Attempt> lease(int most) {
    std::vector<Attempt> attempts;
    ledger_.commit_if_any([&](Ledger::Session& session) {
      const Time now = session.now();
      for (StepRecord& step : session.tx().lease_due_steps(owner_, now, now + kLease, most)) {
        Run& run = session.run_of_leased(step);
        run.attempt_begins(step.id, now);
        session.count();
        attempts.push_back({std::move(step), run.operation(), run.cancelling()});
      }
    });
    return attempts;
  }

  void write_down(const Finished& finished) {
    ledger_.commit_if_any([&](Ledger::Session& session) {
      const std::optional<StepRecord> stored = session.fresh(finished.step.id);
      if (!stored || stored->lease_owner != owner_ || stored->attempts != finished.step.attempts)
        return;
      session.run(stored->operation_id)
          .attempt_ends(stored->id, finished.outcome, finished.most_retries, session.now(),
                        choices_.jitter());
      session.count();
    });
  }

  store::Store& store_;
  const Clock& clock_;
  const std::string owner_;
  const Choices choices_;
  const std::atomic<bool> stopping_{false};
  Ledger ledger_;
  Observer observer_;
  Acceptor acceptor_;
  AttemptTools tools_;
};

}  // namespace ashlar::engine::testing
