#include "store/sql_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

#include "store/cursor.hpp"
#include "store/page.hpp"
#include "store/records.hpp"

namespace ashlar::store {
namespace {

/// Statements are prepared once for each text, so the text must not depend on how many values a
/// filter has: a list is one parameter, ",a,b,", and empty when it lets all pass.
std::string as_list(const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "," : "") + value + ",";
  return list;
}

std::string one_of(std::string_view column) {
  return fmt::format(" AND (:any_{0} = '' OR :list_{0} LIKE '%,' || {0} || ',%')", column);
}

void put_list(Statement& statement, const std::vector<std::string>& values) {
  const std::string list = as_list(values);
  put(statement, list);
  put(statement, list);
}

std::vector<std::string> list_of(const std::string& value) {
  return value.empty() ? std::vector<std::string>{} : std::vector<std::string>{value};
}

/// The text as a LIKE pattern of what contains it. Names are lower-case.
std::string containing(const std::string& text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return pattern + "%";
}

// --- resources ---------------------------------------------------------------------------------

struct SortColumn {
  std::string_view name;
  char type;  // as from_opaque() has it
};

SortColumn column_of(SortKey key) {
  static constexpr std::array<SortColumn, 10> kColumns{{{"name", 's'},
                                                        {"state", 's'},
                                                        {"health", 's'},
                                                        {"type", 's'},
                                                        {"region", 's'},
                                                        {"version", 's'},
                                                        {"nodes", 'i'},
                                                        {"monthly_usd", 'n'},
                                                        {"created_at", 'i'},
                                                        {"updated_at", 'i'}}};
  return kColumns.at(static_cast<size_t>(key));
}

Json value_of(const ResourceSummary& summary, SortKey key) {
  switch (key) {
    case SortKey::kName:
      return summary.name;
    case SortKey::kState:
      return to_string(summary.state);
    case SortKey::kHealth:
      return summary.health;
    case SortKey::kType:
      return summary.type;
    case SortKey::kRegion:
      return summary.region;
    case SortKey::kVersion:
      return summary.version;
    case SortKey::kNodes:
      return summary.nodes;
    case SortKey::kMonthlyUsd:
      return summary.monthly_usd.value_or(-1);
    case SortKey::kCreatedAt:
      return summary.created_at.time_since_epoch().count();
    case SortKey::kUpdatedAt:
      return summary.updated_at.time_since_epoch().count();
  }
  return nullptr;
}

/// A cursor of a listing: its order, the last row's value, and its id.
std::string order_name(const ResourceQuery& query) {
  return fmt::format("{}{}", query.descending ? "-" : "", column_of(query.sort).name);
}

Json place_of(const std::string& cursor, const ResourceQuery& query) {
  const std::string types{'s', column_of(query.sort).type, 's'};
  Json place = from_opaque(cursor, types);
  if (place[0] != order_name(query)) return from_opaque("", types);  // throws: another order's
  return place;
}

void put_value(Statement& statement, const Json& value, char type) {
  if (type == 's')
    put(statement, value.get<std::string>());
  else if (type == 'i')
    put(statement, value.get<long long>());
  else
    put(statement, value.get<double>());
}

const std::string& resource_filter() {
  static const std::string sql =
      "FROM resource_summaries WHERE organization_id = :organization_id" + one_of("kind") +
      one_of("state") + one_of("health") + one_of("type") + one_of("region") + one_of("version") +
      " AND (:any_name = '' OR name LIKE :pattern ESCAPE '\\')";
  return sql;
}

void put_filter(Statement& statement, const std::string& organization_id,
                const ResourceQuery& query) {
  put(statement, organization_id);
  put_list(statement, list_of(query.kind));
  put_list(statement, query.states);
  put_list(statement, query.healths);
  put_list(statement, query.types);
  put_list(statement, query.regions);
  put_list(statement, query.versions);
  put(statement, query.name_contains);
  put(statement, containing(query.name_contains));
}

std::string page_sql(const ResourceQuery& query, bool continued) {
  const std::string_view column = column_of(query.sort).name;
  const std::string_view beyond = query.descending ? "<" : ">";
  const std::string_view order = query.descending ? "DESC" : "ASC";
  return fmt::format(
      "SELECT {0} {1} {2} ORDER BY {3} {4}, id {4} LIMIT :most", all_columns<ResourceSummary>(),
      resource_filter(),
      continued ? fmt::format("AND ({0} {1} :beyond OR ({0} = :same AND id {1} :beyond_id))",
                              column, beyond)
                : "",
      column, order);
}

std::vector<ResourceSummary> read_summaries(Connection& connection,
                                            const std::string& organization_id,
                                            const ResourceQuery& query, const std::string& cursor,
                                            int most) {
  const bool continued = !cursor.empty();
  const Json place = continued ? place_of(cursor, query) : Json();
  Statement& statement = connection.statement(page_sql(query, continued));
  put_filter(statement, organization_id, query);
  if (continued) {
    const char type = column_of(query.sort).type;
    put_value(statement, place[1], type);
    put_value(statement, place[1], type);
    put(statement, place[2].get<std::string>());
  }
  put(statement, most);
  return take_rows<ResourceSummary>(statement);
}

long long count_resources(Connection& connection, const std::string& organization_id,
                          const ResourceQuery& query) {
  static const std::string sql = "SELECT COUNT(*) " + resource_filter();
  Statement& statement = connection.statement(sql);
  put_filter(statement, organization_id, query);
  return take_rows<long long>(statement).at(0);
}

// --- operations --------------------------------------------------------------------------------

const std::string& operation_filter() {
  static const std::string sql = "organization_id = :organization_id" + one_of("resource_id") +
                                 one_of("state") + one_of("action");
  return sql;
}

void put_filter(Statement& statement, const std::string& organization_id,
                const OperationQuery& query) {
  put(statement, organization_id);
  put_list(statement, list_of(query.resource_id));
  put_list(statement, query.states);
  put_list(statement, query.actions);
}

}  // namespace

void put_summary(Connection& connection, const Resource& resource, const Summarize& summarize) {
  if (resource.state == ResourceState::kDeleted) {
    change(connection, "DELETE FROM resource_summaries WHERE id = :id", resource.id);
    return;
  }
  static const std::string sql = [] {
    std::string assignments;
    ResourceSummary any;
    visit_state(NameVisitor{assignments, "{0} = excluded.{0}"}, any);
    return fmt::format("{} ON CONFLICT (id) DO UPDATE SET {}", insert_sql<ResourceSummary>(),
                       assignments);
  }();
  Statement& statement = connection.statement(sql);
  put_all(statement, summarize(resource));
  statement.run();
}

void fill_summaries(Connection& connection, const Summarize& summarize) {
  if (one_row<std::string>(connection, "SELECT id FROM resource_summaries LIMIT 1")) return;
  // One at a time: specs and states are large, and there may be many.
  for (const std::string& id :
       all_rows<std::string>(connection, "SELECT id FROM resources WHERE state <> 'deleted'")) {
    static const std::string sql = select<Resource>("WHERE id = :id");
    put_summary(connection, *one_row<Resource>(connection, sql, id), summarize);
  }
}

CountedPage<ListedResource> search_resources(Connection& connection,
                                             const std::string& organization_id,
                                             const ResourceQuery& query,
                                             const PageRequest& request) {
  static const std::string operation_sql =
      select<Operation>("WHERE id = :id AND organization_id = :organization_id");
  const int limit = std::clamp(request.limit, 1, 200);
  auto rows = read_summaries(connection, organization_id, query, request.cursor, limit + 1);
  CountedPage<ListedResource> page;
  page.total = count_resources(connection, organization_id, query);
  if (rows.size() > static_cast<size_t>(limit)) {
    rows.pop_back();
    page.next = to_opaque({order_name(query), value_of(rows.back(), query.sort), rows.back().id});
  }
  for (ResourceSummary& row : rows) {
    auto operation =
        one_row<Operation>(connection, operation_sql, row.current_operation_id, organization_id);
    page.items.push_back({std::move(row), std::move(operation)});
  }
  return page;
}

CountedPage<Operation> search_operations(Connection& connection, const std::string& organization_id,
                                         const OperationQuery& query, const PageRequest& request) {
  const int limit = std::clamp(request.limit, 1, 200);
  const bool continued = !request.cursor.empty();
  const Position before = continued ? from_cursor(request.cursor) : Position{};
  Statement& statement = connection.statement(select<Operation>(fmt::format(
      "WHERE {} {} ORDER BY created_at DESC, id DESC LIMIT :most", operation_filter(),
      continued ? "AND (created_at < :before OR (created_at = :same AND id < :before_id))" : "")));
  put_filter(statement, organization_id, query);
  if (continued) {
    put(statement, before.created_at);
    put(statement, before.created_at);
    put(statement, before.id);
  }
  put(statement, limit + 1);

  CountedPage<Operation> page;
  page.items = take_rows<Operation>(statement);
  if (page.items.size() > static_cast<size_t>(limit)) {
    page.items.pop_back();
    page.next = to_cursor({page.items.back().created_at, page.items.back().id});
  }
  static const std::string count_sql =
      "SELECT COUNT(*) FROM operations WHERE " + operation_filter();
  Statement& count = connection.statement(count_sql);
  put_filter(count, organization_id, query);
  page.total = take_rows<long long>(count).at(0);
  return page;
}

/// Operations of one resource never overlap, so their order is the order of their events; going
/// from one operation to the next spares the database sorting the events of all.
Page<Event> list_resource_events(Connection& connection, const std::string& organization_id,
                                 const std::string& resource_id, const PageRequest& request) {
  const size_t limit = static_cast<size_t>(std::clamp(request.limit, 1, 200));
  static const std::string operations_sql =
      "SELECT id FROM operations WHERE resource_id = :resource_id "
      "AND organization_id = :organization_id ORDER BY created_at DESC, id DESC";
  static const std::string events_sql = select<Event>(
      "WHERE operation_id = :operation_id AND number < :before ORDER BY number DESC LIMIT :most");
  static constexpr long long kAll = std::numeric_limits<long long>::max();

  auto operations = all_rows<std::string>(connection, operations_sql, resource_id, organization_id);
  long long before = kAll;
  if (!request.cursor.empty()) {
    const Json place = from_opaque(request.cursor, "si");
    operations.erase(operations.begin(),
                     std::ranges::find(operations, place[0].get<std::string>()));
    before = place[1].get<long long>();
  }
  Page<Event> page;
  for (const std::string& operation : operations) {
    const auto events = all_rows<Event>(connection, events_sql, operation, before,
                                        static_cast<long long>(limit + 1 - page.items.size()));
    page.items.insert(page.items.end(), events.begin(), events.end());
    if (page.items.size() > limit) break;
    before = kAll;
  }
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next = to_opaque({page.items.back().operation_id, page.items.back().number});
  }
  return page;
}

std::vector<Sample> list_samples(Connection& connection, const std::string& organization_id,
                                 const std::string& resource_id, Time since) {
  Statement& statement = connection.statement(
      "SELECT s.taken_at, s.readings FROM samples s JOIN resources r ON r.id = s.resource_id "
      "WHERE s.resource_id = :resource_id AND r.organization_id = :organization_id "
      "AND s.taken_at >= :since ORDER BY s.taken_at");
  put(statement, resource_id);
  put(statement, organization_id);
  put(statement, since);
  statement.open({ColumnType::kNumber, ColumnType::kText});
  std::vector<Sample> samples;
  while (statement.next()) {
    Sample& sample = samples.emplace_back();
    take(statement, sample.at);
    take(statement, sample.readings);
  }
  return samples;
}

}  // namespace ashlar::store
