#include "http/server.hpp"

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "http/connection.hpp"

namespace ashlar::http {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using tcp = net::ip::tcp;
namespace ssl = net::ssl;

}  // namespace

ssl::context Shared::tls_context(const ServerCertificate& certificate) {
  try {
    ssl::context context(ssl::context::tls_server);
    context.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                        ssl::context::no_tlsv1_1);
    context.use_certificate_chain(net::buffer(certificate.chain));
    context.use_private_key(net::buffer(std::string_view(certificate.key.reveal())),
                            ssl::context::pem);
    return context;
  } catch (const boost::system::system_error& failure) {
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("the server's certificate or key cannot be used: {}",
                            failure.code().message()));
  }
}

struct Server::Impl {
  Impl(const ServerOptions& options, Handler handler)
      : shared(options, std::move(handler)), acceptor(shared.io), retry(shared.io) {
    bind(options);
    accept();
    io_thread = std::thread([this] { run(); });
  }

  void bind(const ServerOptions& options) {
    try {
      const tcp::endpoint endpoint(net::ip::make_address(options.address), options.port);
      acceptor.open(endpoint.protocol());
      acceptor.set_option(tcp::acceptor::reuse_address(true));
      acceptor.bind(endpoint);
      acceptor.listen();
      bound = acceptor.local_endpoint();
    } catch (const boost::system::system_error& failure) {
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("cannot listen on {} port {}: {}", options.address, options.port,
                              failure.code().message()),
                  "choose another address or port, or stop the program that has it");
    }
  }

  void run() {
    while (true) {
      try {
        shared.io.run();
        return;
      } catch (const std::exception& failure) {
        log::error("http server: {}", failure.what());
      }
    }
  }

  void accept() {
    acceptor.async_accept([this](error_code error, tcp::socket socket) {
      if (shared.stopping || error == net::error::operation_aborted) return;
      if (error) return accept_later(error);
      if (shared.connections.size() < shared.options.most_connections) {
        auto connection = make_connection(shared, std::move(socket));
        shared.connections.insert(connection);
        connection->start();
      }
      accept();
    });
  }

  /// Out of file descriptors, mostly: accepting again at once would only spin.
  void accept_later(const error_code& error) {
    log::warning("cannot accept a connection: {}", error.message());
    retry.expires_after(std::chrono::milliseconds(100));
    retry.async_wait([this](error_code cancelled) {
      if (!cancelled && !shared.stopping) accept();
    });
  }

  void stop() {
    const std::lock_guard lock(stop_mutex);
    if (!io_thread.joinable()) return;
    net::post(shared.io, [this] {
      shared.stopping = true;
      error_code ignored;
      (void)acceptor.close(ignored);
      retry.cancel();
      const auto all = shared.connections;
      for (const auto& connection : all) connection->stop();
    });
    shared.pool.stop();
    shared.streams->wait_for_none();
    close_after(std::chrono::milliseconds(500));
    io_thread.join();
  }

  /// Last answers get this long to leave; when all have left, the I/O thread has no work and ends.
  void close_after(std::chrono::milliseconds limit) {
    auto timer = std::make_shared<net::steady_timer>(shared.io);
    net::post(shared.io, [this, timer, limit] { wait_for_last(timer, limit); });
  }

  void wait_for_last(const std::shared_ptr<net::steady_timer>& timer,
                     std::chrono::milliseconds left) {
    static constexpr std::chrono::milliseconds kStep(10);
    if (shared.connections.empty() || left <= kStep) {
      const auto all = shared.connections;
      for (const auto& connection : all) connection->close();
      work.reset();
      return;
    }
    timer->expires_after(kStep);
    timer->async_wait([this, timer, left](error_code) { wait_for_last(timer, left - kStep); });
  }

  Shared shared;
  tcp::acceptor acceptor;
  net::steady_timer retry;
  tcp::endpoint bound;
  // While all connections are with handlers the I/O thread has nothing to wait for; it stays
  // anyway.
  net::executor_work_guard<net::io_context::executor_type> work = net::make_work_guard(shared.io);
  std::thread io_thread;
  std::mutex stop_mutex;
};

Server::Server(const ServerOptions& options, Handler handler)
    : impl_(std::make_unique<Impl>(options, std::move(handler))) {}

Server::~Server() {
  stop();
}

unsigned short Server::port() const {
  return impl_->bound.port();
}

std::string Server::url() const {
  const auto address = impl_->bound.address();
  const auto host = address.is_unspecified() ? std::string(address.is_v6() ? "[::1]" : "127.0.0.1")
                    : address.is_v6()        ? fmt::format("[{}]", address.to_string())
                                             : address.to_string();
  return fmt::format("{}://{}:{}", impl_->shared.tls ? "https" : "http", host, impl_->bound.port());
}

void Server::stop() {
  impl_->stop();
}

}  // namespace ashlar::http
