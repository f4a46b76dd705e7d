// The engine's hot path: leasing, stepping, events.
#include <fmt/format.h>

#include "store/records.hpp"
#include "store/sql_transaction.hpp"

namespace ashlar::store {
namespace {

// Begins word for word with the condition of the index steps_due, without which SQLite would read
// every step that was ever stored.
constexpr std::string_view kUnfinished =
    "state IN ('ready', 'running', 'waiting', 'undoing') AND finished_at IS NULL";

// Nobody holds the step, and its operation wants it: to be done, or to be undone.
constexpr std::string_view kFreeAndWanted =
    "lease_until IS NULL AND EXISTS (SELECT 1 FROM operations "
    "WHERE operations.id = steps.operation_id AND ("
    "(steps.state IN ('ready', 'waiting') AND operations.state IN ('pending', 'running')) OR "
    "(steps.state = 'undoing' AND operations.state = 'cancelling')))";

void begin_attempt(StepRecord& step, const std::string& owner, Time now, Time until) {
  if (step.state != StepState::kUndoing) step.state = StepState::kRunning;
  ++step.attempts;
  step.not_before.reset();
  if (!step.started_at) step.started_at = now;
  if (!step.progress_at) step.progress_at = now;
  step.lease_owner = owner;
  step.lease_until = until;
}

}  // namespace

std::vector<StepRecord> SqlTransaction::steps(const std::string& operation_id) {
  static const std::string sql =
      select<StepRecord>("WHERE operation_id = :operation_id ORDER BY position");
  return all_rows<StepRecord>(connection_, sql, operation_id);
}

std::optional<StepRecord> SqlTransaction::step(const std::string& id) {
  static const std::string sql = select<StepRecord>("WHERE id = :id");
  return one_row<StepRecord>(connection_, sql, id);
}

void SqlTransaction::update_step(const StepRecord& step) {
  static const std::string sql =
      fmt::format("UPDATE steps SET {} WHERE id = :id", state_assignments<StepRecord>());
  Statement& statement = connection_.statement(sql);
  visit_state(PutVisitor{statement}, step);
  put(statement, step.id);
  if (statement.run() != 1)
    throw Error(ErrorCode::kNotFound, fmt::format("no step {} is stored", step.id));
}

std::vector<StepRecord> SqlTransaction::lease_due_steps(const std::string& owner, Time now,
                                                        Time until, int limit) {
  static const std::string sql = select<StepRecord>(
      fmt::format("WHERE {} AND (not_before IS NULL OR not_before <= :now) "
                  "AND ((state IN ('running', 'undoing') AND lease_until <= :lease_now) OR ({})) "
                  "ORDER BY COALESCE(not_before, 0), operation_id, position LIMIT :most",
                  kUnfinished, kFreeAndWanted));
  auto due = all_rows<StepRecord>(connection_, sql, now, now, limit);
  for (StepRecord& step : due) {
    begin_attempt(step, owner, now, until);
    update_step(step);
  }
  return due;
}

std::optional<Time> SqlTransaction::next_due() {
  static const std::string sql = fmt::format(
      "SELECT COALESCE(not_before, 0) AS due FROM steps WHERE {} AND {} "
      "ORDER BY due LIMIT 1",
      kUnfinished, kFreeAndWanted);
  return one_row<Time>(connection_, sql);
}

int SqlTransaction::renew_leases(const std::string& owner, Time until) {
  return static_cast<int>(change(connection_,
                                 "UPDATE steps SET lease_until = :lease_until "
                                 "WHERE state IN ('ready', 'running', 'waiting', 'undoing') "
                                 "AND lease_owner = :owner AND lease_until IS NOT NULL",
                                 until, owner));
}

// A running step without any owner cannot be, but if it were, nobody would ever continue it.
int SqlTransaction::void_other_leases(const std::string& owner) {
  return static_cast<int>(
      change(connection_,
             "UPDATE steps SET lease_owner = '', lease_until = NULL, "
             "not_before = CASE WHEN state = 'running' THEN NULL ELSE not_before END, "
             "state = CASE WHEN state = 'running' THEN 'ready' ELSE state END "
             "WHERE state IN ('ready', 'running', 'waiting', 'undoing') "
             "AND lease_owner <> :owner AND (lease_owner <> '' OR state = 'running')",
             owner));
}

void SqlTransaction::append_event(Event event) {
  event.number = *one_row<long long>(
      connection_,
      "SELECT COALESCE(MAX(number), 0) + 1 FROM events WHERE operation_id = :operation_id",
      event.operation_id);
  insert(connection_, event);
  new_events_[event.operation_id] = event.number;
}

}  // namespace ashlar::store
