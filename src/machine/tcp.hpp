#pragma once

#include <string>

#include "base/clock.hpp"

namespace ashlar::machine {

/// A connected socket with TCP_NODELAY; the caller owns it. Tries every address of the name until
/// the timeout. Throws Error(kUnavailable) with the operating system's reason.
int connect_tcp(const std::string& address, int port, Millis timeout);

}  // namespace ashlar::machine
