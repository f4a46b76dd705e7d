#pragma once

#include "cli/cli.hpp"

namespace ashlar {

/// Runs the server until SIGTERM or SIGINT, then lets running requests and steps end; a second
/// signal ends it at once, which is as safe as any crash. Throws Error when it cannot start.
int serve(const cli::ServeOptions& options);

}  // namespace ashlar
