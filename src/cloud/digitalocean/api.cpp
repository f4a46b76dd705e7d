#include "cloud/digitalocean/api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <random>
#include <thread>

#include "base/log.hpp"

namespace ashlar::cloud {
namespace {

constexpr int kPageSize = 200;
constexpr int kMostPages = 1000;
constexpr size_t kMostMessage = 600;

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
}

/// What the provider says may quote what it was sent.
std::string without(std::string text, const Secret* hidden) {
  if (hidden) {
    constexpr size_t kWorthHiding = 12;
    const std::string_view all = hidden->reveal();
    for (size_t begin = 0; begin < all.size();) {
      const auto end = std::min(all.find('\n', begin), all.size());
      auto line = all.substr(begin, end - begin);
      line.remove_prefix(std::min(line.find_first_not_of(" -"), line.size()));
      if (line.size() >= kWorthHiding) replace_all(text, line, "[secret]");
      begin = end + 1;
    }
  }
  return redact(text).substr(0, kMostMessage);
}

std::string text_of(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// An action on a droplet is under way; nothing was done, and it passes.
bool is_locked(int status, const std::string& message) {
  const auto text = lower(message);
  return status == 422 &&
         (text.find("locked") != text.npos || text.find("pending event") != text.npos ||
          text.find("event is already") != text.npos);
}

/// Names are unique, and a key's content is; one of it exists already.
bool is_taken(int status, const std::string& message) {
  const auto text = lower(message);
  return status == 409 || (status == 422 && (text.find("already in use") != text.npos ||
                                             text.find("already exists") != text.npos ||
                                             text.find("duplicate") != text.npos));
}

ErrorCode code_of(int status, const std::string& message) {
  if (status == 404) return ErrorCode::kNotFound;
  if (is_taken(status, message)) return ErrorCode::kConflict;
  if (status == 429) return ErrorCode::kTooManyRequests;
  if (status == 501) return ErrorCode::kProvider;  // it does not offer this, now or later
  if (status >= 500 || status == 408 || is_locked(status, message)) return ErrorCode::kUnavailable;
  return ErrorCode::kProvider;
}

std::string remedy_of(int status) {
  if (status == 401) return "check the API token";
  if (status == 403) return "give the API token read and write scope, and check the account";
  return {};
}

std::optional<Millis> retry_after(const http::Headers& headers) {
  const auto found = headers.find("Retry-After");
  if (found == headers.end()) return std::nullopt;
  const auto& text = found->second;
  long long seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, 86'400LL));
}

}  // namespace

Api::Api(const DigitalOceanOptions& options)
    : options_(options),
      clock_(options.clock ? *options.clock : system_clock()),
      sleep_(options.sleep ? options.sleep
                           : [](Millis duration) { std::this_thread::sleep_for(duration); }),
      limiter_(clock_),
      client_({.authorities_file = options_.authorities_file}) {
  register_secret(options_.token.reveal());
}

Millis Api::pause_after(int attempt) const {
  // Jitter keeps the steps of one deployment from meeting again at every retry.
  thread_local std::minstd_rand random{std::random_device{}()};
  const double longest = std::min(5'000.0, 250.0 * (1 << std::min(attempt, 10)));
  return Millis{
      static_cast<long long>(longest * std::uniform_real_distribution<double>(0.6, 1.0)(random))};
}

void Api::wait_for_place(const Call& call, Time deadline) {
  const Millis longest = std::max(Millis{0}, deadline - clock_.now());
  const auto wait = limiter_.reserve(longest);
  if (!wait) {
    throw Error(
        ErrorCode::kTooManyRequests,
        fmt::format("{}: the request limit of the account is used up for {} more; {} {} was "
                    "not sent",
                    options_.name, to_human(limiter_.wait_now()), call.method, call.path));
  }
  if (*wait > Millis{0}) sleep_(*wait);
}

http::ClientResponse Api::exchange(const Call& call) {
  http::ClientRequest request{.method = call.method, .url = options_.url + call.path};
  request.headers["Authorization"] = "Bearer " + options_.token.reveal();
  request.headers["Accept"] = "application/json";
  request.connect_timeout = options_.connect_timeout;
  request.timeout = options_.request_timeout;
  if (!call.body.is_null()) {
    request.headers["Content-Type"] = "application/json";
    request.body = dump(call.body);
  }
  try {
    auto response = client_.send(request);
    limiter_.learn(response.headers);
    return response;
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", options_.name, redact(error.message())),
                error.remedy());
  }
}

Error Api::error_of(const Call& call, const http::ClientResponse& response) const {
  const auto body = parse_json(response.body).value_or(Json());
  const auto message = text_of(body, "message");
  auto request_id = text_of(body, "request_id");
  if (request_id.empty()) {
    const auto header = response.headers.find("X-Request-Id");
    if (header != response.headers.end()) request_id = header->second;
  }
  const auto id = text_of(body, "id");
  auto answer = fmt::format("{}{}{}{}", response.status, id.empty() ? "" : " ", id,
                            message.empty() ? "" : ": " + message);
  return Error(code_of(response.status, message),
               fmt::format("{} answered {} to {} {} (request id {})", options_.name,
                           without(answer, call.hidden), call.method, call.path,
                           request_id.empty() ? "none" : request_id),
               remedy_of(response.status));
}

/// `pause`: how long to wait before asking again; longer when the answer says so.
std::expected<Json, Api::Failure> Api::try_once(const Call& call, Millis& pause) {
  const auto unusable = [&](Error error, bool may_have_happened) {
    return std::unexpected(Failure{std::move(error), may_have_happened});
  };
  try {
    const auto response = exchange(call);
    if (response.status >= 200 && response.status < 300) {
      if (response.body.empty()) return Json();
      if (auto body = parse_json(response.body)) return std::move(*body);
      return unusable(Error(ErrorCode::kUnavailable,
                            fmt::format("{} answered {} to {} {} with something that is not JSON",
                                        options_.name, response.status, call.method, call.path)),
                      true);
    }
    if (response.status == 429) {
      pause = retry_after(response.headers).value_or(pause);
      limiter_.block_until(clock_.now() + pause);
    }
    // Not offered: nothing was even tried.
    return unusable(error_of(call, response), response.status >= 500 && response.status != 501);
  } catch (const Error& error) {
    return unusable(error, error.code() == ErrorCode::kTimeout);
  }
}

std::expected<Json, Api::Failure> Api::attempt(const Call& call, Time deadline) {
  for (int attempt = 0;; ++attempt) {
    wait_for_place(call, deadline);
    Millis pause = pause_after(attempt);
    auto answer = try_once(call, pause);
    if (answer) return answer;
    const Failure& failure = answer.error();
    const ErrorCode code = failure.error.code();
    const bool may_pass = code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout ||
                          code == ErrorCode::kTooManyRequests;
    const bool may_repeat = call.repeat == Repeat::kSafe || !failure.may_have_happened;
    if (!may_pass || !may_repeat || clock_.now() + pause > deadline) return answer;
    log::debug("{}; again in {}", failure.error.message(), to_human(pause));
    sleep_(pause);
  }
}

Json Api::call(const Call& call, Time deadline) {
  auto answer = attempt(call, deadline);
  if (!answer) throw answer.error().error;
  return *std::move(answer);
}

std::expected<Json, Error> Api::create(const Call& call, Time deadline) {
  auto answer = attempt(call, deadline);
  if (answer) return *std::move(answer);
  if (!answer.error().may_have_happened) throw answer.error().error;
  return std::unexpected(std::move(answer.error().error));
}

std::vector<Json> Api::list(const std::string& path, const std::string& key, Time deadline) {
  std::vector<Json> items;
  const char* separator = path.find('?') == path.npos ? "?" : "&";
  for (int page = 1; page <= kMostPages; ++page) {
    const auto page_path = fmt::format("{}{}per_page={}&page={}", path, separator, kPageSize, page);
    const auto body = call({.path = page_path}, deadline);
    const auto found = body.is_object() ? body.find(key) : body.end();
    if (!body.is_object() || found == body.end() || !found->is_array()) {
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("{} answered GET {} without a list of {}", name(), page_path, key));
    }
    items.insert(items.end(), found->begin(), found->end());
    // The link itself is not followed: the token goes to no address but the configured one.
    if (!body.contains(Json::json_pointer("/links/pages/next"))) return items;
  }
  throw Error(ErrorCode::kProvider,
              fmt::format("{}: {} has more than {} pages", name(), path, kMostPages));
}

}  // namespace ashlar::cloud
