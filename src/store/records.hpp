#pragma once
// Queries over whole records. Internal to the store.

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "store/columns.hpp"
#include "store/sql.hpp"

namespace ashlar::store {

struct PutVisitor {
  Statement& statement;
  void operator()(const char*, const auto& field) { put(statement, field); }
  template <class Text>
  void operator()(const char*, Free<Text> field);
};

template <class Text>
void PutVisitor::operator()(const char*, Free<Text> field) {
  put(statement, redact(field.text));
}

struct TakeVisitor {
  Statement& statement;
  void operator()(const char*, auto& field) { take(statement, field); }
  template <class Text>
  void operator()(const char*, Free<Text> field) {
    take(statement, field.text);
  }
};

struct TypeVisitor {
  std::vector<ColumnType>& types;
  template <class Field>
  void operator()(const char*, Field&) {
    types.push_back(column_type<std::remove_const_t<Field>>());
  }
  template <class Text>
  void operator()(const char*, Free<Text>) {
    types.push_back(ColumnType::kText);
  }
};

/// Joins column names, each written through `format` (in which {0} is the name).
struct NameVisitor {
  std::string& names;
  std::string_view format;
  void operator()(const char* name, auto&&) {
    if (!names.empty()) names += ", ";
    names += fmt::format(fmt::runtime(format), name);
  }
};

template <class Record>
concept HasColumns = (kTable<Record> != nullptr);

/// "id, organization_id, ...": every column, in the order in which rows are read and written.
template <class Record>
const std::string& all_columns() {
  static const std::string names = [] {
    std::string text;
    Record record;
    visit_identity(NameVisitor{text, "{0}"}, record);
    visit_state(NameVisitor{text, "{0}"}, record);
    return text;
  }();
  return names;
}

template <class Record>
const std::string& insert_sql() {
  static const std::string sql = [] {
    std::string values;
    Record record;
    visit_identity(NameVisitor{values, ":{0}"}, record);
    visit_state(NameVisitor{values, ":{0}"}, record);
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", kTable<Record>, all_columns<Record>(),
                       values);
  }();
  return sql;
}

/// "state = :state, ...": what an update writes.
template <class Record>
const std::string& state_assignments() {
  static const std::string names = [] {
    std::string text;
    Record record;
    visit_state(NameVisitor{text, "{0} = :{0}"}, record);
    return text;
  }();
  return names;
}

template <class Record>
void put_all(Statement& statement, const Record& record) {
  visit_identity(PutVisitor{statement}, record);
  visit_state(PutVisitor{statement}, record);
}

template <class Row>
const std::vector<ColumnType>& row_types() {
  static const std::vector<ColumnType> types = [] {
    std::vector<ColumnType> list;
    if constexpr (HasColumns<Row>) {
      Row row;
      visit_identity(TypeVisitor{list}, row);
      visit_state(TypeVisitor{list}, row);
    } else {
      list.push_back(column_type<Row>());
    }
    return list;
  }();
  return types;
}

template <class Row>
Row take_row(Statement& statement) {
  Row row{};
  if constexpr (HasColumns<Row>) {
    visit_identity(TakeVisitor{statement}, row);
    visit_state(TakeVisitor{statement}, row);
  } else {
    take(statement, row);
  }
  return row;
}

/// Every row of a query whose parameters are in place, as records or, for one column, plain values.
template <class Row>
std::vector<Row> take_rows(Statement& statement) {
  statement.open(row_types<Row>());
  std::vector<Row> rows;
  try {
    while (statement.next()) rows.push_back(take_row<Row>(statement));
  } catch (...) {
    statement.close();
    throw;
  }
  return rows;
}

template <class Row, class... Parameters>
std::vector<Row> all_rows(Connection& connection, const std::string& sql,
                          const Parameters&... parameters) {
  Statement& statement = connection.statement(sql);
  (put(statement, parameters), ...);
  return take_rows<Row>(statement);
}

/// The only row of a query that yields one at most.
template <class Row, class... Parameters>
std::optional<Row> one_row(Connection& connection, const std::string& sql,
                           const Parameters&... parameters) {
  auto rows = all_rows<Row>(connection, sql, parameters...);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

/// Executes a change; returns how many rows it touched.
template <class... Parameters>
long long change(Connection& connection, const std::string& sql, const Parameters&... parameters) {
  Statement& statement = connection.statement(sql);
  (put(statement, parameters), ...);
  return statement.run();
}

template <class Record>
void insert(Connection& connection, const Record& record) {
  Statement& statement = connection.statement(insert_sql<Record>());
  put_all(statement, record);
  statement.run();
}

/// SELECT of every column of the record's table, then `rest` ("WHERE ...").
template <class Record>
std::string select(std::string_view rest) {
  return fmt::format("SELECT {} FROM {} {}", all_columns<Record>(), kTable<Record>, rest);
}

}  // namespace ashlar::store
