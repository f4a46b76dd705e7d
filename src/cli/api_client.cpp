#include "cli/api_client.hpp"

#include <fmt/format.h>

#include <array>
#include <thread>

#include "base/id.hpp"
#include "base/secret_file.hpp"
#include "base/text.hpp"
#include "cli/json_view.hpp"

namespace ashlar::cli {
namespace {

constexpr int kMostAttempts = 4;

/// The server's own word for an error; requests it cannot read at all are invalid input here.
ErrorCode code_of(std::string_view name, int status) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    if (info(code).name == name) return code;
  }
  if (status == 401) return ErrorCode::kUnauthenticated;
  if (status == 403) return ErrorCode::kForbidden;
  if (status == 404) return ErrorCode::kNotFound;
  if (status == 429) return ErrorCode::kTooManyRequests;
  return status < 500 ? ErrorCode::kInvalidInput : ErrorCode::kUnavailable;
}

}  // namespace

std::string encode(std::string_view text) {
  return percent_encode(text);
}

Error error_of(int status, std::string_view body) {
  const auto parsed = parse_json(body);
  if (!parsed || !parsed->is_object()) {
    return {code_of("", status),
            fmt::format("the server answered HTTP {} without an explanation", status),
            "check that --server is the address of an Ashlar server"};
  }
  const ErrorCode code = code_of(text_of(*parsed, "code"), status);
  const std::string detail = text_of(*parsed, "detail", text_of(*parsed, "title", "no detail"));
  std::vector<FieldError> fields;
  for (const Json& field : list_of(*parsed, "errors"))
    fields.push_back({text_of(field, "path"), text_of(field, "message"), 0});
  if (!fields.empty()) return {code, detail, std::move(fields)};
  return {code, detail, text_of(*parsed, "remedy")};
}

const Secret& ApiClient::token() {
  if (!token_.empty()) return token_;
  try {
    token_ = read_token_file(endpoint_.token_file);
  } catch (const Error& error) {
    throw Error(ErrorCode::kUnauthenticated, "no token: " + error.message(),
                "name the file that holds it by --token-file or ASHLAR_TOKEN_FILE; a server keeps "
                "its first one as admin-token in its data directory");
  }
  return token_;
}

http::ClientRequest ApiClient::request(const std::string& method, const std::string& path) {
  http::ClientRequest request;
  request.method = method;
  request.url = endpoint_.server + "/api" + path;
  request.headers["Authorization"] = "Bearer " + token().reveal();
  request.headers["Accept"] = "application/json";
  // A plan looks at every machine of a resource before it answers.
  request.timeout = Millis(120'000);
  return request;
}

Json ApiClient::send(const std::string& method, const std::string& path, const Json* body,
                     const http::Headers& headers) {
  http::ClientRequest asked = request(method, path);
  for (const auto& [name, value] : headers) asked.headers[name] = value;
  if (body) {
    asked.headers["Content-Type"] = "application/json";
    asked.body = dump(*body);
  }
  const http::ClientResponse answer = http_.send(asked);
  if (answer.status >= 400) throw error_of(answer.status, answer.body);
  if (answer.body.empty()) return Json::object();
  auto parsed = parse_json(answer.body);
  if (!parsed)
    throw Error(
        ErrorCode::kUnavailable,
        fmt::format("{} {} was answered with something that is not JSON", method, asked.url),
        "check that --server is the address of an Ashlar server");
  return std::move(*parsed);
}

Json ApiClient::get(const std::string& path) {
  return send("GET", path, nullptr, {});
}
Json ApiClient::post(const std::string& path, const Json& body, const http::Headers& headers) {
  return send("POST", path, &body, headers);
}
Json ApiClient::remove(const std::string& path, const http::Headers& headers) {
  return send("DELETE", path, nullptr, headers);
}

Json ApiClient::all(const std::string& path) {
  Json items = Json::array();
  std::string cursor;
  do {
    std::string asked = path + (path.find('?') == path.npos ? "?" : "&") + "limit=200";
    if (!cursor.empty()) asked += "&cursor=" + encode(cursor);
    const Json page = get(asked);
    for (const Json& item : list_of(page, "items")) items.push_back(item);
    cursor = text_of(page, "next");
  } while (!cursor.empty());
  return items;
}

Json ApiClient::start(const std::string& method, const std::string& path, const Json& body,
                      http::Headers headers) {
  headers["Idempotency-Key"] = random_hex(16);
  for (int attempt = 1;; ++attempt) {
    try {
      return send(method, path, body.is_null() ? nullptr : &body, headers);
    } catch (const Error& error) {
      const bool unanswered =
          error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout;
      if (!unanswered || attempt == kMostAttempts) throw;
      std::this_thread::sleep_for(Millis(500 * attempt));
    }
  }
}

void ApiClient::stream_events(const std::string& operation_id, long long after, bool with_output,
                              const std::function<bool(const Json&)>& on_event,
                              const std::function<bool()>& while_waiting) {
  http::ClientRequest asked =
      request("GET", "/operations/" + encode(operation_id) + "/events/stream" +
                         (with_output ? "?output=true" : ""));
  asked.headers["Accept"] = "text/event-stream";
  asked.headers["Last-Event-ID"] = std::to_string(after);
  asked.timeout = Millis::zero();
  asked.while_waiting = while_waiting;
  bool go_on = true;
  http::SseParser parser([&](std::string_view, std::string_view, std::string_view data) {
    const auto event = parse_json(data);
    if (go_on && event) go_on = on_event(*event);
  });
  const http::ClientResponse answer = http_.stream(asked, [&](std::string_view bytes) {
    parser.feed(bytes);
    return go_on;
  });
  if (answer.status >= 400) throw error_of(answer.status, answer.body);
}

}  // namespace ashlar::cli
