#pragma once
// Connecting to a local service, by number: a static program cannot look names up.

#include <string>

#include "base/descriptor.hpp"

namespace ashlar::node {

class Fields;

struct Endpoint {
  std::string address;  // IPv4 or IPv6 in digits; empty when `socket_path` is set
  int port = 0;
  std::string socket_path;

  std::string label() const;
};

/// Reads `address` ("localhost" is 127.0.0.1) and `port`, and records their faults.
Endpoint tcp_endpoint(Fields& fields);

/// A connected, non-blocking socket, or a closed one with the reason.
Descriptor try_connect(const Endpoint& endpoint, int timeout_ms, std::string& reason);

}  // namespace ashlar::node
