#pragma once
// What a reverse proxy on this machine says about the request that it passed on. Anyone can write
// these headers, so they count only from a loopback address. Pure.

#include <string>

#include "http/message.hpp"

namespace ashlar::http {

/// The address of the client: what the local proxy names as such, else the peer's own.
std::string client_address(const Request& request);

/// True when the client reached the local proxy over TLS. The server itself speaks plain HTTP.
bool came_over_tls(const Request& request);

}  // namespace ashlar::http
