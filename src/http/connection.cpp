#include "http/connection.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <cerrno>
#include <future>
#include <optional>
#include <thread>
#include <type_traits>

#include "base/id.hpp"
#include "base/log.hpp"
#include "http/request_checks.hpp"

namespace ashlar::http {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using boost::system::error_code;
using tcp = net::ip::tcp;
using std::chrono::seconds;

constexpr size_t kReadStep = 4096;
constexpr size_t kMostLingerBytes = 16u << 20;

/// Every function runs on the I/O thread unless it says otherwise.
template <class Transport>
class HttpConnection final : public Connection,
                             public std::enable_shared_from_this<HttpConnection<Transport>> {
 public:
  template <class... MoreOfTransport>
  HttpConnection(Shared& shared, tcp::socket socket, MoreOfTransport&... more)
      : shared_(shared), stream_(std::move(socket), more...), timer_(shared.io) {
    error_code ignored;
    (void)socket_().set_option(tcp::no_delay(true), ignored);
    const auto endpoint = socket_().remote_endpoint(ignored);
    if (!ignored) peer_ = endpoint.address().to_string();
  }

  void start() override {
    if constexpr (kEncrypted) {
      state_ = State::kReading;
      tcp_().expires_after(seconds(shared_.options.read_timeout_seconds));
      stream_.async_handshake(net::ssl::stream_base::server, [self = self_()](error_code error) {
        if (self->state_ == State::kClosed) return;
        if (error) return self->close();
        self->wait_for_request();
      });
    } else {
      wait_for_request();
    }
  }

  void stop() override {
    if (state_ == State::kIdle || state_ == State::kReading || state_ == State::kStreaming) close();
  }

  void close() override {
    if (state_ == State::kClosed) return;
    state_ = State::kClosed;
    open_.store(false);
    error_code ignored;
    timer_.cancel();
    (void)socket_().shutdown(tcp::socket::shutdown_both, ignored);
    tcp_().close();
    shared_.connections.erase(self_());
  }

 private:
  static constexpr bool kEncrypted = !std::is_same_v<Transport, beast::tcp_stream>;
  enum class State { kIdle, kReading, kHandling, kStreaming, kWriting, kLingering, kClosed };
  template <class>
  friend class ChunkedStream;

  auto self_() { return this->shared_from_this(); }
  beast::tcp_stream& tcp_() { return beast::get_lowest_layer(stream_); }
  tcp::socket& socket_() { return tcp_().socket(); }

  void wait_for_request() {
    if (shared_.stopping) return close();
    state_ = State::kIdle;
    if (buffer_.size() > 0) return read_head();  // the client sent the next request already
    buffer_ = {};  // an idle connection holds no memory beyond this object
    parser_.reset();
    tcp_().expires_never();  // of the last write
    arm_timer(shared_.options.idle_timeout_seconds);
    const auto begun = [self = self_()](error_code error, size_t count) {
      if (self->state_ != State::kIdle) return;
      if (error) return self->close();
      self->buffer_.commit(count);
      self->read_head();
    };
    // What TLS has decrypted already makes no socket ready.
    if constexpr (kEncrypted) {
      stream_.async_read_some(buffer_.prepare(kReadStep), begun);
    } else {
      socket_().async_wait(tcp::socket::wait_read, [begun](error_code error) { begun(error, 0); });
    }
  }

  void arm_timer(unsigned limit_seconds) {
    timer_.expires_after(seconds(limit_seconds));
    timer_.async_wait([self = self_()](error_code error) {
      // It may have been armed anew between expiring and this call.
      if (error || self->timer_.expiry() > net::steady_timer::clock_type::now()) return;
      if (self->state_ == State::kIdle) return self->close();
      if (self->state_ != State::kReading) return;
      // The stream's own time-out would close the socket, and leave no way to answer 408.
      self->timed_out_ = true;
      self->tcp_().cancel();
    });
  }

  void refuse_slow() {
    refuse({408, fmt::format("no whole request came within {} seconds",
                             shared_.options.read_timeout_seconds)});
  }

  void read_head() {
    state_ = State::kReading;
    request_id_ = new_id("req");
    keep_alive_ = false;
    head_only_ = false;
    version_ = 11;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(shared_.options.most_header_bytes));
    parser_->body_limit(shared_.options.most_body_bytes);
    buffer_.max_size(shared_.options.most_header_bytes + kReadStep + 65536);
    // One limit for the whole request: a client that sends a byte now and then does not extend it.
    timed_out_ = false;
    arm_timer(shared_.options.read_timeout_seconds);
    bhttp::async_read_header(
        stream_, buffer_, *parser_,
        [self = self_()](error_code error, size_t) { self->take_head(error); });
  }

  void take_head(const error_code& error) {
    if (state_ == State::kClosed) return;
    if (error && timed_out_) return refuse_slow();
    // A client that leaves between requests is no error.
    if (error && client_has_gone(error)) return close();
    if (error) return refuse(fault_of(error, shared_.options));
    const auto& message = parser_->get();
    head_only_ = message.method() == bhttp::verb::head;
    version_ = message.version();
    if (const auto fault = check_head(message)) return refuse(*fault);
    if (message.count(bhttp::field::expect) > 0 && !parser_->is_done()) return send_continue();
    read_body();
  }

  void send_continue() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    net::async_write(stream_, net::buffer(kContinue), [self = self_()](error_code error, size_t) {
      if (error) return self->close();
      self->read_body();
    });
  }

  void read_body() {
    if (state_ == State::kClosed) return;
    bhttp::async_read(stream_, buffer_, *parser_,
                      [self = self_()](error_code error, size_t) { self->take_request(error); });
  }

  void take_request(const error_code& error) {
    if (state_ == State::kClosed) return;
    if (error && timed_out_) return refuse_slow();
    if (error && client_has_gone(error)) return close();
    if (error) return refuse(fault_of(error, shared_.options));
    auto message = parser_->release();
    keep_alive_ = message.keep_alive();
    auto target = parse_target(std::string_view(message.target()));
    if (!target) return refuse({400, "the request's target is malformed"});

    Request request;
    request.id = request_id_;
    request.scheme = kEncrypted ? "https" : "http";
    request.method = std::string(message.method_string());
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    request.headers = collect_headers(message);
    request.body = std::move(message.body());
    request.peer = peer_;
    parser_.reset();
    timer_.cancel();
    state_ = State::kHandling;
    shared_.pool.submit([self = self_(), request = std::move(request)](bool refused) {
      self->handle(request, refused);
    });
  }

  /// On a handler thread.
  void handle(const Request& request, bool refused) {
    Response response;
    try {
      response = refused ? shared_.refusal(503, "the server is stopping", request.id)
                         : shared_.handler(request);
    } catch (const std::exception& failure) {
      log::error("{} {} ({}): the handler threw: {}", request.method, request.path, request.id,
                 failure.what());
      response =
          shared_.refusal(500, "an internal error, logged under this request id", request.id);
    } catch (...) {
      log::error("{} {} ({}): the handler threw", request.method, request.path, request.id);
      response =
          shared_.refusal(500, "an internal error, logged under this request id", request.id);
    }
    net::post(shared_.io, [self = self_(), response = std::move(response)]() mutable {
      self->respond(std::move(response));
    });
  }

  void refuse(const Fault& fault) {
    keep_alive_ = false;
    respond(shared_.refusal(fault.status, fault.detail, request_id_));
  }

  void respond(Response response) {
    if (state_ == State::kClosed) return;
    if (response.drop_connection) return close();
    if (response.stream && !head_only_) return start_stream(std::move(response));
    write(std::move(response));
  }

  template <class Body>
  void fill_head(bhttp::message<false, Body>& message, const Response& response) {
    message.version(version_);
    message.result(static_cast<unsigned>(response.status));
    message.reason(reason_phrase(response.status));
    message.set(bhttp::field::server, shared_.options.server_name);
    message.set("X-Request-Id", request_id_);
    for (const auto& [name, value] : response.headers) {
      // A line break in a value would let its author write headers, or whole responses, of his own.
      if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos) {
        message.set(name, value);
      }
    }
    message.erase(bhttp::field::content_length);
    message.erase(bhttp::field::transfer_encoding);
    message.keep_alive(keep_alive_);
  }

  void write(Response response) {
    state_ = State::kWriting;
    if (shared_.stopping) keep_alive_ = false;
    auto message = std::make_shared<bhttp::response<bhttp::string_body>>();
    fill_head(*message, response);
    const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
    if (!bodiless && !(head_only_ && response.stream)) {
      message->content_length(response.body.size());
    }
    if (!bodiless && !head_only_) message->body() = std::move(response.body);
    tcp_().expires_after(seconds(shared_.options.write_timeout_seconds));
    bhttp::async_write(stream_, *message, [self = self_(), message](error_code error, size_t) {
      if (self->state_ == State::kClosed) return;
      if (error) return self->close();
      if (self->keep_alive_ && !self->shared_.stopping) {
        return self->wait_for_request();
      }
      self->linger();
    });
  }

  /// Closing while the client still sends would reset the connection and could destroy the answer
  /// on its way, so what comes is thrown away for a moment.
  void linger() {
    state_ = State::kLingering;
    buffer_ = {};
    tcp_().expires_after(shared_.stopping ? std::chrono::milliseconds(200)
                                          : std::chrono::milliseconds(2000));
    if constexpr (kEncrypted) {
      // Says that this was all, and waits for the client to say the same.
      stream_.async_shutdown([self = self_()](error_code) { self->close(); });
    } else {
      error_code ignored;
      (void)socket_().shutdown(tcp::socket::shutdown_send, ignored);
      discard(0);
    }
  }

  void discard(size_t so_far) {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(16384),
                            [self = self_(), so_far](error_code error, size_t count) {
                              const size_t total = so_far + count;
                              if (error || total > kMostLingerBytes) return self->close();
                              self->discard(total);
                            });
  }

  void start_stream(Response response);
  void run_stream(const Response& response);
  void watch_for_leaving();
  void finish_stream(bool whole);

  Shared& shared_;
  Transport stream_;
  net::steady_timer timer_;
  beast::flat_buffer buffer_;
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  State state_ = State::kIdle;
  std::string peer_;
  std::string request_id_;
  unsigned version_ = 11;
  bool keep_alive_ = false;
  bool head_only_ = false;
  bool timed_out_ = false;  // reading the request took too long
  std::atomic<bool> open_{true};
};

/// Lives on a stream's own thread; hands each piece to the I/O thread and waits until it is out.
template <class Transport>
class ChunkedStream final : public Stream {
 public:
  explicit ChunkedStream(std::shared_ptr<HttpConnection<Transport>> connection)
      : connection_(std::move(connection)) {}

  bool send(std::string_view bytes) override {
    if (bytes.empty()) return open();
    if (connection_->version_ < 11) return send_raw(std::string(bytes));
    return send_raw(fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes));
  }
  bool open() const override { return connection_->open_.load(); }

  bool send_raw(std::string wire) {
    if (!open()) return false;
    // The operation always completes: by success, the write time-out or the closing of the
    // connection; and the I/O thread runs until no stream is left.
    auto sent = std::make_shared<std::promise<bool>>();
    auto result = sent->get_future();
    auto text = std::make_shared<std::string>(std::move(wire));
    net::post(connection_->shared_.io, [connection = connection_, sent, text] {
      if (!connection->open_.load()) return sent->set_value(false);
      connection->tcp_().expires_after(seconds(connection->shared_.options.write_timeout_seconds));
      net::async_write(connection->stream_, net::buffer(*text),
                       [connection, sent, text](error_code error, size_t) {
                         if (error) connection->close();
                         sent->set_value(!error);
                       });
    });
    return result.get();
  }

 private:
  std::shared_ptr<HttpConnection<Transport>> connection_;
};

template <class Transport>
void HttpConnection<Transport>::start_stream(Response response) {
  keep_alive_ = false;
  if (shared_.stopping) return write(shared_.refusal(503, "the server is stopping", request_id_));
  const auto count = shared_.streams;
  if (!count->enter(shared_.options.most_streams)) {
    auto busy = shared_.refusal(503, "too many open streams, try again later", request_id_);
    busy.headers["Retry-After"] = "5";
    return write(std::move(busy));
  }
  state_ = State::kStreaming;
  watch_for_leaving();
  try {
    std::thread([self = self_(), count, response = std::move(response)]() mutable {
      self->run_stream(response);
      response = {};
      self.reset();
      count->leave();
    }).detach();
  } catch (const std::system_error& failure) {
    count->leave();
    log::error("no thread for a stream: {}", failure.what());
    close();
  }
}

/// On the stream's thread.
template <class Transport>
void HttpConnection<Transport>::run_stream(const Response& response) {
  bhttp::response<bhttp::empty_body> head;
  fill_head(head, response);
  if (version_ >= 11) head.chunked(true);
  std::string text = fmt::format("HTTP/1.{} {} {}\r\n", version_ % 10, response.status,
                                 reason_phrase(response.status));
  for (const auto& field : head) {
    text += fmt::format("{}: {}\r\n", std::string_view(field.name_string()),
                        std::string_view(field.value()));
  }
  text += "\r\n";
  ChunkedStream<Transport> stream(self_());
  bool whole = stream.send_raw(std::move(text));
  if (whole) {
    try {
      response.stream(stream);
    } catch (const std::exception& failure) {
      log::error("stream {} ended by an exception: {}", request_id_, failure.what());
      whole = false;
    } catch (...) {
      log::error("stream {} ended by an exception", request_id_);
      whole = false;
    }
  }
  // Without the last chunk the client sees that the stream was cut off.
  if (whole && version_ >= 11) stream.send_raw("0\r\n\r\n");
  net::post(shared_.io, [self = self_(), whole] { self->finish_stream(whole); });
}

template <class Transport>
void HttpConnection<Transport>::finish_stream(bool whole) {
  if (state_ == State::kClosed) return;
  open_.store(false);
  if (whole) return linger();
  close();
}

/// Notices a client that leaves while nothing is sent to it.
template <class Transport>
void HttpConnection<Transport>::watch_for_leaving() {
  socket_().async_wait(tcp::socket::wait_read, [self = self_()](error_code error) {
    if (self->state_ != State::kStreaming) return;
    if (error) return self->close();
    char byte = 0;
    const auto count = ::recv(self->socket_().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    // A client that sends during a stream would make this wait return at once for ever; then
    // only a failing write tells that it has gone.
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) self->close();
  });
}

}  // namespace

std::shared_ptr<Connection> make_connection(Shared& shared, tcp::socket socket) {
  if (shared.tls) {
    using Encrypted = beast::ssl_stream<beast::tcp_stream>;
    return std::make_shared<HttpConnection<Encrypted>>(shared, std::move(socket), *shared.tls);
  }
  return std::make_shared<HttpConnection<beast::tcp_stream>>(shared, std::move(socket));
}

}  // namespace ashlar::http
