#pragma once
// The one choke point: every request enters and every answer leaves here.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/problem.hpp"
#include "api/route.hpp"
#include "http/router.hpp"

namespace ashlar::api {

/// In this order: routes, authenticates, checks the permission, bounds the body, calls the handler,
/// turns what it throws into a problem, redacts, adds security headers, counts, logs. Thread-safe.
class Gate {
 public:
  Gate(const Services& services, Metrics& metrics, Routes routes);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  http::Response handle(const http::Request& request) const;
  std::vector<RouteDescription> routes() const;

 private:
  /// What the log says beside the request and the answer.
  struct Trace {
    Actor actor;
    std::string failure;
  };
  struct Caller {
    store::Principal principal;
    std::optional<BrowserSession> session;
  };

  http::Response pass(const Route& route, const http::Request& request) const;
  http::Response answer_or_problem(const Route& route, const http::Request& request,
                                   Trace& trace) const;
  http::Response call(const Route& route, const http::Request& request, Trace& trace) const;
  std::function<bool()> recheck(const Route& route, const http::Request& request) const;
  Caller authenticate(const http::Request& request) const;
  Caller authenticate_session(const Secret& id) const;

  const Services& services_;
  Metrics& metrics_;
  const Routes routes_;
  http::Router router_;
};

}  // namespace ashlar::api
