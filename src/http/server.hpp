#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "http/message.hpp"

namespace ashlar::http {

/// What a server proves itself with, as PEM: its certificate first, then those that lead to an
/// authority.
struct ServerCertificate {
  std::string chain;
  Secret key;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  unsigned short port = 0;           // 0: any free one
  unsigned threads = 4;              // handlers run on these; streams get a thread each
  unsigned most_streams = 256;       // beyond it a stream is answered 503
  unsigned most_connections = 4096;  // beyond it a new one is closed at once
  size_t most_body_bytes = 4u << 20;
  size_t most_header_bytes = 32u << 10;  // request line and headers
  unsigned read_timeout_seconds = 30;    // for a whole request, against slow senders
  unsigned idle_timeout_seconds = 120;   // of a kept connection between requests
  unsigned write_timeout_seconds = 30;   // for a client that takes nothing
  std::string server_name = "ashlar";
  std::optional<ServerCertificate> tls;  // nothing: plain HTTP
  /// Makes the answers to requests that no handler takes. Empty: Response::problem.
  std::function<Response(int status, std::string_view detail, std::string_view request_id)> refusal;
};

/// An HTTP/1.1 server with keep-alive, over TLS 1.2 or 1.3 when it has a certificate. `handler` is
/// called from several threads at once. What it throws is answered as 500 with no detail; mapping
/// errors to responses is the caller's concern. One thread does all reading and writing, so idle
/// connections cost a few kilobytes and no thread. Malformed requests (400), slow ones (408), large
/// ones (413, 431) never reach the handler.
class Server {
 public:
  /// Binds at once; throws Error(kUnavailable) naming address, port and reason, and
  /// Error(kInvalidInput) for a certificate or key that cannot be used.
  Server(const ServerOptions& options, Handler handler);
  /// Stops accepting, ends streams, waits for running handlers. Requests that no handler has begun
  /// are answered 503. Takes less than a second longer than the slowest handler and stream
  /// function, which should look at Stream::open() at least every half second.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  unsigned short port() const;
  std::string url() const;  // http://127.0.0.1:8080, https:// over TLS
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ashlar::http
