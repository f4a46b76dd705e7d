#include "store/sql_tokens.hpp"

#include <fmt/format.h>

#include "base/id.hpp"
#include "store/records.hpp"
#include "store/vault.hpp"

namespace ashlar::store {

std::vector<Organization> list_organizations(Connection& connection) {
  Statement& statement = connection.statement(
      "SELECT id, name, created_at FROM organizations ORDER BY created_at, id");
  statement.open({ColumnType::kText, ColumnType::kText, ColumnType::kNumber});
  std::vector<Organization> all;
  while (statement.next()) {
    Organization& organization = all.emplace_back();
    take(statement, organization.id);
    take(statement, organization.name);
    take(statement, organization.created_at);
  }
  return all;
}

Organization insert_organization(Connection& connection, const std::string& name, Time now) {
  Organization organization{new_id("org"), name, now};
  change(connection,
         "INSERT INTO organizations (id, name, created_at) VALUES (:id, :name, :created_at)",
         organization.id, organization.name, organization.created_at);
  return organization;
}

NewToken insert_token(Connection& connection, const std::string& organization_id,
                      const std::string& name, const std::vector<std::string>& permissions,
                      Time now) {
  if (!one_row<std::string>(connection, "SELECT id FROM organizations WHERE id = :id",
                            organization_id))
    throw Error(ErrorCode::kNotFound, fmt::format("there is no organization {}", organization_id));
  NewToken made{{new_id("tok"), name, permissions, now}, Secret("ashlar_" + random_hex(32))};
  register_secret(made.secret.reveal());
  change(connection,
         "INSERT INTO tokens (id, organization_id, name, token_hash, permissions, created_at) "
         "VALUES (:id, :organization_id, :name, :token_hash, :permissions, :created_at)",
         made.token.id, organization_id, name, token_hash(made.secret), permissions, now);
  return made;
}

std::optional<Principal> find_token(Connection& connection, const Secret& token) {
  Statement& statement = connection.statement(
      "SELECT id, organization_id, name, permissions FROM tokens WHERE token_hash = :token_hash");
  put(statement, token_hash(token));
  statement.open(std::vector<ColumnType>(4, ColumnType::kText));
  std::optional<Principal> principal;
  while (statement.next()) {
    principal.emplace();
    take(statement, principal->token_id);
    take(statement, principal->organization_id);
    take(statement, principal->name);
    take(statement, principal->permissions);
  }
  return principal;
}

std::vector<Token> list_tokens(Connection& connection, const std::string& organization_id) {
  Statement& statement = connection.statement(
      "SELECT id, name, permissions, created_at FROM tokens "
      "WHERE organization_id = :organization_id ORDER BY created_at, id");
  put(statement, organization_id);
  statement.open({ColumnType::kText, ColumnType::kText, ColumnType::kText, ColumnType::kNumber});
  std::vector<Token> all;
  while (statement.next()) {
    Token& token = all.emplace_back();
    take(statement, token.id);
    take(statement, token.name);
    take(statement, token.permissions);
    take(statement, token.created_at);
  }
  return all;
}

bool remove_token(Connection& connection, const std::string& organization_id,
                  const std::string& token_id) {
  return change(connection,
                "DELETE FROM tokens WHERE id = :id AND organization_id = :organization_id",
                token_id, organization_id) > 0;
}

Secret insert_session(Connection& connection, const std::string& token_id, Time now,
                      Time expires_at) {
  change(connection, "DELETE FROM sessions WHERE expires_at <= :now", now);
  if (!one_row<std::string>(connection, "SELECT id FROM tokens WHERE id = :id", token_id))
    throw Error(ErrorCode::kNotFound, fmt::format("there is no token {}", token_id));
  Secret id(random_hex(32));
  change(connection,
         "INSERT INTO sessions (id_hash, token_id, created_at, expires_at) "
         "VALUES (:id_hash, :token_id, :created_at, :expires_at)",
         token_hash(id), token_id, now, expires_at);
  return id;
}

std::optional<Session> find_session(Connection& connection, const Secret& id, Time now) {
  Statement& statement = connection.statement(
      "SELECT t.id, t.organization_id, t.name, t.permissions, o.name, s.expires_at "
      "FROM sessions s JOIN tokens t ON t.id = s.token_id "
      "JOIN organizations o ON o.id = t.organization_id "
      "WHERE s.id_hash = :id_hash AND s.expires_at > :now");
  put(statement, token_hash(id));
  put(statement, now);
  std::vector<ColumnType> columns(5, ColumnType::kText);
  columns.push_back(ColumnType::kNumber);
  statement.open(columns);
  std::optional<Session> session;
  while (statement.next()) {
    session.emplace();
    take(statement, session->principal.token_id);
    take(statement, session->principal.organization_id);
    take(statement, session->principal.name);
    take(statement, session->principal.permissions);
    take(statement, session->organization_name);
    take(statement, session->expires_at);
  }
  return session;
}

void remove_session(Connection& connection, const Secret& id) {
  change(connection, "DELETE FROM sessions WHERE id_hash = :id_hash", token_hash(id));
}

}  // namespace ashlar::store
