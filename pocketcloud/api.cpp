#include "pocketcloud/api.hpp"

#include <openssl/crypto.h>

#include <cerrno>
#include <thread>

#include "base/file.hpp"
#include "base/log.hpp"

namespace ashlar::pocketcloud {
namespace {

http::Response dropped() {
  http::Response response;
  response.drop_connection = true;
  return response;
}

Json without_user_data(const std::string& body) {
  if (body.empty()) return nullptr;
  auto json = parse_json(body);
  if (!json) return "not JSON";
  if (json->is_object() && json->contains("user_data")) (*json)["user_data"] = "[removed]";
  return std::move(*json);
}

/// Some clients write a slash behind each path, and DigitalOcean takes it.
http::Request without_last_slash(http::Request request) {
  if (request.path.size() > 1 && request.path.ends_with('/')) request.path.pop_back();
  return request;
}

}  // namespace

Recorder::Recorder(const std::filesystem::path& path) {
  if (path.empty()) return;
  file_.open(path, std::ios::app);
  if (!file_) throw file_error("record to", path, errno);
}

void Recorder::record(const http::Request& request, const http::Response& response) {
  if (!file_.is_open()) return;
  Json query = Json::object();
  for (const auto& [name, value] : request.query) query[name] = value;
  Json headers = Json::object();
  for (const auto& [name, value] : response.headers) headers[name] = value;
  Json body = nullptr;
  if (!response.body.empty()) {
    const auto parsed = parse_json(response.body);
    body = parsed ? *parsed : Json(response.body);
  }
  const Json line = {{"method", request.method},
                     {"path", request.path},
                     {"query", query},
                     {"request_body", without_user_data(request.body)},
                     {"dropped", response.drop_connection},
                     {"status", response.status},
                     {"headers", headers},
                     {"body", body}};
  const std::lock_guard lock(mutex_);
  file_ << dump(line) << '\n' << std::flush;
}

void HiddenDroplets::hide(long droplet, Time until) {
  until_.with([&](auto& hidden) { hidden[droplet] = until; });
}

bool HiddenDroplets::hides(long droplet, Time now) const {
  return until_.with([&](const auto& hidden) {
    const auto found = hidden.find(droplet);
    return found != hidden.end() && now < found->second;
  });
}

Api::Api(Cloud& cloud, ApiOptions options)
    : cloud_(cloud),
      options_(std::move(options)),
      recorder_(options_.record),
      rate_limit_(options_.requests_per_hour, options_.requests_per_minute) {
  add_account_routes(router_, cloud_);
  add_droplet_routes(router_, cloud_, hidden_);
  add_action_routes(router_, cloud_, hidden_);
  add_vpc_routes(router_, cloud_);
  add_firewall_routes(router_, cloud_);
  add_tag_routes(router_, cloud_);
  add_fault_routes(router_, cloud_);
  add_console_routes(router_, cloud_);
  router_.add("GET", "/_pocket/routes", [this](const http::Request&) {
    Json routes = Json::array();
    for (const auto& [method, pattern] : router_.routes())
      routes.push_back({{"method", method}, {"path", pattern}});
    return http::Response::json(200, {{"routes", std::move(routes)}});
  });
}

http::Response Api::handle(const http::Request& raw) {
  const http::Request request = without_last_slash(raw);
  if (!request.path.starts_with("/v2/")) {
    if (!is_authorized(request)) return error_response(request, error_for_status(401, ""));
    return route(request);
  }
  http::Response response = answer_v2(request);
  response.headers["x-request-id"] = request.id;
  recorder_.record(request, response);
  return response;
}

bool Api::is_authorized(const http::Request& request) const {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string header = request.header("Authorization").value_or("");
  if (!header.starts_with(kScheme)) return false;
  const std::string token = header.substr(kScheme.size());
  return token.size() == options_.token.size() &&
         CRYPTO_memcmp(token.data(), options_.token.data(), token.size()) == 0;
}

http::Response Api::answer_v2(const http::Request& request) {
  const auto quota =
      rate_limit_.with([&](RateLimit& limit) { return limit.take(cloud_.clock().now()); });
  http::Response response;
  if (!is_authorized(request)) {
    response = error_response(request, error_for_status(401, ""));
  } else if (!quota.allowed) {
    response = error_response(request, error_for_status(429, ""));
  } else {
    response = with_faults(request);
  }
  http::Headers quota_headers;
  add_headers(quota, quota_headers);
  response.headers.merge(quota_headers);  // a fault's own headers stay
  response.headers.emplace("Content-Type",
                           "application/json; charset=utf-8");  // also without a body
  return response;
}

http::Response Api::with_faults(const http::Request& request) {
  const auto fault = cloud_.faults().strike_request(request.method, request.path);
  if (!fault) return route(request);
  if (fault->delay.count() > 0) std::this_thread::sleep_for(fault->delay);
  if (fault->drop_before_effect) return dropped();
  if (fault->status != 0) {
    auto response = error_response(request, error_for_status(fault->status, fault->message));
    if (fault->retry_after_s >= 0)
      response.headers["Retry-After"] = std::to_string(fault->retry_after_s);
    if (fault->status == 429) response.headers["RateLimit-Remaining"] = "0";
    return response;
  }
  http::Response response = route(request);
  if (fault->not_found_after_create.count() > 0)
    hide_created(response, fault->not_found_after_create);
  if (fault->delay_after_effect.count() > 0) std::this_thread::sleep_for(fault->delay_after_effect);
  return fault->drop_after_effect ? dropped() : std::move(response);
}

void Api::hide_created(const http::Response& response, Millis duration) {
  const auto body = parse_json(response.body);
  if (!body || !body->is_object()) return;
  const Time until = cloud_.clock().now() + duration;
  if (body->contains("droplet")) hidden_.hide(body->at("droplet").at("id").get<long>(), until);
  for (const auto& droplet : body->value("droplets", Json::array())) {
    hidden_.hide(droplet.at("id").get<long>(), until);
  }
}

http::Response Api::route(const http::Request& request) {
  const auto match = router_.match(request.method, request.path);
  if (match.handler == nullptr)
    return error_response(request, no_route(request, match.allowed_methods));
  http::Request routed = request;
  routed.path_parameters = match.parameters;
  try {
    return (*match.handler)(routed);
  } catch (const ApiError& error) {
    return error_response(request, error);
  } catch (const Error& error) {
    const int status = info(error.code()).http_status;
    if (status >= 500) log::error("{} {}: {}", request.method, request.path, error.what());
    ApiError answer = error_for_status(status, error.what());
    if (error.code() == ErrorCode::kConflict) answer.id = "conflict";
    return error_response(request, answer);
  } catch (const std::exception& error) {
    log::error("{} {}: {}", request.method, request.path, error.what());
    return error_response(request, error_for_status(500, ""));
  }
}

}  // namespace ashlar::pocketcloud
