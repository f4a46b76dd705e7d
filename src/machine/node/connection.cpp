#include "machine/node/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "machine/node/fields.hpp"

namespace ashlar::node {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress unix_address(const std::string& path) {
  SocketAddress result{.size = sizeof(sockaddr_un)};
  sockaddr_un address{.sun_family = AF_UNIX};
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
  std::memcpy(&result.storage, &address, sizeof address);
  return result;
}

SocketAddress socket_address(const Endpoint& endpoint) {
  if (!endpoint.socket_path.empty()) return unix_address(endpoint.socket_path);
  SocketAddress result;
  const auto port = htons(static_cast<uint16_t>(endpoint.port));
  sockaddr_in v4{.sin_family = AF_INET, .sin_port = port};
  sockaddr_in6 v6{.sin6_family = AF_INET6, .sin6_port = port};
  if (::inet_pton(AF_INET, endpoint.address.c_str(), &v4.sin_addr) == 1) {
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.size = sizeof v4;
  } else if (::inet_pton(AF_INET6, endpoint.address.c_str(), &v6.sin6_addr) == 1) {
    std::memcpy(&result.storage, &v6, sizeof v6);
    result.size = sizeof v6;
  }
  return result;
}

/// 0, or why the connection was not made.
int finish_connecting(const Descriptor& socket, int timeout_ms) {
  pollfd watched{socket.get(), POLLOUT, 0};
  if (::poll(&watched, 1, std::max(timeout_ms, 0)) <= 0) return ETIMEDOUT;
  int reason = 0;
  socklen_t size = sizeof reason;
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &reason, &size) == 0 ? reason : errno;
}

}  // namespace

std::string Endpoint::label() const {
  return socket_path.empty() ? address + " port " + std::to_string(port) : socket_path;
}

Endpoint tcp_endpoint(Fields& fields) {
  Endpoint endpoint{.address = fields.word_or("address", "127.0.0.1"),
                    .port = static_cast<int>(fields.integer("port", 1, 65'535))};
  if (endpoint.address == "localhost") endpoint.address = "127.0.0.1";
  if (socket_address(endpoint).size == 0)
    fields.fault("address", "must be an IPv4 or IPv6 address, or localhost");
  return endpoint;
}

Descriptor try_connect(const Endpoint& endpoint, int timeout_ms, std::string& reason) {
  const SocketAddress address = socket_address(endpoint);
  Descriptor socket(
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  int error = socket.is_open() ? 0 : errno;
  if (error == 0 && ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage),
                              address.size) != 0)
    error = errno == EINPROGRESS ? finish_connecting(socket, timeout_ms) : errno;
  if (error == 0) return socket;
  reason = std::strerror(error);
  return {};
}

}  // namespace ashlar::node
