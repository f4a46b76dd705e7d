#pragma once
// Between server.cpp and connection.cpp: what one client's connection is to the server.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "http/handler_pool.hpp"
#include "http/server.hpp"

namespace ashlar::http {

/// Counts the threads of streams. They are detached and hold this by shared_ptr, so that the last
/// thing a thread does cannot meet a destroyed server.
struct StreamCount {
  std::mutex mutex;
  std::condition_variable changed;
  unsigned running = 0;

  bool enter(unsigned most) {
    const std::lock_guard lock(mutex);
    if (running >= most) return false;
    ++running;
    return true;
  }
  void leave() {
    const std::lock_guard lock(mutex);
    --running;
    changed.notify_all();
  }
  void wait_for_none() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return running == 0; });
  }
};

/// One client. Every function runs on the I/O thread.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void start() = 0;
  /// A connection between requests or in a stream is closed; one with a running handler answers
  /// first.
  virtual void stop() = 0;
  virtual void close() = 0;
};

/// What connections share. `connections` and `stopping` belong to the I/O thread.
struct Shared {
  Shared(const ServerOptions& given, Handler given_handler)
      : options(given), handler(std::move(given_handler)), pool(given.threads) {
    if (options.tls) tls.emplace(tls_context(*options.tls));
  }

  static boost::asio::ssl::context tls_context(const ServerCertificate& certificate);

  Response refusal(int status, std::string_view detail, std::string_view request_id) const {
    return options.refusal ? options.refusal(status, detail, request_id)
                           : Response::problem(status, detail, request_id);
  }

  ServerOptions options;
  Handler handler;
  std::optional<boost::asio::ssl::context> tls;  // nothing: plain HTTP
  boost::asio::io_context io{1};
  std::set<std::shared_ptr<Connection>> connections;
  bool stopping = false;
  std::shared_ptr<StreamCount> streams = std::make_shared<StreamCount>();
  HandlerPool pool;
};

std::shared_ptr<Connection> make_connection(Shared& shared, boost::asio::ip::tcp::socket socket);

}  // namespace ashlar::http
