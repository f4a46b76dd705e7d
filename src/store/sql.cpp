// SOCI's side of the store, and the little that is particular to SQLite.
#include "store/sql.hpp"

#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <deque>
#include <unordered_map>

#include "base/error.hpp"
#include "base/log.hpp"

namespace ashlar::store {
namespace {

/// The storage that a statement is bound to. SOCI keeps its address, so it never moves.
struct Slot {
  ColumnType type = ColumnType::kText;
  std::string text;
  long long number = 0;
  double real = 0;
  soci::indicator indicator = soci::i_ok;
};

/// SOCI's what() carries the statement's parameters, some of which are private: only the database's
/// own message may leave.
[[noreturn]] void throw_as_ours(const std::filesystem::path& file, const soci::soci_error& error) {
  const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  const std::string message =
      fmt::format("database {}: {}", file.string(), error.get_error_message());
  switch (sqlite == nullptr ? SQLITE_ERROR : sqlite->result() & 0xff) {
    case SQLITE_FULL:
      throw Error(ErrorCode::kUnavailable, message + ": the disk is full, nothing was stored",
                  "free some space on it and try again; Ashlar need not be restarted");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Error(
          ErrorCode::kInternal, message + ": the file is damaged",
          "stop Ashlar, keep a copy of the file, and restore the data directory from a backup");
    case SQLITE_IOERR:
      throw Error(ErrorCode::kUnavailable, message + ": reading or writing the disk failed",
                  "check the disk and the kernel's log, then try again");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      throw Error(ErrorCode::kUnavailable, message,
                  "the data directory and its files must belong to the user that runs Ashlar");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(ErrorCode::kUnavailable, message + ": another program holds the database",
                  "close whatever else has it open (a shell of sqlite3, a backup) and try again");
    case SQLITE_CONSTRAINT:
      throw Error(ErrorCode::kConflict, message);
    default:
      throw Error(ErrorCode::kInternal, message);
  }
}

class SociStatement final : public Statement {
 public:
  SociStatement(soci::session& session, const std::string& sql, const std::filesystem::path& file)
      : statement_(session), sql_(sql), file_(file) {}

  void restart() { parameter_ = 0; }

  void put_text(std::string_view value) override {
    next_parameter(ColumnType::kText).text.assign(value);
  }
  void put_number(std::optional<long long> value) override {
    Slot& slot = next_parameter(ColumnType::kNumber);
    slot.number = value.value_or(0);
    slot.indicator = value ? soci::i_ok : soci::i_null;
  }
  void put_real(double value) override { next_parameter(ColumnType::kReal).real = value; }

  long long run() override {
    translated([&] {
      prepare({});
      statement_.execute(true);
    });
    return statement_.get_affected_rows();
  }

  void open(const std::vector<ColumnType>& columns) override {
    translated([&] {
      prepare(columns);
      statement_.execute(false);
    });
  }

  bool next() override {
    column_ = 0;
    bool found = false;
    translated([&] { found = statement_.fetch(); });
    return found;
  }

  // SOCI cannot reset a statement, but one that ran to its end holds nothing.
  void close() noexcept override try {
    while (next()) continue;
  } catch (const std::exception& error) {
    log::error("closing a query failed: {}", error.what());
  }

  std::string take_text() override { return std::move(next_column(ColumnType::kText).text); }
  std::optional<long long> take_number() override {
    const Slot& slot = next_column(ColumnType::kNumber);
    if (slot.indicator == soci::i_null) return std::nullopt;
    return slot.number;
  }
  double take_real() override { return next_column(ColumnType::kReal).real; }

 private:
  template <class Body>
  void translated(Body&& body) {
    try {
      body();
    } catch (const soci::soci_error& error) {
      throw_as_ours(file_, error);
    }
  }

  Slot& next_parameter(ColumnType type) {
    if (!prepared_ && parameter_ == parameters_.size()) parameters_.push_back({.type = type});
    Slot& slot = parameters_.at(parameter_++);
    check_type(slot, type);
    return slot;
  }

  Slot& next_column(ColumnType type) {
    Slot& slot = columns_.at(column_++);
    check_type(slot, type);
    return slot;
  }

  void check_type(const Slot& slot, ColumnType type) const {
    if (slot.type != type)
      throw Error(ErrorCode::kInternal, fmt::format("value of another type for: {}", sql_));
  }

  void prepare(const std::vector<ColumnType>& columns) {
    if (parameter_ != parameters_.size())
      throw Error(ErrorCode::kInternal, fmt::format("too few parameters for: {}", sql_));
    if (prepared_) return;
    for (const ColumnType type : columns) columns_.push_back({.type = type});
    statement_.alloc();
    statement_.prepare(sql_);
    for (Slot& slot : parameters_) bind(slot);
    for (Slot& slot : columns_) define(slot);
    statement_.define_and_bind();
    prepared_ = true;
  }

  void bind(Slot& slot) {
    switch (slot.type) {
      case ColumnType::kText:
        return statement_.exchange(soci::use(slot.text));
      case ColumnType::kNumber:
        return statement_.exchange(soci::use(slot.number, slot.indicator));
      case ColumnType::kReal:
        return statement_.exchange(soci::use(slot.real));
    }
  }

  void define(Slot& slot) {
    switch (slot.type) {
      case ColumnType::kText:
        return statement_.exchange(soci::into(slot.text, slot.indicator));
      case ColumnType::kNumber:
        return statement_.exchange(soci::into(slot.number, slot.indicator));
      case ColumnType::kReal:
        return statement_.exchange(soci::into(slot.real, slot.indicator));
    }
  }

  soci::statement statement_;
  const std::string sql_;
  const std::filesystem::path& file_;
  std::deque<Slot> parameters_;
  std::deque<Slot> columns_;
  size_t parameter_ = 0;
  size_t column_ = 0;
  bool prepared_ = false;
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(std::filesystem::path file, bool read_only) : file_(std::move(file)) {
    try {
      session_.open(soci::sqlite3, fmt::format("db=\"{}\" timeout=5", file_.string()));
    } catch (const soci::soci_error& error) {
      throw_as_ours(file_, error);
    }
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = FULL");
    execute("PRAGMA foreign_keys = ON");
    if (read_only) execute("PRAGMA query_only = ON");
  }

  Statement& statement(const std::string& sql) override {
    std::unique_ptr<SociStatement>& kept = statements_[sql];
    if (!kept) kept = std::make_unique<SociStatement>(session_, sql, file_);
    kept->restart();
    return *kept;
  }

  void execute(const std::string& sql) override {
    try {
      session_ << sql;
    } catch (const soci::soci_error& error) {
      throw_as_ours(file_, error);
    }
  }

  void begin() override { statement("BEGIN").run(); }
  void commit() override { statement("COMMIT").run(); }

  void rollback() noexcept override try {
    if (in_transaction()) statement("ROLLBACK").run();
  } catch (const std::exception& error) {
    log::error("rolling a transaction back failed: {}", error.what());
  }

  // SOCI's library keeps the type information of its backend to itself, which the sanitizer's check
  // of the cast would need to link.
  [[gnu::no_sanitize("vptr")]] bool in_transaction() override {
    const auto* backend = static_cast<soci::sqlite3_session_backend*>(session_.get_backend());
    return sqlite_api::sqlite3_get_autocommit(backend->conn_) == 0;
  }

 private:
  const std::filesystem::path file_;
  soci::session session_;
  // After the session, so that every statement is gone before it closes.
  std::unordered_map<std::string, std::unique_ptr<SociStatement>> statements_;
};

}  // namespace

std::unique_ptr<Connection> open_sqlite(const std::filesystem::path& file, bool read_only) {
  return std::make_unique<SqliteConnection>(file, read_only);
}

}  // namespace ashlar::store
