#include "store/sql_sessions.hpp"

#include <fmt/format.h>

#include "base/id.hpp"
#include "store/records.hpp"
#include "store/vault.hpp"

namespace ashlar::store {

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
