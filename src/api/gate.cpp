#include "api/gate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "api/input.hpp"
#include "api/metrics.hpp"
#include "api/redaction.hpp"
#include "api/session.hpp"
#include "base/log.hpp"

namespace ashlar::api {
namespace {

constexpr std::string_view kPrefix = "/api";

std::string content_type(const http::Response& response) {
  const auto found = response.headers.find("Content-Type");
  return found == response.headers.end() ? "" : found->second;
}

void add_security_headers(http::Response& response) {
  response.headers["Cache-Control"] = "no-store";
  response.headers["X-Content-Type-Options"] = "nosniff";
  response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'";
  response.headers["Referrer-Policy"] = "no-referrer";
  if (response.status == 401) response.headers["WWW-Authenticate"] = "Bearer realm=\"ashlar\"";
}

/// Stands in where no route fits; it is passed like any other, so that only a valid token learns
/// which paths there are.
Route missing_route(const http::Router::Match& match, const http::Request& request) {
  const std::string allowed = fmt::format("{}", fmt::join(match.allowed_methods, ", "));
  if (!allowed.empty())
    return {request.method, "none", Access::any_token(),
            [allowed](const Call& call) -> http::Response {
              throw Refusal(
                  Refusal::Reason::kNoMethod,
                  fmt::format("{} is not possible at {}", call.request.method, call.request.path),
                  "possible here: " + allowed);
            }};
  return {request.method, "none", Access::any_token(), [](const Call& call) -> http::Response {
            throw Error(ErrorCode::kNotFound,
                        fmt::format("there is nothing at {}", call.request.path),
                        "api/openapi.yaml lists the routes");
          }};
}

/// The path as one word for the log: it is decoded, so it may hold line breaks.
std::string for_log(const std::string& path) {
  return dump(Json(path.substr(0, 200)));
}

/// Methods of the client's invention must not become labels without bound.
std::string known_method(const std::string& method) {
  static constexpr std::array<std::string_view, 7> kKnown{"GET",   "HEAD",   "POST",   "PUT",
                                                          "PATCH", "DELETE", "OPTIONS"};
  return std::ranges::find(kKnown, method) == kKnown.end() ? "other" : method;
}

void log_line(const Route& route, const http::Request& request, int status, double seconds,
              const Actor& actor, const std::string& failure) {
  const std::string line =
      fmt::format("{} {} {} {} in {:.1f} ms for {} from {}{}{}", request.id, request.method,
                  for_log(request.path), status, seconds * 1000, for_log(actor), request.peer,
                  failure.empty() ? "" : ": ", failure);
  if (status >= 500)
    log::error("{}", line);
  else if (route.access.is_public)
    log::debug("{}", line);  // probes come every few seconds
  else
    log::info("{}", line);
}

}  // namespace

bool permits(const store::Principal& principal, std::string_view needed) {
  const std::string group = std::string(needed.substr(0, needed.find(':'))) + ":*";
  return std::ranges::any_of(principal.permissions, [&](const std::string& has) {
    return has == "*" || has == needed || has == group;
  });
}

void require_permission(const store::Principal& principal, std::string_view needed) {
  if (permits(principal, needed)) return;
  throw Error(ErrorCode::kForbidden,
              fmt::format("the token '{}' lacks the permission {}", principal.name, needed),
              "ask an administrator for a token that has it");
}

namespace {

void require_access(const store::Principal& principal, const Access& access) {
  if (access.permission.empty()) return;
  if (!access.or_permission.empty() && permits(principal, access.or_permission)) return;
  require_permission(principal, access.permission);
}

}  // namespace

Gate::Gate(const Services& services, Metrics& metrics, Routes routes)
    : services_(services), metrics_(metrics), routes_(std::move(routes)) {
  for (const Route& route : routes_) {
    const auto handler = [this, &route](const http::Request& request) {
      return pass(route, request);
    };
    router_.add(route.method, std::string(kPrefix) + route.pattern, handler);
    if (route.also_at_root) router_.add(route.method, route.pattern, handler);
  }
}

std::vector<RouteDescription> Gate::routes() const {
  std::vector<RouteDescription> list;
  for (const Route& route : routes_)
    list.push_back({route.method, route.pattern, route.access.permission, route.access.is_public});
  return list;
}

http::Response Gate::handle(const http::Request& request) const {
  http::Router::Match match = router_.match(request.method, request.path);
  // The server leaves the body out of what answers HEAD.
  if (match.handler == nullptr && request.method == "HEAD")
    match = router_.match("GET", request.path);
  if (match.handler == nullptr) {
    http::Response response = pass(missing_route(match, request), request);
    if (response.status == 405)
      response.headers["Allow"] = fmt::format("{}", fmt::join(match.allowed_methods, ", "));
    return response;
  }
  http::Request routed = request;
  routed.path_parameters = std::move(match.parameters);
  return (*match.handler)(routed);
}

http::Response Gate::pass(const Route& route, const http::Request& request) const {
  const auto began = std::chrono::steady_clock::now();
  Trace trace;
  http::Response response = answer_or_problem(route, request, trace);
  if (!route.reveals_secrets || response.status >= 300)
    response.body = redacted_body(std::move(response.body), content_type(response));
  add_security_headers(response);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  metrics_.count_request(known_method(request.method), route.pattern, response.status, seconds);
  log_line(route, request, response.status, seconds, trace.actor, trace.failure);
  return response;
}

http::Response Gate::answer_or_problem(const Route& route, const http::Request& request,
                                       Trace& trace) const {
  // Only the server's own failures explain themselves in the log: a client's mistakes are told to
  // the client, and may quote what it sent.
  try {
    return call(route, request, trace);
  } catch (const Refusal& refusal) {
    return answer(to_problem(refusal), request);
  } catch (const Error& error) {
    const Problem problem = to_problem(error);
    if (problem.status >= 500) trace.failure = error.message();
    return answer(problem, request);
  } catch (const std::exception& error) {
    trace.failure = error.what();
    return answer(internal_problem(), request);
  }
}

http::Response Gate::call(const Route& route, const http::Request& request, Trace& trace) const {
  Caller caller;
  if (!route.access.is_public) {
    caller = authenticate(request);
    trace.actor = actor_of(caller.principal, caller.session.has_value());
    if (caller.session) require_csrf_token(request, caller.session->id);
    require_access(caller.principal, route.access);
  }
  if (request.body.size() > services_.most_body_bytes)
    throw Refusal(Refusal::Reason::kTooLarge,
                  fmt::format("the body has {} bytes; at most {} are taken", request.body.size(),
                              services_.most_body_bytes));
  require_readable_query(request);
  const BrowserSession* const session = caller.session ? &*caller.session : nullptr;
  return route.handle(Call{request, caller.principal, session,
                           route.access.is_public ? nullptr : recheck(route, request)});
}

/// Tokens are revoked and sessions end while an answer goes on. A database that does not answer
/// proves nothing of the kind.
std::function<bool()> Gate::recheck(const Route& route, const http::Request& request) const {
  http::Request credentials;
  for (const char* header : {"Authorization", "Cookie"})
    if (const auto value = request.header(header)) credentials.headers[header] = *value;
  return [this, access = route.access, credentials = std::move(credentials)] {
    try {
      require_access(authenticate(credentials).principal, access);
      return true;
    } catch (const Error& error) {
      return error.code() != ErrorCode::kUnauthenticated && error.code() != ErrorCode::kForbidden;
    }
  };
}

/// By the bearer token, or, when there is none, by the session that the cookie names.
Gate::Caller Gate::authenticate(const http::Request& request) const {
  static constexpr std::string_view kScheme = "Bearer ";
  const std::string header = request.header("Authorization").value_or("");
  if (header.empty())
    if (const auto id = session_id_in(request)) return authenticate_session(*id);
  if (!header.starts_with(kScheme))
    throw Error(ErrorCode::kUnauthenticated, "the request has no token",
                "send Authorization: Bearer TOKEN");
  auto principal = services_.store.authenticate(Secret(header.substr(kScheme.size())));
  if (!principal)
    throw Error(ErrorCode::kUnauthenticated, "the token is not valid",
                "check that it was copied whole and not revoked");
  return {std::move(*principal), std::nullopt};
}

Gate::Caller Gate::authenticate_session(const Secret& id) const {
  auto session = services_.store.find_session(id, services_.clock.now());
  if (!session)
    throw Error(ErrorCode::kUnauthenticated, "the session is over, or was never begun",
                "sign in again");
  store::Principal principal = session->principal;
  return {std::move(principal), BrowserSession{id, std::move(*session)}};
}

}  // namespace ashlar::api
