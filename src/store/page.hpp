#pragma once
// Pages of a listing, newest first. A cursor names the last row shown, so that rows inserted
// meanwhile neither repeat nor hide one. Internal to the store.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "store/records.hpp"
#include "store/store.hpp"

namespace ashlar::store {

struct Position {
  Time created_at{};
  std::string id;
};

/// Opaque to users: base64 of time and id.
std::string to_cursor(const Position& position);
/// Throws Error(kInvalidInput) for text that is not a cursor.
Position from_cursor(const std::string& cursor);

/// Shows only rows whose column has the value; an empty value shows all.
struct Filter {
  std::string_view column;
  const std::string& value;
};

template <class Record>
Page<Record> read_page(Connection& connection, const std::string& organization_id,
                       const Filter& filter, std::string_view also, const PageRequest& request) {
  const int limit = std::clamp(request.limit, 1, 200);
  const bool filtered = !filter.value.empty();
  const bool continued = !request.cursor.empty();
  const Position before = continued ? from_cursor(request.cursor) : Position{};
  Statement& statement = connection.statement(select<Record>(fmt::format(
      "WHERE organization_id = :organization_id {} {} {} "
      "ORDER BY created_at DESC, id DESC LIMIT :most",
      also, filtered ? fmt::format("AND {0} = :{0}", filter.column) : "",
      continued ? "AND (created_at < :before OR (created_at = :same AND id < :before_id))" : "")));

  put(statement, organization_id);
  if (filtered) put(statement, filter.value);
  if (continued) {
    put(statement, before.created_at);
    put(statement, before.created_at);
    put(statement, before.id);
  }
  put(statement, limit + 1);  // one more tells whether there is a next page

  Page<Record> page;
  page.items = take_rows<Record>(statement);
  if (page.items.size() > static_cast<size_t>(limit)) {
    page.items.pop_back();
    page.next = to_cursor({page.items.back().created_at, page.items.back().id});
  }
  return page;
}

}  // namespace ashlar::store
