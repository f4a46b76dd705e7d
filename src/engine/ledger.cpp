#include "engine/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/before.hpp"

namespace ashlar::engine {
namespace {

/// A healing beside a failed change leaves that to its person: to be retried, or cancelled.
void give_way(const Operation& over, Resource& resource) {
  if (over.beside.empty() || resource.current_operation_id != over.id) return;
  resource.current_operation_id = over.beside;
  resource.state = over.state_before;
}

}  // namespace

Ledger::Ledger(store::Store& store, const KindRegistry& kinds, const Clock& clock,
               std::function<void(long long)> after_transition)
    : store_(store), kinds_(kinds), clock_(clock), after_transition_(std::move(after_transition)) {}

void Ledger::commit(const std::function<void(Session&)>& body) {
  tell(std::max(1, transact(body)));
}

void Ledger::commit_if_any(const std::function<void(Session&)>& body) {
  tell(transact(body));
}

void Ledger::write(const std::function<void(store::Transaction&)>& body) {
  store_.write(body);
  tell(1);
}

int Ledger::transact(const std::function<void(Session&)>& body) {
  const std::lock_guard lock(mutex_);
  int transitions = 0;
  std::vector<std::string> touched;
  try {
    store_.write([&](store::Transaction& tx) {
      Session session(*this, tx, clock_.now());
      // Names are noted also when the body throws: what it changed in memory must be forgotten.
      const auto note = [&] {
        for (const auto& [id, run] : session.touched_) touched.push_back(id);
      };
      try {
        body(session);
      } catch (...) {
        note();
        throw;
      }
      note();
      session.flush();
      transitions = session.transitions_;
    });
  } catch (...) {
    for (const std::string& id : touched) runs_.erase(id);
    throw;
  }
  for (const std::string& id : touched)
    if (const auto run = runs_.find(id);
        run != runs_.end() && is_final(run->second->operation().state))
      runs_.erase(run);
  return transitions;
}

void Ledger::tell(int transitions) {
  for (; transitions > 0; --transitions) {
    const long long number = ++transitions_;
    if (after_transition_) after_transition_(number);
  }
}

std::unique_ptr<Run> Ledger::load(store::Transaction& tx, const std::string& operation_id) const {
  std::optional<Operation> operation = tx.operation(operation_id);
  if (!operation)
    throw Error(ErrorCode::kNotFound, fmt::format("there is no operation {}", operation_id));
  const auto traits_of = [this, kind = operation->kind](const std::string& type) -> StepTraits {
    const Kind* owner = kinds_.find(kind);
    if (!owner) return {};  // its attempt will say that this version has no such kind
    const auto found = std::ranges::find(owner->steps, type, &StepType::name);
    if (found == owner->steps.end()) return {};
    return {static_cast<bool>(found->undo), found->irreversible};
  };
  return std::make_unique<Run>(*std::move(operation), tx.steps(operation_id), traits_of);
}

Run& Ledger::Session::run(const std::string& operation_id) {
  std::unique_ptr<Run>& run = ledger_.runs_[operation_id];
  if (!run) {
    try {
      run = ledger_.load(tx_, operation_id);
    } catch (...) {
      ledger_.runs_.erase(operation_id);
      throw;
    }
  }
  touched_[operation_id] = run.get();
  return *run;
}

std::optional<StepRecord> Ledger::Session::fresh(const std::string& step_id) {
  flush();  // what is noted but not yet stored must not be overwritten by what is stored
  std::optional<StepRecord> stored = tx_.step(step_id);
  if (stored) run(stored->operation_id).adopt(*stored);
  return stored;
}

Run& Ledger::Session::run_of_leased(const StepRecord& leased) {
  Run& found = run(leased.operation_id);
  found.adopt(leased);
  return found;
}

Run& Ledger::Session::run_with_fresh_leases(const std::string& operation_id) {
  Run& found = run(operation_id);
  std::vector<std::string> leased;
  for (const StepRecord& step : found.steps())
    if (!step.lease_owner.empty()) leased.push_back(step.id);
  for (const std::string& id : leased) fresh(id);
  return found;
}

void Ledger::Session::flush() {
  for (const auto& [id, run] : touched_) write_changes(*run);
}

void Ledger::Session::write_changes(Run& run) {
  const Run::Changes changes = run.take_changes();
  for (const StepRecord* step : changes.steps) tx_.update_step(*step);
  if (changes.operation) tx_.update_operation(run.operation());
  // Before the run's own events: the last of an operation says how it ended.
  if (changes.restores) restore_what_was_before(tx_, run.operation(), now_);
  for (const Event& event : changes.events) tx_.append_event(event);
  if (changes.operation && run.operation().state == OperationState::kSucceeded)
    forget_what_was_before(tx_, run.operation());
  const bool gives_way = changes.operation && is_final(run.operation().state);
  if (!changes.resource_state && !gives_way) return;

  std::optional<Resource> resource = tx_.resource(run.operation().resource_id);
  if (!resource) return;
  if (changes.resource_state) resource->state = *changes.resource_state;
  if (gives_way) give_way(run.operation(), *resource);
  resource->updated_at = now_;
  tx_.update_resource(*resource);
  if (resource->state == ResourceState::kDeleted)
    tx_.remove_secrets(resource->organization_id, resource->id);
}

/// Without a transaction for an operation that is under way, as those are whose steps ask.
void Ledger::look_at(const std::string& operation_id, const std::function<void(const Run&)>& look) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto run = runs_.find(operation_id); run != runs_.end()) return look(*run->second);
  }
  transact([&](Session& session) { look(session.run(operation_id)); });
}

Json Ledger::output_of(const std::string& operation_id, const std::string& key) {
  Json outputs;
  look_at(operation_id, [&](const Run& run) {
    const StepRecord* step = run.find_key(key);
    const bool finished =
        step && (step->state == StepState::kDone || step->state == StepState::kUndoing ||
                 step->state == StepState::kUndone);
    if (!finished)
      throw Error(ErrorCode::kInternal,
                  fmt::format("the outputs of step '{}' are read before it is done", key),
                  "the plan lacks a dependency");
    outputs = step->outputs;
  });
  return outputs;
}

bool Ledger::is_done(const std::string& operation_id, const std::string& key) {
  bool done = false;
  look_at(operation_id, [&](const Run& run) {
    const StepRecord* step = run.find_key(key);
    if (step == nullptr)
      throw Error(ErrorCode::kInternal, fmt::format("the plan has no step '{}'", key));
    done = step->state == StepState::kDone;
  });
  return done;
}

bool Ledger::is_last(const std::string& operation_id, const std::string& step_id) {
  const std::lock_guard lock(mutex_);
  const auto run = runs_.find(operation_id);
  return run != runs_.end() && run->second->is_last(step_id);
}

}  // namespace ashlar::engine
