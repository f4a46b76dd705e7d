#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"

namespace ashlar::http {

/// Maps method and path pattern to a handler. Patterns are segments, literal or `{name}`; a final
/// `{name...}` takes the rest of the path. Literal segments win over parameters. Filled before the
/// server starts, then read-only and so thread-safe.
class Router {
 public:
  /// `pattern` such as `/servers/{id}`. Adding one twice is a programming error and
  /// throws.
  void add(std::string_view method, std::string_view pattern, Handler handler);

  struct Match {
    const Handler* handler = nullptr;  // null: no route
    std::map<std::string, std::string> parameters;
    std::vector<std::string> allowed_methods;  // filled when the path exists with other methods
    std::string pattern;                       // of the route; for metrics
  };
  Match match(std::string_view method, std::string_view path) const;

  /// Method and pattern of every route.
  std::vector<std::pair<std::string, std::string>> routes() const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    std::vector<std::string> segments;
    Handler handler;
  };
  std::vector<Route> routes_;
};

/// Fills the path parameters and calls the route's handler (GET's for HEAD without its own). No
/// route: 404; the path exists with other methods: 405 with Allow, or 204 with Allow for OPTIONS.
/// Both errors are problem details.
Response dispatch(const Router& router, const Request& request);

}  // namespace ashlar::http
