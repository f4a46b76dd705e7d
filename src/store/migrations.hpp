#pragma once
// The schema and how it grows: numbered SQL files, applied once each and never edited afterwards.

#include <span>
#include <string_view>

namespace ashlar::store {

class Connection;

struct Migration {
  int version = 0;        // 1, 2, 3, ...
  std::string_view name;  // 0001_initial
  std::string_view sql;   // statements that end with ";" at the end of a line
};

/// The files of store/migrations/, oldest first, as they were when this program was built.
std::span<const Migration> embedded_migrations();

/// Brings the database up to the last of `migrations`, all or nothing, and records each with its
/// checksum. Throws Error(kConflict) for a database that a newer program has migrated, or one that
/// was migrated by other text than ours.
void migrate(Connection& connection, std::span<const Migration> migrations);

}  // namespace ashlar::store
