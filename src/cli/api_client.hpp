#pragma once
// The REST API as the commands see it: JSON in and out, problem details as Error.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "http/client.hpp"

namespace ashlar::cli {

struct Endpoint {
  std::string server;                // http://127.0.0.1:8420, without /api
  std::filesystem::path token_file;  // read when the first request is sent
};

/// Not thread-safe. Every call throws Error: the server's own (code, detail, remedy, fields), or
/// kUnavailable, kTimeout or kUntrusted when there was no answer.
class ApiClient {
 public:
  explicit ApiClient(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

  /// `path` is below /api and has its parts encoded (see `encode`).
  Json get(const std::string& path);
  Json post(const std::string& path, const Json& body, const http::Headers& headers = {});
  Json remove(const std::string& path, const http::Headers& headers = {});
  /// All items of a paged list, page by page.
  Json all(const std::string& path);

  /// Sends a request that starts an operation. Without an answer it is sent again, with the same
  /// Idempotency-Key, so that it cannot take effect twice.
  Json start(const std::string& method, const std::string& path, const Json& body,
             http::Headers headers);

  /// Streams an operation's events after number `after` until it is final, the connection ends, or
  /// one of the functions returns false. `while_waiting` is called about once a second.
  /// `with_output`: what tells that a step has said more comes along.
  void stream_events(const std::string& operation_id, long long after, bool with_output,
                     const std::function<bool(const Json& event)>& on_event,
                     const std::function<bool()>& while_waiting);

  const std::string& server() const { return endpoint_.server; }

 private:
  Json send(const std::string& method, const std::string& path, const Json* body,
            const http::Headers& headers);
  http::ClientRequest request(const std::string& method, const std::string& path);
  const Secret& token();

  Endpoint endpoint_;
  http::Client http_;
  Secret token_;
};

/// Percent-encodes one part of a path or a query value.
std::string encode(std::string_view text);

/// The error that a response of status 400 and above stands for.
Error error_of(int status, std::string_view body);

}  // namespace ashlar::cli
