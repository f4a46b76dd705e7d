#include "http/router.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>

namespace ashlar::http {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == path.npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}
bool is_rest(std::string_view segment) {
  return is_parameter(segment) && segment.ends_with("...}");
}
std::string parameter_name(std::string_view segment) {
  const size_t closing = is_rest(segment) ? 4 : 1;
  return std::string(segment.substr(1, segment.size() - 1 - closing));
}

std::string join_from(const std::vector<std::string>& segments, size_t first) {
  std::string joined;
  for (size_t i = first; i < segments.size(); ++i) {
    if (i > first) joined += '/';
    joined += segments[i];
  }
  return joined;
}

std::optional<std::map<std::string, std::string>> fit(const std::vector<std::string>& pattern,
                                                      const std::vector<std::string>& path) {
  std::map<std::string, std::string> parameters;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (is_rest(pattern[i])) {
      parameters[parameter_name(pattern[i])] = join_from(path, std::min(i, path.size()));
      return parameters;
    }
    if (i >= path.size()) return std::nullopt;
    if (is_parameter(pattern[i])) {
      if (path[i].empty()) return std::nullopt;
      parameters[parameter_name(pattern[i])] = path[i];
    } else if (pattern[i] != path[i]) {
      return std::nullopt;
    }
  }
  if (pattern.size() != path.size()) return std::nullopt;
  return parameters;
}

/// The form in which two patterns that fit the same paths are equal: names of parameters dropped.
/// Sorts literals ('0') before parameters ('1') before rests ('2'), segment by segment.
std::string shape(const std::vector<std::string>& pattern) {
  std::string text;
  for (const auto& segment : pattern) {
    text += is_rest(segment) ? "2" : is_parameter(segment) ? "1" : "0" + segment;
    text += '/';
  }
  return text;
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, Handler handler) {
  if (!pattern.starts_with('/') || !handler) {
    throw Error(ErrorCode::kInternal,
                fmt::format("route {} {} has no leading slash or no handler", method, pattern));
  }
  Route route{std::string(method), std::string(pattern), split(pattern), std::move(handler)};
  for (size_t i = 0; i + 1 < route.segments.size(); ++i) {
    if (is_rest(route.segments[i])) {
      throw Error(ErrorCode::kInternal,
                  fmt::format("route {} {} goes on after {}", method, pattern, route.segments[i]));
    }
  }
  const auto new_shape = shape(route.segments);
  for (const auto& known : routes_) {
    if (known.method == method && shape(known.segments) == new_shape) {
      throw Error(ErrorCode::kInternal, fmt::format("route {} {} is added twice (as {} before)",
                                                    method, pattern, known.pattern));
    }
  }
  const auto place = std::ranges::upper_bound(
      routes_, new_shape, {}, [](const Route& known) { return shape(known.segments); });
  routes_.insert(place, std::move(route));
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  Match match;
  const auto segments = split(path);
  std::set<std::string> allowed;
  // Routes stand in the order of their shapes, so the first that fits has the most literal segments
  // from the left.
  for (const auto& route : routes_) {
    auto parameters = fit(route.segments, segments);
    if (!parameters) continue;
    if (route.method == method) {
      match.handler = &route.handler;
      match.parameters = std::move(*parameters);
      match.pattern = route.pattern;
      match.allowed_methods.clear();
      return match;
    }
    allowed.insert(route.method);
  }
  match.allowed_methods.assign(allowed.begin(), allowed.end());
  return match;
}

std::vector<std::pair<std::string, std::string>> Router::routes() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& route : routes_) all.emplace_back(route.method, route.pattern);
  return all;
}

Response dispatch(const Router& router, const Request& request) {
  auto match = router.match(request.method, request.path);
  if (!match.handler && request.method == "HEAD") match = router.match("GET", request.path);
  if (match.handler) {
    auto filled = request;
    filled.path_parameters = std::move(match.parameters);
    return (*match.handler)(filled);
  }
  if (match.allowed_methods.empty()) {
    return Response::problem(404, fmt::format("there is nothing at {}", request.path), request.id);
  }
  const auto allow = fmt::format("{}", fmt::join(match.allowed_methods, ", "));
  auto response = request.method == "OPTIONS"
                      ? Response::empty(204)
                      : Response::problem(405,
                                          fmt::format("{} is not possible at {}, only {}",
                                                      request.method, request.path, allow),
                                          request.id);
  response.headers["Allow"] = allow;
  return response;
}

}  // namespace ashlar::http
