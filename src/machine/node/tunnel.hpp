#pragma once

#include <sys/types.h>

#include <string>

#include "machine/node/connection.hpp"

namespace ashlar::node {

/// A running `openssl s_client`; ended when this goes.
struct OpenTunnel {
  Descriptor input;   // what is to be sent
  Descriptor output;  // what was received
  Descriptor errors;
  pid_t process = -1;

  OpenTunnel() = default;
  OpenTunnel(OpenTunnel&& other) noexcept;
  ~OpenTunnel();
  /// `reason`, and what s_client said.
  std::string complaint(const std::string& reason) const;
};

/// How to reach a server through TLS, verified against one authority and its address or name.
struct TlsTunnel {
  std::string ca_path;
  std::string certificate_path;
  std::string key_path;
  std::string server_name;  // to be found in the certificate; the address when empty

  OpenTunnel open(const Endpoint& endpoint) const;
};

}  // namespace ashlar::node
