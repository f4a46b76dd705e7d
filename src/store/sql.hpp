#pragma once
// A thin layer over SOCI: prepared statements that are kept and reused, typed values in and out,
// and errors in Ashlar's own words. Internal to the store.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::store {

enum class ColumnType { kText, kNumber, kReal };

/// One prepared statement. Parameters are given in the order in which they stand in the SQL, each
/// under a name of its own (SQLite counts equal names once, PostgreSQL each time).
class Statement {
 public:
  virtual ~Statement() = default;

  // The next parameter.
  virtual void put_text(std::string_view value) = 0;
  virtual void put_number(std::optional<long long> value) = 0;
  virtual void put_real(double value) = 0;

  /// Executes to the end and returns how many rows were changed.
  virtual long long run() = 0;

  /// Executes a query. Then call next() until it answers false, or close(): an abandoned cursor
  /// would keep its snapshot, and with it the write-ahead log, alive.
  virtual void open(const std::vector<ColumnType>& columns) = 0;
  virtual bool next() = 0;
  virtual void close() noexcept = 0;
  // The next column of the row.
  virtual std::string take_text() = 0;
  virtual std::optional<long long> take_number() = 0;
  virtual double take_real() = 0;
};

/// One session with the database. Not thread-safe: one thread at a time.
class Connection {
 public:
  virtual ~Connection() = default;

  /// The statement for this text, prepared at its first use, ready for its first parameter.
  virtual Statement& statement(const std::string& sql) = 0;
  /// Executes once, keeping nothing.
  virtual void execute(const std::string& sql) = 0;

  virtual void begin() = 0;
  virtual void commit() = 0;
  /// Never throws: called while another error is on its way.
  virtual void rollback() noexcept = 0;
  /// False also after the database itself rolled back, as SQLite does when the disk is full.
  virtual bool in_transaction() = 0;
};

/// Opens the database file in WAL mode with a durable commit (synchronous=FULL) and foreign keys
/// on. Every error of this session names `file`. With `read_only`, writing through it fails.
std::unique_ptr<Connection> open_sqlite(const std::filesystem::path& file, bool read_only);

}  // namespace ashlar::store
