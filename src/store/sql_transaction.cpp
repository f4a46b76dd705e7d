// Resources, machines, operations and secrets; the engine's hot path is in sql_steps.cpp.
#include "store/sql_transaction.hpp"

#include <fmt/format.h>

#include "store/records.hpp"
#include "store/sql_listing.hpp"

namespace ashlar::store {
namespace {

void require_one(long long touched, std::string_view what, const std::string& id) {
  if (touched != 1) throw Error(ErrorCode::kNotFound, fmt::format("no {} {} is stored", what, id));
}

}  // namespace

void SqlTransaction::insert_resource(const Resource& resource) {
  const auto other =
      find_resource_by_name(connection_, resource.organization_id, resource.kind, resource.name);
  if (other)
    throw Error(
        ErrorCode::kConflict,
        fmt::format("there already is a {} named {} ({})", resource.kind, resource.name, other->id),
        "choose another name, or change the existing one");
  insert(connection_, resource);
  put_summary(connection_, resource, summarize_);
}

void SqlTransaction::update_resource(const Resource& resource) {
  static const std::string sql =
      fmt::format("UPDATE resources SET {} WHERE id = :id AND organization_id = :organization_id",
                  state_assignments<Resource>());
  Statement& statement = connection_.statement(sql);
  visit_state(PutVisitor{statement}, resource);
  put(statement, resource.id);
  put(statement, resource.organization_id);
  require_one(statement.run(), "resource", resource.id);
  put_summary(connection_, resource, summarize_);
}

void SqlTransaction::append_sample(const std::string& resource_id, const Sample& sample) {
  change(connection_, "DELETE FROM samples WHERE taken_at < :oldest", sample.at - kSamplesKept);
  change(connection_,
         "INSERT INTO samples (resource_id, taken_at, readings) "
         "VALUES (:resource_id, :taken_at, :readings) ON CONFLICT (resource_id, taken_at) "
         "DO UPDATE SET readings = excluded.readings",
         resource_id, sample.at, sample.readings);
}

std::optional<Resource> SqlTransaction::resource(const std::string& id) {
  static const std::string sql = select<Resource>("WHERE id = :id");
  return one_row<Resource>(connection_, sql, id);
}

std::optional<Resource> SqlTransaction::resource_by_name(const std::string& organization_id,
                                                         const std::string& kind,
                                                         const std::string& name) {
  return find_resource_by_name(connection_, organization_id, kind, name);
}

void SqlTransaction::put_machine(const Machine& machine) {
  static const std::string sql = [] {
    std::string assignments;
    Machine any;
    visit_state(NameVisitor{assignments, "{0} = excluded.{0}"}, any);
    return fmt::format(
        "{} ON CONFLICT (resource_id, node) DO UPDATE SET {} "
        "WHERE machines.organization_id = excluded.organization_id",
        insert_sql<Machine>(), assignments);
  }();
  Statement& statement = connection_.statement(sql);
  put_all(statement, machine);
  require_one(statement.run(), "resource of this organization for machine", machine.id);
}

void SqlTransaction::remove_machine(const std::string& resource_id, const std::string& node) {
  change(connection_, "DELETE FROM machines WHERE resource_id = :resource_id AND node = :node",
         resource_id, node);
}

std::vector<Machine> SqlTransaction::machines(const std::string& resource_id) {
  static const std::string sql =
      select<Machine>("WHERE resource_id = :resource_id ORDER BY created_at, name");
  return all_rows<Machine>(connection_, sql, resource_id);
}

void SqlTransaction::insert_operation(const Operation& operation,
                                      const std::vector<StepRecord>& steps,
                                      const std::string& idempotency_key) {
  static const std::string open_sql = select<Operation>(
      "WHERE resource_id = :resource_id AND state IN ('pending', 'running', 'cancelling')");
  const auto other = one_row<Operation>(connection_, open_sql, operation.resource_id);
  if (other && !is_final(operation.state))
    throw Error(
        ErrorCode::kConflict,
        fmt::format("operation {} ({}) of {} {} is {}", other->id, other->action, other->kind,
                    other->resource_name, to_string(other->state)),
        fmt::format("wait for it (ashlar watch {0}) or cancel it (ashlar cancel {0})", other->id));
  insert(connection_, operation);
  if (!idempotency_key.empty())
    change(connection_, "UPDATE operations SET idempotency_key = :idempotency_key WHERE id = :id",
           idempotency_key, operation.id);
  for (const StepRecord& step : steps) insert(connection_, step);
}

std::optional<Operation> SqlTransaction::operation(const std::string& id) {
  static const std::string sql = select<Operation>("WHERE id = :id");
  return one_row<Operation>(connection_, sql, id);
}

std::optional<std::string> SqlTransaction::operation_by_idempotency_key(
    const std::string& organization_id, const std::string& key) {
  if (key.empty()) return std::nullopt;
  return one_row<std::string>(connection_,
                              "SELECT id FROM operations WHERE organization_id = :organization_id "
                              "AND idempotency_key = :idempotency_key AND idempotency_key <> '' "
                              "ORDER BY created_at, id LIMIT 1",
                              organization_id, key);
}

std::optional<StoredAnswer> SqlTransaction::find_answer(const std::string& organization_id,
                                                        const std::string& idempotency_key) {
  const auto digest = one_row<std::string>(
      connection_,
      "SELECT request_digest FROM answers WHERE organization_id = :organization_id "
      "AND idempotency_key = :idempotency_key",
      organization_id, idempotency_key);
  if (!digest) return std::nullopt;
  return StoredAnswer{
      *digest, *one_row<Json>(connection_,
                              "SELECT answer FROM answers WHERE organization_id = :organization_id "
                              "AND idempotency_key = :idempotency_key",
                              organization_id, idempotency_key)};
}

void SqlTransaction::put_answer(const std::string& organization_id,
                                const std::string& idempotency_key, const StoredAnswer& answer,
                                Time now) {
  change(connection_,
         "INSERT INTO answers (organization_id, idempotency_key, request_digest, answer, "
         "created_at) VALUES (:organization_id, :idempotency_key, :request_digest, :answer, "
         ":created_at)",
         organization_id, idempotency_key, answer.request_digest, answer.answer, now);
}

void SqlTransaction::update_operation(const Operation& operation) {
  static const std::string sql =
      fmt::format("UPDATE operations SET {} WHERE id = :id AND organization_id = :organization_id",
                  state_assignments<Operation>());
  Statement& statement = connection_.statement(sql);
  visit_state(PutVisitor{statement}, operation);
  put(statement, operation.id);
  put(statement, operation.organization_id);
  require_one(statement.run(), "operation", operation.id);
}

std::vector<std::string> SqlTransaction::unfinished_operations() {
  return all_rows<std::string>(
      connection_,
      "SELECT id FROM operations WHERE state IN ('pending', 'running', 'cancelling') "
      "ORDER BY created_at, id");
}

void SqlTransaction::put_secret(const std::string& organization_id, const std::string& owner,
                                const std::string& name, const Secret& value, bool keep_existing) {
  const std::string sealed = vault_.seal({organization_id, owner, name}, value);
  change(connection_,
         fmt::format("INSERT INTO secrets (organization_id, owner, name, sealed) "
                     "VALUES (:organization_id, :owner, :name, :sealed) "
                     "ON CONFLICT (organization_id, owner, name) {}",
                     keep_existing ? "DO NOTHING" : "DO UPDATE SET sealed = excluded.sealed"),
         organization_id, owner, name, sealed);
}

std::optional<Secret> SqlTransaction::secret(const std::string& organization_id,
                                             const std::string& owner, const std::string& name) {
  return find_secret(connection_, vault_, {organization_id, owner, name});
}

void SqlTransaction::remove_secret(const std::string& organization_id, const std::string& owner,
                                   const std::string& name) {
  change(connection_,
         "DELETE FROM secrets WHERE organization_id = :organization_id AND owner = :owner AND "
         "name = :name",
         organization_id, owner, name);
}

void SqlTransaction::remove_secrets(const std::string& organization_id, const std::string& owner) {
  change(connection_,
         "DELETE FROM secrets WHERE organization_id = :organization_id AND owner = :owner",
         organization_id, owner);
}

std::optional<Resource> find_resource_by_name(Connection& connection,
                                              const std::string& organization_id,
                                              const std::string& kind, const std::string& name) {
  static const std::string sql = select<Resource>(
      "WHERE organization_id = :organization_id AND kind = :kind AND name = :name "
      "AND state <> 'deleted'");
  return one_row<Resource>(connection, sql, organization_id, kind, name);
}

std::optional<Secret> find_secret(Connection& connection, const Vault& vault,
                                  const SecretPlace& place) {
  const auto sealed = one_row<std::string>(
      connection,
      "SELECT sealed FROM secrets WHERE organization_id = :organization_id AND owner = :owner "
      "AND name = :name",
      std::string(place.organization_id), std::string(place.owner), std::string(place.name));
  if (!sealed) return std::nullopt;
  return vault.open(place, *sealed);
}

}  // namespace ashlar::store
