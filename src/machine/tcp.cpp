#include "machine/tcp.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include "base/error.hpp"

namespace ashlar::machine {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

[[noreturn]] void unavailable(const std::string& address, int port, const std::string& reason) {
  throw Error(ErrorCode::kUnavailable,
              fmt::format("cannot connect to {} port {}: {}", address, port, reason));
}

AddressList look_up(const std::string& address, int port) {
  const addrinfo hints{.ai_flags = AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
  addrinfo* first = nullptr;
  const int error = ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &first);
  if (error != 0) unavailable(address, port, ::gai_strerror(error));
  return {first, &::freeaddrinfo};
}

/// A connected socket, or -1 and the reason.
int try_address(const addrinfo& to, int timeout_ms, int& reason) {
  const int socket = ::socket(to.ai_family, to.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  reason = socket < 0 ? errno : 0;
  if (reason == 0 && ::connect(socket, to.ai_addr, to.ai_addrlen) != 0) reason = errno;
  if (reason == EINPROGRESS) {
    pollfd watched{socket, POLLOUT, 0};
    socklen_t size = sizeof reason;
    if (::poll(&watched, 1, timeout_ms) <= 0)
      reason = ETIMEDOUT;
    else if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &reason, &size) != 0)
      reason = errno;
  }
  if (reason == 0) return socket;
  if (socket >= 0) ::close(socket);
  return -1;
}

}  // namespace

int connect_tcp(const std::string& address, int port, Millis timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  const AddressList list = look_up(address, port);
  int reason = ETIMEDOUT;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    const auto left =
        std::chrono::duration_cast<Millis>(end - std::chrono::steady_clock::now()).count();
    if (left <= 0) break;
    const int socket = try_address(*at, static_cast<int>(left), reason);
    if (socket < 0) continue;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
  }
  unavailable(address, port, std::strerror(reason));
}

}  // namespace ashlar::machine
