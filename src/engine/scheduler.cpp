#include "engine/scheduler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/id.hpp"
#include "base/log.hpp"
#include "engine/health.hpp"

namespace ashlar::engine {
namespace {

constexpr Millis kPauseWhenStoreIsUnwell{1'000};

/// The store could write nothing at all: says nothing about what it was given to write.
bool is_unwell(const Error& error) {
  return error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout;
}

}  // namespace

Scheduler::Scheduler(store::Store& store, Ledger& ledger, Observer& observer,
                     const KindRegistry& kinds, const Clock& clock, const EngineOptions& options)
    : store_(store),
      ledger_(ledger),
      observer_(observer),
      kinds_(kinds),
      clock_(clock),
      options_(options),
      tools_{store, ledger, observer, kinds, clock, stopping_},
      random_(std::random_device{}()) {}

Scheduler::~Scheduler() {
  stop();
}

void Scheduler::start() {
  if (dispatcher_.joinable()) return;
  owner_ = new_id("eng");
  stopping_ = false;
  workers_end_ = false;
  renewed_at_ = clock_.now();
  resume();
  for (unsigned i = 0; i < std::max(1U, options_.workers); ++i)
    workers_.emplace_back([this] { work(); });
  dispatcher_ = std::thread([this] { dispatch(); });
}

/// Another process may have died at any point: free what it held, and let every operation look
/// whether it can go on (an undo may wait for an attempt that will never return).
void Scheduler::resume() {
  ledger_.commit_if_any([&](Ledger::Session& session) {
    const int freed = session.tx().void_other_leases(owner_);
    if (freed > 0) {
      session.count();
      log::info("resuming {} step{} that were under way", freed, freed == 1 ? "" : "s");
    }
    for (const std::string& id : session.tx().unfinished_operations())
      session.run(id).resume(session.now());
  });
}

void Scheduler::stop() {
  if (!dispatcher_.joinable()) return;
  stopping_ = true;
  notify();
  dispatcher_.join();
  {
    const std::lock_guard lock(mutex_);
    workers_end_ = true;
  }
  to_workers_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
}

void Scheduler::notify() {
  {
    const std::lock_guard lock(mutex_);
    notified_ = true;
  }
  to_dispatcher_.notify_one();
}

void Scheduler::dispatch() {
  std::vector<Finished> finished;
  do {
    round(std::move(finished));
    finished.clear();
  } while (sleep(finished));
}

/// One transaction: what came back is written down, and what is due is leased. The dependents of a
/// step that is done are thereby handed out with the commit that made them ready.
void Scheduler::round(std::vector<Finished> finished) {
  std::vector<Attempt> attempts;
  to_refresh_.clear();
  try {
    ledger_.commit_if_any([&](Ledger::Session& session) {
      renew(session);
      for (const Finished& result : finished) write_down(session, result);
      tell_stuck(session);
      session.flush();
      attempts = lease(session);
      session.flush();
      next_due_ = session.tx().next_due();
    });
    store_unwell_ = false;
  } catch (const std::exception& error) {
    log::error("writing down {} results and leasing: {}", finished.size(), error.what());
    store_unwell_ = true;
    return write_down_one_by_one(finished);
  }
  for (const Finished& result : finished) land(result);
  refresh_later();
  hand_out(std::move(attempts));
}

/// Either one result cannot be stored, then its step fails and says so, or the store is unwell,
/// then all results are kept until it is well again. Which of the two it is, the error says: that
/// the failure could be stored a moment later proves nothing, the store may just have recovered.
void Scheduler::write_down_one_by_one(const std::vector<Finished>& finished) {
  for (const Finished& result : finished) {
    const std::optional<Error> why = try_to_write_down(result);
    if (!why) continue;
    if (!is_unwell(*why)) {
      Finished failure = result;
      failure.outcome = Fail{
          Error(ErrorCode::kInternal, fmt::format("its result cannot be stored: {}", why->what()))};
      failure.status.reset();
      if (!try_to_write_down(failure)) continue;
    }
    const std::lock_guard lock(mutex_);
    inbox_.push_back(result);
  }
}

std::optional<Error> Scheduler::try_to_write_down(const Finished& finished) {
  to_refresh_.clear();
  try {
    ledger_.commit([&](Ledger::Session& session) { write_down(session, finished); });
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return Error(ErrorCode::kInternal, error.what());
  }
  land(finished);
  refresh_later();
  return std::nullopt;
}

void Scheduler::write_down(Ledger::Session& session, const Finished& finished) {
  const StepRecord& leased = finished.step;
  const std::optional<StepRecord> stored = session.fresh(leased.id);
  // An attempt whose lease was lost may have been repeated by someone else: it does not count.
  if (!stored || stored->lease_owner != owner_ || stored->attempts != leased.attempts) {
    log::warning("{}: the lease of step {} was lost, its result is dropped", leased.operation_id,
                 leased.planned.key);
    return;
  }
  Run& run = session.run(stored->operation_id);
  run.attempt_ends(leased.id, finished.outcome, finished.most_retries, session.now(), jitter());
  session.count();
  observe_when_over(session, run.operation(), finished);
}

/// What succeeded was observed by its last attempt, if there was one last; what was cancelled is
/// looked at afterwards, since only then the earlier spec and secrets count again. What failed is
/// looked at too: much of it may work.
void Scheduler::observe_when_over(Ledger::Session& session, const Operation& operation,
                                  const Finished& finished) {
  if (operation.action == "delete") return;
  if (operation.state == OperationState::kCancelled || operation.state == OperationState::kFailed)
    return to_refresh_.push_back(operation);
  if (operation.state != OperationState::kSucceeded) return;
  if (!finished.status) return to_refresh_.push_back(operation);
  session.flush();  // the state that success gives comes first
  std::optional<Resource> resource = session.tx().resource(operation.resource_id);
  if (!resource) return;
  resource->status = *finished.status;
  if (is_switched_off(resource->status)) resource->state = ResourceState::kStopped;
  session.tx().update_resource(*resource);
}

void Scheduler::land(const Finished& finished) {
  in_flight_.erase(finished.step.id);
  running_ = static_cast<int>(in_flight_.size());
  if (std::holds_alternative<Done>(finished.outcome)) ++done_;
  if (std::holds_alternative<Fail>(finished.outcome)) ++failed_;
  if (std::holds_alternative<Retry>(finished.outcome)) ++retried_;
}

/// Before anything is leased in the same transaction: even after the clock jumped (the machine
/// slept), no step that still runs here counts as abandoned.
void Scheduler::renew(Ledger::Session& session) {
  const Time now = session.now();
  if (in_flight_.empty() || now < *renewed_at_ + options_.lease / 3) return;
  session.tx().renew_leases(owner_, now + options_.lease);
  renewed_at_ = now;
}

/// An attempt that does not return cannot be ended from outside, but it can be shown.
void Scheduler::tell_stuck(Ledger::Session& session) {
  for (auto& [step_id, flight] : in_flight_) {
    if (session.now() < flight.becomes_stuck) continue;
    const std::optional<StepRecord> stored = session.fresh(step_id);
    if (!stored || stored->lease_owner != owner_ || session.now() < stuck_at(*stored)) {
      flight.becomes_stuck = stored ? stuck_at(*stored) : Time::max();
      continue;
    }
    flight.becomes_stuck = session.now() + std::max(stored->planned.deadline, Millis{1'000});
    session.run(stored->operation_id).mark_step_stuck(step_id, session.now());
    session.count();
  }
}

std::vector<Attempt> Scheduler::lease(Ledger::Session& session) {
  std::vector<Attempt> attempts;
  const int free =
      static_cast<int>(std::max(1U, options_.workers)) - static_cast<int>(in_flight_.size());
  if (stopping_ || free <= 0) return attempts;
  const Time now = session.now();
  for (StepRecord& step : session.tx().lease_due_steps(owner_, now, now + options_.lease, free)) {
    Run& run = session.run_of_leased(step);
    run.attempt_begins(step.id, now);
    session.count();
    attempts.push_back({std::move(step), run.operation(), run.cancelling()});
  }
  return attempts;
}

void Scheduler::hand_out(std::vector<Attempt> attempts) {
  if (attempts.empty()) return;
  for (const Attempt& attempt : attempts)
    in_flight_[attempt.step.id] = {attempt.operation.id, stuck_at(attempt.step)};
  running_ = static_cast<int>(in_flight_.size());
  {
    const std::lock_guard lock(mutex_);
    for (Attempt& attempt : attempts)
      jobs_.emplace_back([this, attempt = std::move(attempt)] {
        Finished finished = run_attempt(tools_, attempt);
        {
          const std::lock_guard inbox_lock(mutex_);
          inbox_.push_back(std::move(finished));
        }
        to_dispatcher_.notify_one();
      });
  }
  // Not all: most of the workers would only find that others were quicker.
  for (size_t i = 0; i < attempts.size(); ++i) to_workers_.notify_one();
}

void Scheduler::refresh_later() {
  const std::lock_guard lock(mutex_);
  for (const Operation& operation : to_refresh_) {
    jobs_.emplace_back([this, operation] {
      try {
        observer_.refresh(operation.organization_id, operation.resource_id);
      } catch (const Error& error) {
        // What made the resource was cancelled: there is nothing to look at any more.
        if (error.code() != ErrorCode::kNotFound) log::warning("{}", error.what());
      } catch (const std::exception& error) {
        log::warning("{}", error.what());
      }
    });
    to_workers_.notify_one();
  }
  to_refresh_.clear();
}

/// Waits for results, a notification or the next due step. False: stopped, and nothing is under
/// way.
bool Scheduler::sleep(std::vector<Finished>& finished) {
  std::unique_lock lock(mutex_);
  if (stopping_ && in_flight_.empty() && inbox_.empty()) return false;
  const auto woken = [this] { return !store_unwell_ && (!inbox_.empty() || notified_); };
  to_dispatcher_.wait_for(lock, time_to_sleep(), woken);
  notified_ = false;
  finished.swap(inbox_);
  return !(stopping_ && in_flight_.empty() && finished.empty());
}

Millis Scheduler::time_to_sleep() const {
  if (store_unwell_) return kPauseWhenStoreIsUnwell;
  const Time now = clock_.now();
  Time until = now + options_.longest_sleep;
  if (!stopping_ && next_due_ && in_flight_.size() < std::max(1U, options_.workers))
    until = std::min(until, *next_due_);
  if (!in_flight_.empty()) until = std::min(until, *renewed_at_ + options_.lease / 3);
  for (const auto& [step_id, flight] : in_flight_) until = std::min(until, flight.becomes_stuck);
  return std::max(until - now, Millis{0});
}

void Scheduler::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    to_workers_.wait(lock, [this] { return workers_end_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

double Scheduler::jitter() {
  return std::uniform_real_distribution<double>(0, 1)(random_);
}

Engine::Counters Scheduler::counters() const {
  return {ledger_.transitions(), done_, failed_, retried_, running_, 0, 0, 0, 0};
}

}  // namespace ashlar::engine
