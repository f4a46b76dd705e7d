#include "store/migrations.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <map>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "store/records.hpp"

namespace ashlar::store {
namespace {

std::string checksum(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

/// The statements of a file. Comments are dropped first, so that they may hold semicolons.
std::vector<std::string> split_statements(std::string_view sql) {
  std::vector<std::string> statements;
  std::string statement;
  while (!sql.empty()) {
    const std::string_view line = sql.substr(0, sql.find('\n'));
    sql.remove_prefix(std::min(line.size() + 1, sql.size()));
    if (line.starts_with("--") || (line.empty() && statement.empty())) continue;
    statement.append(line).append("\n");
    if (!line.ends_with(';')) continue;
    statements.push_back(std::move(statement));
    statement.clear();
  }
  if (!statement.empty())
    throw Error(ErrorCode::kInternal, fmt::format("a migration ends within: {}", statement));
  return statements;
}

std::map<long long, std::string> applied_migrations(Connection& connection) {
  std::map<long long, std::string> applied;
  for (const long long version :
       all_rows<long long>(connection, "SELECT version FROM migrations ORDER BY version"))
    applied[version] = *one_row<std::string>(
        connection, "SELECT checksum FROM migrations WHERE version = :version", version);
  return applied;
}

void refuse_foreign_schema(const std::map<long long, std::string>& applied,
                           std::span<const Migration> known) {
  const long long latest = known.empty() ? 0 : known.back().version;
  if (!applied.empty() && applied.rbegin()->first > latest)
    throw Error(
        ErrorCode::kConflict,
        fmt::format("the database has schema version {}, but this Ashlar knows versions up "
                    "to {} only: a newer Ashlar has used this data directory",
                    applied.rbegin()->first, latest),
        "run that newer version, or restore the data directory from a backup made before it");
  for (const Migration& migration : known) {
    const auto found = applied.find(migration.version);
    if (found != applied.end() && found->second != checksum(migration.sql))
      throw Error(
          ErrorCode::kConflict,
          fmt::format("migration {} of the database is not the one of this Ashlar", migration.name),
          "run the version of Ashlar that made this data directory");
  }
}

void apply(Connection& connection, const Migration& migration) try {
  for (const std::string& statement : split_statements(migration.sql))
    connection.execute(statement);
  change(connection,
         "INSERT INTO migrations (version, name, checksum, applied_at) "
         "VALUES (:version, :name, :checksum, :applied_at)",
         migration.version, std::string(migration.name), checksum(migration.sql),
         SystemClock().now());
} catch (const Error& error) {
  throw error.at(fmt::format("migration {}", migration.name));
}

}  // namespace

void migrate(Connection& connection, std::span<const Migration> migrations) {
  connection.begin();
  try {
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, "
        "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
    const auto applied = applied_migrations(connection);
    refuse_foreign_schema(applied, migrations);
    for (const Migration& migration : migrations)
      if (!applied.contains(migration.version)) apply(connection, migration);
    connection.commit();
  } catch (...) {
    connection.rollback();
    throw;
  }
}

}  // namespace ashlar::store
