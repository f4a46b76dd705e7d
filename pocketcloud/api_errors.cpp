// Errors in DigitalOcean's form.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

#include "pocketcloud/api.hpp"
#include "pocketcloud/specified_routes.hpp"

namespace ashlar::pocketcloud {
namespace {

http::Router read_specified_routes() {
  http::Router router;
  std::istringstream lines{std::string(kSpecifiedRoutes)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string path;
    words >> path;
    for (std::string method; words >> method;)
      router.add(method, path, [](const http::Request&) { return http::Response::empty(501); });
  }
  return router;
}

bool is_specified(const http::Request& request) {
  static const http::Router specified = read_specified_routes();
  return specified.match(request.method, request.path).handler != nullptr;
}

}  // namespace

http::Response error_response(const http::Request& request, const ApiError& error) {
  Json body = {{"id", error.id}, {"message", error.message}, {"request_id", request.id}};
  if (error.status == 400) {
    // For bad requests the specification knows a second form; this is both.
    body["error"] = error.message;
    body["root_causes"] = Json::array();
  }
  return http::Response::json(error.status, body);
}

ApiError error_for_status(int status, const std::string& message) {
  const auto said = [&](const char* usual) {
    return message.empty() ? std::string(usual) : message;
  };
  switch (status) {
    case 401:
      return {401, "unauthorized", said("Unable to authenticate you")};
    case 404:
      return {404, "not_found", said("The resource you were accessing could not be found.")};
    case 429:
      return {429, "too_many_requests", said("API Rate limit exceeded.")};
    case 503:
      return {503, "service_unavailable",
              said("The server is temporarily unavailable. Please try again.")};
    default:
      if (status >= 500) return {status, "server_error", said("Unexpected server-side error")};
      return {status, "unprocessable_entity", said("Injected fault")};
  }
}

ApiError unprocessable(std::string message) {
  return {422, "unprocessable_entity", std::move(message)};
}
ApiError not_found() {
  return error_for_status(404, "");
}

ApiError bad_request(std::string message) {
  return {400, "bad_request", std::move(message)};
}

ApiError no_route(const http::Request& request, const std::vector<std::string>& allowed_methods) {
  const std::string at_this_path =
      allowed_methods.empty()
          ? ""
          : fmt::format(" At this path it offers {}.", fmt::join(allowed_methods, ", "));
  if (is_specified(request)) {
    return {501, "not_implemented",
            fmt::format("This pocket cloud does not offer {} {}, which is a route of "
                        "DigitalOcean's.{} GET /_pocket/routes lists what it offers.",
                        request.method, request.path, at_this_path)};
  }
  if (allowed_methods.empty()) return not_found();
  return {405, "method_not_allowed",
          fmt::format("There is no {} {}.{}", request.method, request.path, at_this_path)};
}

}  // namespace ashlar::pocketcloud
