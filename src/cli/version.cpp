#include "base/version.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"

namespace ashlar::cli {
namespace {

/// Empty when there is no server to ask: the version of this program is known anyhow.
std::string server_version(const std::string& server) {
  try {
    http::Client client;
    const auto answer = client.send(
        {.url = server + "/api/health", .connect_timeout = Millis(1000), .timeout = Millis(2000)});
    const auto health = parse_json(answer.body);
    return health ? text_of(*health, "version") : "";
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

int version(const Context& context) {
  const std::string server = server_version(context.endpoint.server);
  if (context.json()) {
    context.print_json({{"version", kVersion},
                        {"server", context.endpoint.server},
                        {"serverVersion", server.empty() ? Json(nullptr) : Json(server)}});
    return 0;
  }
  context.out << fmt::format("ashlar {}\nserver {} at {}\n", kVersion,
                             server.empty() ? "(no answer)" : server, context.endpoint.server);
  return 0;
}

}  // namespace ashlar::cli
