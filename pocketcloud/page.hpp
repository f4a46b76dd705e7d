#pragma once
// Lists as DigitalOcean sends them: a page, links to its neighbours, the total.

#include <optional>
#include <string>

#include "base/json.hpp"
#include "http/message.hpp"

namespace ashlar::pocketcloud {

struct PageRequest {
  long page = 1;
  long per_page = 20;

  /// Out of range or malformed values fall back to the defaults and limits, as DigitalOcean's do.
  static PageRequest from(const http::Query& query);
};

/// `{KEY: [items of the page], links, meta: {total}}`. `url` is the list's own, without the query;
/// other query parameters are kept in the links.
Json paginate(std::string_view key, const Json& all, const PageRequest& request,
              const std::string& url, const http::Query& query);

}  // namespace ashlar::pocketcloud
