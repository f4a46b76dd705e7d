#include "tests/sim/memory_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ashlar::sim {
namespace {

template <class Map, class Key>
auto found_in(const Map& map, const Key& key) -> std::optional<typename Map::mapped_type> {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

[[noreturn]] void missing(const char* what, const std::string& id) {
  throw Error(ErrorCode::kNotFound, fmt::format("no {} {} is stored", what, id));
}

bool is_unfinished(const Operation& operation) {
  return !is_final(operation.state);
}

/// The rule of store::Transaction's contract, but for when it is due.
bool is_wanted(const StepRecord& step, const Operation& operation) {
  if (step.finished_at || step.lease_until) return false;
  if (step.state == StepState::kUndoing) return operation.state == OperationState::kCancelling;
  const bool ready = step.state == StepState::kReady || step.state == StepState::kWaiting;
  return ready && (operation.state == OperationState::kPending ||
                   operation.state == OperationState::kRunning);
}

bool lease_ran_out(const StepRecord& step, Time now) {
  const bool leased = step.state == StepState::kRunning || step.state == StepState::kUndoing;
  return leased && !step.finished_at && step.lease_until && *step.lease_until <= now;
}

}  // namespace

/// One transaction: what it changes is noted, so that it can be put back.
class MemoryStore::Writing final : public store::Transaction {
 public:
  explicit Writing(MemoryStore& store) : store_(store) {}

  void roll_back() {
    for (auto undo = undos_.rbegin(); undo != undos_.rend(); ++undo) (*undo)();
  }

  void insert_resource(const Resource& resource) override {
    if (resource_by_name(resource.organization_id, resource.kind, resource.name))
      throw Error(ErrorCode::kConflict, "there already is a resource named " + resource.name);
    set(store_.resources_, resource.id, resource);
  }
  void update_resource(const Resource& resource) override {
    if (!store_.resources_.contains(resource.id)) missing("resource", resource.id);
    set(store_.resources_, resource.id, resource);
  }
  /// Nobody in a simulation looks at curves.
  void append_sample(const std::string& resource_id, const store::Sample&) override {
    if (!store_.resources_.contains(resource_id)) missing("resource", resource_id);
  }
  std::optional<Resource> resource(const std::string& id) override {
    return found_in(store_.resources_, id);
  }
  std::optional<Resource> resource_by_name(const std::string& organization, const std::string& kind,
                                           const std::string& name) override {
    return store_.find_resource_by_name(organization, kind, name);
  }

  void put_machine(const Machine& machine) override {
    set(store_.machines_, MachinePlace{machine.resource_id, machine.node}, machine);
  }
  void remove_machine(const std::string& resource, const std::string& node) override {
    erase(store_.machines_, MachinePlace{resource, node});
  }
  std::vector<Machine> machines(const std::string& resource) override {
    return store_.list_machines("", resource);
  }

  void insert_operation(const Operation& operation, const std::vector<StepRecord>& steps,
                        const std::string&) override {
    for (const auto& [id, other] : store_.operations_)
      if (other.resource_id == operation.resource_id && is_unfinished(other))
        throw Error(ErrorCode::kConflict, fmt::format("operation {} is under way", id));
    set(store_.operations_, operation.id, operation);
    set(store_.steps_, operation.id, steps);
    for (size_t i = 0; i < steps.size(); ++i)
      set(store_.step_places_, steps[i].id, std::pair{operation.id, i});
  }
  std::optional<Operation> operation(const std::string& id) override {
    return found_in(store_.operations_, id);
  }
  std::optional<std::string> operation_by_idempotency_key(const std::string&,
                                                          const std::string&) override {
    unexpected("operation_by_idempotency_key");
  }
  std::optional<store::StoredAnswer> find_answer(const std::string&, const std::string&) override {
    unexpected("find_answer");
  }
  void put_answer(const std::string&, const std::string&, const store::StoredAnswer&,
                  Time) override {
    unexpected("put_answer");
  }
  void update_operation(const Operation& operation) override {
    if (!store_.operations_.contains(operation.id)) missing("operation", operation.id);
    set(store_.operations_, operation.id, operation);
  }
  std::vector<std::string> unfinished_operations() override {
    std::vector<const Operation*> found;
    for (const auto& [id, operation] : store_.operations_)
      if (is_unfinished(operation)) found.push_back(&operation);
    std::ranges::stable_sort(found, {}, &Operation::created_at);
    std::vector<std::string> ids;
    for (const Operation* operation : found) ids.push_back(operation->id);
    return ids;
  }
  std::vector<StepRecord> steps(const std::string& operation) override {
    return store_.list_steps(operation);
  }
  std::optional<StepRecord> step(const std::string& id) override {
    const auto place = store_.step_places_.find(id);
    if (place == store_.step_places_.end()) return std::nullopt;
    return store_.steps_.at(place->second.first).at(place->second.second);
  }
  void update_step(const StepRecord& step) override {
    const auto place = store_.step_places_.find(step.id);
    if (place == store_.step_places_.end()) missing("step", step.id);
    StepRecord& stored = store_.steps_.at(place->second.first).at(place->second.second);
    undos_.push_back([&stored, before = std::exchange(stored, step)] { stored = before; });
  }

  std::vector<StepRecord> lease_due_steps(const std::string& owner, Time now, Time until,
                                          int limit) override {
    std::vector<StepRecord> due;
    for (const auto& [id, operation] : store_.operations_) {
      if (!is_unfinished(operation)) continue;
      for (const StepRecord& step : store_.steps_.at(id)) {
        if (step.not_before && *step.not_before > now) continue;
        if (is_wanted(step, operation) || lease_ran_out(step, now)) due.push_back(step);
      }
    }
    std::ranges::stable_sort(
        due, {}, [](const StepRecord& step) { return step.not_before.value_or(Time{}); });
    if (due.size() > static_cast<size_t>(limit)) due.resize(static_cast<size_t>(limit));
    for (StepRecord& step : due) {
      if (step.state != StepState::kUndoing) step.state = StepState::kRunning;
      ++step.attempts;
      step.not_before.reset();
      if (!step.started_at) step.started_at = now;
      if (!step.progress_at) step.progress_at = now;
      step.lease_owner = owner;
      step.lease_until = until;
      update_step(step);
    }
    return due;
  }
  std::optional<Time> next_due() override {
    std::optional<Time> earliest;
    for (const auto& [id, operation] : store_.operations_) {
      if (!is_unfinished(operation)) continue;
      for (const StepRecord& step : store_.steps_.at(id)) {
        const Time due = step.not_before.value_or(Time{});
        if (is_wanted(step, operation) && (!earliest || due < *earliest)) earliest = due;
      }
    }
    return earliest;
  }
  int renew_leases(const std::string&, Time) override { unexpected("renew_leases"); }
  int void_other_leases(const std::string& owner) override {
    int count = 0;
    for (const auto& [id, operation] : store_.operations_) {
      if (!is_unfinished(operation)) continue;
      for (StepRecord step : store_.steps_.at(id)) {
        const bool leased = step.state == StepState::kRunning || !step.lease_owner.empty();
        if (!leased || step.lease_owner == owner) continue;
        if (step.state == StepState::kRunning) {
          step.state = StepState::kReady;
          step.not_before.reset();
        }
        step.lease_owner.clear();
        step.lease_until.reset();
        update_step(step);
        ++count;
      }
    }
    return count;
  }

  void append_event(Event event) override {
    auto& events = store_.events_[event.operation_id];
    event.number = static_cast<long long>(events.size()) + 1;
    event.message = redact(event.message);
    events.push_back(std::move(event));
    undos_.push_back([&events] { events.pop_back(); });
  }

  void append_output(OutputPiece piece) override {
    set(store_.output_positions_, std::pair{piece.step_id, piece.source}, piece.source_end);
  }

  void put_secret(const std::string& organization, const std::string& owner,
                  const std::string& name, const Secret& value, bool keep_existing) override {
    register_secret(value.reveal());
    const SecretPlace place{organization, owner, name};
    if (!keep_existing || !store_.secrets_.contains(place)) set(store_.secrets_, place, value);
  }
  std::optional<Secret> secret(const std::string& organization, const std::string& owner,
                               const std::string& name) override {
    return store_.find_secret(organization, owner, name);
  }
  void remove_secret(const std::string& organization, const std::string& owner,
                     const std::string& name) override {
    erase(store_.secrets_, SecretPlace{organization, owner, name});
  }
  void remove_secrets(const std::string& organization, const std::string& owner) override {
    std::vector<SecretPlace> places;
    for (const auto& [place, secret] : store_.secrets_)
      if (place.organization == organization && place.owner == owner) places.push_back(place);
    for (const auto& place : places) erase(store_.secrets_, place);
  }

 private:
  template <class Map, class Key>
  void set(Map& map, const Key& key, const typename Map::mapped_type& value) {
    note(map, key);
    map.insert_or_assign(key, value);
  }
  template <class Map, class Key>
  void erase(Map& map, const Key& key) {
    note(map, key);
    map.erase(key);
  }
  template <class Map, class Key>
  void note(Map& map, const Key& key) {
    const auto found = map.find(key);
    if (found == map.end()) return undos_.push_back([&map, key] { map.erase(key); });
    // Moved out: whoever notes it replaces or erases it next.
    undos_.push_back(
        [&map, key, before = std::move(found->second)] { map.insert_or_assign(key, before); });
  }

  MemoryStore& store_;
  std::vector<std::function<void()>> undos_;
};

void MemoryStore::unexpected(const std::string& what) {
  throw std::logic_error("the store in memory does not know " + what);
}

void MemoryStore::write(const std::function<void(store::Transaction&)>& body) {
  Writing writing(*this);
  try {
    body(writing);
  } catch (...) {
    writing.roll_back();
    throw;
  }
}

std::optional<Resource> MemoryStore::find_resource(const std::string& organization,
                                                   const std::string& id) {
  auto found = found_in(resources_, id);
  if (found && found->organization_id != organization) return std::nullopt;
  return found;
}

std::optional<Resource> MemoryStore::find_resource_by_name(const std::string& organization,
                                                           const std::string& kind,
                                                           const std::string& name) {
  for (const auto& [id, resource] : resources_)
    if (resource.organization_id == organization && resource.kind == kind &&
        resource.name == name && resource.state != ResourceState::kDeleted)
      return resource;
  return std::nullopt;
}

std::vector<Machine> MemoryStore::list_machines(const std::string&, const std::string& resource) {
  // Sorted as pointers: a machine is a dozen strings.
  std::vector<const Machine*> found;
  for (const auto& [place, machine] : machines_)
    if (place.resource == resource) found.push_back(&machine);
  std::ranges::stable_sort(found, [](const Machine* one, const Machine* other) {
    return std::tie(one->created_at, one->name) < std::tie(other->created_at, other->name);
  });
  std::vector<Machine> list;
  list.reserve(found.size());
  for (const Machine* machine : found) list.push_back(*machine);
  return list;
}

std::optional<Operation> MemoryStore::find_operation(const std::string& organization,
                                                     const std::string& id) {
  auto found = found_in(operations_, id);
  if (found && found->organization_id != organization) return std::nullopt;
  return found;
}

std::vector<StepRecord> MemoryStore::list_steps(const std::string&, const std::string& operation) {
  return list_steps(operation);
}

std::optional<StepRecord> MemoryStore::find_step(const std::string& organization,
                                                 const std::string& resource,
                                                 const std::string& id) {
  for (const auto& [operation_id, steps] : steps_) {
    const auto found = std::ranges::find(steps, id, &StepRecord::id);
    if (found == steps.end()) continue;
    const auto operation = find_operation(organization, operation_id);
    if (operation && operation->resource_id == resource) return *found;
  }
  return std::nullopt;
}

std::vector<StepRecord> MemoryStore::list_steps(const std::string& operation) {
  return found_in(steps_, operation).value_or(std::vector<StepRecord>{});
}

std::vector<Event> MemoryStore::list_events(const std::string&, const std::string& operation,
                                            long long after, int limit) {
  return list_events(operation, after, limit);
}

std::vector<Event> MemoryStore::list_events(const std::string& operation, long long after,
                                            int limit) {
  std::vector<Event> list;
  const auto found = events_.find(operation);
  if (found == events_.end()) return list;
  for (const Event& event : found->second)
    if (event.number > after && list.size() < static_cast<size_t>(limit)) list.push_back(event);
  return list;
}

std::optional<long long> MemoryStore::output_position(const std::string& step,
                                                      const std::string& source) {
  return found_in(output_positions_, std::pair{step, source});
}

std::optional<Secret> MemoryStore::find_secret(const std::string& organization,
                                               const std::string& owner, const std::string& name) {
  return found_in(secrets_, SecretPlace{organization, owner, name});
}

}  // namespace ashlar::sim
