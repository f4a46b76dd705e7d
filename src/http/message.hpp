#pragma once
// Requests and responses as plain data: what handlers read and return, without the server's
// library.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ashlar::http {

/// Header names compare without case.
struct NoCaseLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
using Headers = std::map<std::string, std::string, NoCaseLess>;
using Query = std::multimap<std::string, std::string>;

struct Request {
  std::string id;  // unique; sent back as X-Request-Id
  std::string scheme = "http";
  std::string method;  // upper case
  std::string path;    // percent-decoded, without the query
  Query query;         // decoded
  Headers headers;
  std::string body;
  std::string peer;                                    // address of the client
  std::map<std::string, std::string> path_parameters;  // filled by the router: {id} -> value

  std::optional<std::string> header(std::string_view name) const;
  std::optional<std::string> query_value(const std::string& name) const;
  /// The body as JSON; throws Error(kInvalidInput) when it is not.
  Json json() const;
};

/// What a handler of an endless response writes to. send() blocks while the client is slow.
class Stream {
 public:
  virtual ~Stream() = default;
  /// False once the client has gone or the server is stopping: return from the handler then.
  virtual bool send(std::string_view bytes) = 0;
  virtual bool open() const = 0;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// When set, `body` is ignored: the function runs on a thread of its own and the response
  /// (chunked) ends when it returns. Used for server-sent events.
  std::function<void(Stream&)> stream;
  /// When true the server closes the connection without answering (the pocket cloud's faults).
  bool drop_connection = false;

  static Response json(int status, const Json& body);
  static Response text(int status, std::string body,
                       std::string content_type = "text/plain; charset=utf-8");
  static Response empty(int status);
  /// Problem details (RFC 9457): `application/problem+json` with the status' usual title.
  static Response problem(int status, std::string_view detail, std::string_view request_id);
};

using Handler = std::function<Response(const Request&)>;

/// The usual phrase of a status: "Not Found"; "Status 599" for an unknown one.
std::string reason_phrase(int status);

/// Percent-decodes `text`; with `plus_is_space` as in query strings. Nothing when an escape is
/// broken or stands for a NUL byte.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// Nothing when an escape is broken.
std::optional<Query> parse_query(std::string_view text);

/// One server-sent event in wire form. `data` may have several lines.
std::string sse_event(std::string_view id, std::string_view event, std::string_view data);

}  // namespace ashlar::http
