#pragma once
// The web console beside the API, on the same port.

#include <span>

#include "http/files.hpp"

namespace ashlar {

/// What is built into this program; empty when it was built without the console.
std::span<const http::File> console_files();

/// Gives `/api`, `/health` and `/metrics`, and what is below them, to `api`, and everything else to
/// the console, whose every answer carries a policy that lets its pages run nothing but its own
/// scripts and talk to nobody but this server.
http::Handler with_console(http::Handler api, std::span<const http::File> files);

}  // namespace ashlar
