#pragma once
// The writes that callers combine into one durable transaction. Extend as the engine needs.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace ashlar::store {

/// The first answer to an idempotency key, and a digest of the request that it answered.
struct StoredAnswer {
  std::string request_digest;
  Json answer;
};

/// Valid only inside Store::write. Reads see what this transaction wrote before. Lookups by id are
/// not scoped to an organization: they serve the engine, which holds ids that it stored itself;
/// what comes from a user is resolved through Store first. Errors of the database are Error; one
/// that is caught and not thrown on leaves the transaction usable.
class Transaction {
 public:
  virtual ~Transaction() = default;

  /// Throws Error(kConflict) when the organization has one of this kind and name.
  virtual void insert_resource(const Resource&) = 0;
  /// Writes all but id, organization, kind, name and creation. This and the updates below throw
  /// Error(kNotFound) when there is no such row.
  virtual void update_resource(const Resource&) = 0;
  virtual std::optional<Resource> resource(const std::string& id) = 0;
  /// Among those not deleted.
  virtual std::optional<Resource> resource_by_name(const std::string& organization_id,
                                                   const std::string& kind,
                                                   const std::string& name) = 0;

  /// Keeps what was measured, and forgets what is older than kSamplesKept, of whatever resource.
  virtual void append_sample(const std::string& resource_id, const Sample& sample) = 0;

  /// Inserts, or replaces the one of the same resource and node.
  virtual void put_machine(const Machine&) = 0;
  virtual void remove_machine(const std::string& resource_id, const std::string& node) = 0;
  virtual std::vector<Machine> machines(const std::string& resource_id) = 0;

  /// Throws Error(kConflict) naming the other operation when the resource has one that is not
  /// final. An empty key is none; others are unique in an organization.
  virtual void insert_operation(const Operation&, const std::vector<StepRecord>&,
                                const std::string& idempotency_key) = 0;
  virtual std::optional<Operation> operation(const std::string& id) = 0;
  virtual std::optional<std::string> operation_by_idempotency_key(
      const std::string& organization_id, const std::string& key) = 0;
  virtual std::optional<StoredAnswer> find_answer(const std::string& organization_id,
                                                  const std::string& idempotency_key) = 0;
  virtual void put_answer(const std::string& organization_id, const std::string& idempotency_key,
                          const StoredAnswer& answer, Time now) = 0;
  /// Writes all but id, organization, resource, kind, name, action, creation and what was before.
  virtual void update_operation(const Operation&) = 0;
  /// Ids of all that are pending, running or cancelling, oldest first: what a start resumes.
  virtual std::vector<std::string> unfinished_operations() = 0;
  virtual std::vector<StepRecord> steps(const std::string& operation_id) = 0;
  virtual std::optional<StepRecord> step(const std::string& id) = 0;
  /// Everything but what is fixed when it is planned (operation, position, planned).
  virtual void update_step(const StepRecord&) = 0;

  // Leases. A step is due when its `finished_at` is null, its `not_before` is null or <= now, and
  //  - it is ready or waiting, in a pending or running operation, or
  //  - it is undoing, in a cancelling operation,
  // and nobody holds it; or when it is running or undoing and its lease ran out (`lease_until` <=
  // now).
  /// Takes at most `limit` due steps for `owner` until `until`, the longest due first (no
  /// `not_before` counts as earliest; then by operation and position), and returns them as stored
  /// after that: state running (undoing stays undoing), attempts + 1, `not_before` null,
  /// `started_at` and `progress_at` set to now where they were null, lease owner and end set.
  virtual std::vector<StepRecord> lease_due_steps(const std::string& owner, Time now, Time until,
                                                  int limit) = 0;
  /// When the next step that nobody holds becomes due (by the rule above; a step without
  /// `not_before` is due at Time{}); nullopt when none is scheduled.
  virtual std::optional<Time> next_due() = 0;
  /// Moves the end of every lease that `owner` holds; returns how many.
  virtual int renew_leases(const std::string& owner, Time until) = 0;
  /// Gives back the leases of every owner but `owner` (they are dead: the data directory is
  /// locked): lease owner and end are cleared, running becomes ready with `not_before` null
  /// (undoing stays undoing), so that they are due at once. Returns how many.
  virtual int void_other_leases(const std::string& owner) = 0;

  /// Numbers the event and stores it, redacted. `number` is filled in by the store.
  virtual void append_event(Event) = 0;

  /// Adds to the step's output, redacted, and drops what is beyond kMostOutputBytes at its
  /// beginning, or older than kOutputKept, of whatever step. An empty text only says how far the
  /// source has been read.
  virtual void append_output(OutputPiece) = 0;

  // Values are registered with redact() whenever they pass.
  virtual void put_secret(const std::string& organization_id, const std::string& owner,
                          const std::string& name, const Secret& value, bool keep_existing) = 0;
  virtual std::optional<Secret> secret(const std::string& organization_id, const std::string& owner,
                                       const std::string& name) = 0;
  /// Nothing happens when there is none of that name.
  virtual void remove_secret(const std::string& organization_id, const std::string& owner,
                             const std::string& name) = 0;
  virtual void remove_secrets(const std::string& organization_id, const std::string& owner) = 0;
};

}  // namespace ashlar::store
