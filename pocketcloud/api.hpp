#pragma once
// The HTTP side: who may ask, how often, what is injected, which handler answers, what is recorded.

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/guarded.hpp"
#include "http/message.hpp"
#include "http/router.hpp"
#include "pocketcloud/cloud.hpp"
#include "pocketcloud/rate_limit.hpp"

namespace ashlar::pocketcloud {

/// An answer that is an error, in DigitalOcean's form.
struct ApiError {
  int status;
  std::string id;
  std::string message;
};

ApiError unprocessable(std::string message);
ApiError bad_request(std::string message);
ApiError not_found();
/// Of a request that no route takes: 501 for a route of DigitalOcean's that is not offered here,
/// 405 for another method of a path that is, 404 for what exists nowhere.
ApiError no_route(const http::Request& request, const std::vector<std::string>& allowed_methods);
/// The usual error of a status; an empty message is the usual one.
ApiError error_for_status(int status, const std::string& message);
http::Response error_response(const http::Request& request, const ApiError& error);

/// Appends each exchange as one JSON line, without tokens and user_data. Thread-safe.
class Recorder {
 public:
  /// An empty path records nothing. Throws Error(kInternal) when the file cannot be opened.
  explicit Recorder(const std::filesystem::path& path);
  void record(const http::Request& request, const http::Response& response);

 private:
  std::mutex mutex_;
  std::ofstream file_;
};

/// Droplets that a fault hides from GET for a while. Thread-safe.
class HiddenDroplets {
 public:
  void hide(long droplet, Time until);
  bool hides(long droplet, Time now) const;

 private:
  Guarded<std::map<long, Time>> until_;
};

struct ApiOptions {
  std::string token;
  std::filesystem::path record;
  size_t requests_per_hour = 5000;
  size_t requests_per_minute = 250;
};

class Api {
 public:
  Api(Cloud& cloud, ApiOptions options);
  /// Thread-safe; never throws.
  http::Response handle(const http::Request& request);

 private:
  bool is_authorized(const http::Request& request) const;
  http::Response answer_v2(const http::Request& request);
  http::Response with_faults(const http::Request& request);
  http::Response route(const http::Request& request);
  void hide_created(const http::Response& response, Millis duration);

  Cloud& cloud_;
  ApiOptions options_;
  http::Router router_;
  Recorder recorder_;
  Guarded<RateLimit> rate_limit_;
  HiddenDroplets hidden_;
};

// One file a resource.
void add_account_routes(http::Router& router, Cloud& cloud);
void add_droplet_routes(http::Router& router, Cloud& cloud, const HiddenDroplets& hidden);
void add_action_routes(http::Router& router, Cloud& cloud, const HiddenDroplets& hidden);
void add_vpc_routes(http::Router& router, Cloud& cloud);
void add_firewall_routes(http::Router& router, Cloud& cloud);
void add_tag_routes(http::Router& router, Cloud& cloud);
void add_fault_routes(http::Router& router, Cloud& cloud);
void add_console_routes(http::Router& router, Cloud& cloud);

// What handlers share.

/// The body as a JSON object; throws ApiError.
Json body_of(const http::Request& request);
/// A text field; empty when missing or null; throws ApiError(422) for another type.
std::string text_field(const Json& body, const std::string& name);
/// A path parameter as a number; throws ApiError(404) when it is none.
long id_of(const http::Request& request, const std::string& parameter);
/// A query parameter that has only these values; the first one when it is missing. Throws
/// ApiError(400).
std::string choice_of(const http::Request& request, const std::string& parameter,
                      const std::vector<std::string>& choices);
/// Throws ApiError(400) when both query parameters are there.
void refuse_together(const http::Request& request, const std::string& one,
                     const std::string& other);
/// `{KEY: page of items, links, meta}` as a response. Throws ApiError(400) for a page that the
/// specification does not allow.
http::Response page_of(const http::Request& request, std::string_view key, const Json& items);
/// The URL of this API as the client sees it, without a path.
std::string base_url(const http::Request& request);
/// Checks a tag's name; throws ApiError(422).
void check_tag_name(const std::string& name);

}  // namespace ashlar::pocketcloud
