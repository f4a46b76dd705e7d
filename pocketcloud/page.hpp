#pragma once
// Lists as DigitalOcean sends them: a page, links to its neighbours, the total.

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/json.hpp"
#include "http/message.hpp"

namespace ashlar::pocketcloud {

struct PageRequest {
  long page = 1;
  long per_page = 20;

  /// `page` and `per_page` as the specification has them: whole numbers from 1, 200 a page at most.
  static Parsed<PageRequest> from(const http::Query& query);
};

/// `{KEY: [items of the page], links, meta: {total}}`. `url` is the list's own, without the query;
/// other query parameters are kept in the links.
Json paginate(std::string_view key, const Json& all, const PageRequest& request,
              const std::string& url, const http::Query& query);

}  // namespace ashlar::pocketcloud
