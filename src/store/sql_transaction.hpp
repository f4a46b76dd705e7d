#pragma once
// Transaction over SQL. Internal to the store.

#include <map>
#include <string>
#include <vector>

#include "store/sql.hpp"
#include "store/transaction.hpp"
#include "store/vault.hpp"

namespace ashlar::store {

/// The last number of each operation's new events, to be published after the commit.
using NewEvents = std::map<std::string, long long>;

class SqlTransaction final : public Transaction {
 public:
  SqlTransaction(Connection& connection, const Vault& vault, const Summarize& summarize,
                 NewEvents& new_events)
      : connection_(connection), vault_(vault), summarize_(summarize), new_events_(new_events) {}

  void insert_resource(const Resource& resource) override;
  void update_resource(const Resource& resource) override;
  std::optional<Resource> resource(const std::string& id) override;
  std::optional<Resource> resource_by_name(const std::string& organization_id,
                                           const std::string& kind,
                                           const std::string& name) override;

  void append_sample(const std::string& resource_id, const Sample& sample) override;

  void put_machine(const Machine& machine) override;
  void remove_machine(const std::string& resource_id, const std::string& node) override;
  std::vector<Machine> machines(const std::string& resource_id) override;

  void insert_operation(const Operation& operation, const std::vector<StepRecord>& steps,
                        const std::string& idempotency_key) override;
  std::optional<Operation> operation(const std::string& id) override;
  std::optional<std::string> operation_by_idempotency_key(const std::string& organization_id,
                                                          const std::string& key) override;
  std::optional<StoredAnswer> find_answer(const std::string& organization_id,
                                          const std::string& idempotency_key) override;
  void put_answer(const std::string& organization_id, const std::string& idempotency_key,
                  const StoredAnswer& answer, Time now) override;
  void update_operation(const Operation& operation) override;
  std::vector<std::string> unfinished_operations() override;
  std::vector<StepRecord> steps(const std::string& operation_id) override;
  std::optional<StepRecord> step(const std::string& id) override;
  void update_step(const StepRecord& step) override;

  std::vector<StepRecord> lease_due_steps(const std::string& owner, Time now, Time until,
                                          int limit) override;
  std::optional<Time> next_due() override;
  int renew_leases(const std::string& owner, Time until) override;
  int void_other_leases(const std::string& owner) override;

  void append_event(Event event) override;

  void append_output(OutputPiece piece) override;

  void put_secret(const std::string& organization_id, const std::string& owner,
                  const std::string& name, const Secret& value, bool keep_existing) override;
  std::optional<Secret> secret(const std::string& organization_id, const std::string& owner,
                               const std::string& name) override;
  void remove_secret(const std::string& organization_id, const std::string& owner,
                     const std::string& name) override;
  void remove_secrets(const std::string& organization_id, const std::string& owner) override;

 private:
  Connection& connection_;
  const Vault& vault_;
  const Summarize& summarize_;
  NewEvents& new_events_;
};

// Shared by the reading and the writing side.
std::optional<Resource> find_resource_by_name(Connection& connection,
                                              const std::string& organization_id,
                                              const std::string& kind, const std::string& name);
std::optional<Secret> find_secret(Connection& connection, const Vault& vault,
                                  const SecretPlace& place);
StepOutput read_output(Connection& connection, const std::string& step_id, long long offset,
                       long long most_bytes);
std::optional<long long> output_position(Connection& connection, const std::string& step_id,
                                         const std::string& source);
std::map<std::string, long long> output_ends(Connection& connection,
                                             const std::string& operation_id);

}  // namespace ashlar::store
