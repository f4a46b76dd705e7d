#pragma once
// The writes that callers combine into one durable transaction. Extend as the engine needs.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace ashlar::store {

/// Valid only inside Store::write.
class Transaction {
 public:
  virtual ~Transaction() = default;

  virtual void insert_resource(const Resource&) = 0;
  virtual void update_resource(const Resource&) = 0;
  virtual std::optional<Resource> resource(const std::string& id) = 0;

  virtual void put_machine(const Machine&) = 0;
  virtual void remove_machine(const std::string& resource_id, const std::string& node) = 0;

  virtual void insert_operation(const Operation&, const std::vector<StepRecord>&,
                                const std::string& idempotency_key) = 0;
  virtual std::optional<Operation> operation(const std::string& id) = 0;
  virtual std::optional<std::string> operation_by_idempotency_key(
      const std::string& organization_id, const std::string& key) = 0;
  virtual void update_operation(const Operation&) = 0;
  virtual std::vector<StepRecord> steps(const std::string& operation_id) = 0;
  virtual std::optional<StepRecord> step(const std::string& id) = 0;
  virtual void update_step(const StepRecord&) = 0;

  /// Takes at most `limit` due steps (ready or waiting with not_before <= now, of operations that
  /// run) for `owner` until `until`, and returns them as stored after that.
  virtual std::vector<StepRecord> lease_due_steps(const std::string& owner, Time now, Time until,
                                                  int limit) = 0;
  /// When the next step becomes due; nullopt when none is scheduled.
  virtual std::optional<Time> next_due() = 0;
  /// Gives back the leases of every owner but `owner` (they are dead: the data directory is locked).
  virtual int void_other_leases(const std::string& owner) = 0;

  /// Numbers the event and stores it, redacted.
  virtual void append_event(Event) = 0;

  virtual void put_secret(const std::string& organization_id, const std::string& owner,
                          const std::string& name, const Secret& value, bool keep_existing) = 0;
  virtual std::optional<Secret> secret(const std::string& organization_id, const std::string& owner,
                                       const std::string& name) = 0;
  virtual void remove_secrets(const std::string& organization_id, const std::string& owner) = 0;
};

}  // namespace ashlar::store
