#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "http/message.hpp"

namespace ashlar::http {

/// Whether a text is an absolute URL of HTTP or HTTPS, with a host and, if at all, a valid port.
bool is_http_url(const std::string& text);

/// The URL without user, password and query, which may hold what must not be shown.
std::string shown_url(const std::string& url);

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  Millis connect_timeout{5'000};
  Millis timeout{30'000};  // of the whole exchange; zero: none (streams)
  /// Asked about once a second, on the calling thread, for as long as the exchange takes; false
  /// ends it as a false from `on_bytes` does. It may use the client.
  std::function<bool()> while_waiting;
  /// Ends an exchange that brings no byte for so long; zero: none. Counted in whole seconds.
  Millis stall_timeout{0};
  /// Followed to https:// alone, without the user and password that the URL held. Zero: a redirect
  /// is an answer.
  int most_redirects = 0;
  /// Of stream(): told status and headers before the first byte, unless the status is 400 or above.
  /// False ends it as a false from `on_bytes` does.
  std::function<bool(const ClientResponse& head)> on_head;
};

struct ClientOptions {
  /// Authorities to trust instead of the system's, as a file of PEM certificates. Empty: the
  /// system's.
  std::string authorities_file;
};

/// An HTTP client over libcurl that keeps its connections. TLS certificates are verified.
/// Thread-safe: calls from several threads run in parallel, each on a connection of its own.
class Client {
 public:
  /// Throws Error when the file of authorities cannot be read, or holds none.
  explicit Client(ClientOptions options = {});
  ~Client();

  /// Throws Error(kUnavailable) when no connection was made (so nothing was sent), Error(kTimeout)
  /// when it was sent and no whole answer came (the effect may have happened), Error(kUntrusted)
  /// when the certificate does not prove the host (nothing was sent). Any status is an answer, not
  /// an error. Where redirects are followed, one to an address that is not https:// and one too
  /// many are Error(kInvalidInput).
  ClientResponse send(const ClientRequest& request);

  /// Streams the body: `on_bytes` gets it piece by piece, returns false to stop. Returns the status
  /// and headers; for statuses of 400 and above the body is collected instead.
  ClientResponse stream(const ClientRequest& request,
                        const std::function<bool(std::string_view)>& on_bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Takes bytes of a server-sent event stream, cut anywhere, and calls `on_event(id, event, data)`
/// for each whole one, as the HTML standard's event stream interpretation has it: `id` is the last
/// one seen, `event` is "message" when none was named, events without data are dropped. Not
/// thread-safe.
class SseParser {
 public:
  using OnEvent =
      std::function<void(std::string_view id, std::string_view event, std::string_view data)>;
  explicit SseParser(OnEvent on_event) : on_event_(std::move(on_event)) {}
  void feed(std::string_view bytes);

 private:
  void take_line(std::string_view line);
  void dispatch();

  OnEvent on_event_;
  std::string pending_;        // the line that is not whole yet
  bool after_return_ = false;  // the last byte was CR: a LF that follows belongs to it
  bool at_start_ = true;       // a byte order mark may still come
  std::string id_;
  std::string event_;
  std::string data_;
};

}  // namespace ashlar::http
