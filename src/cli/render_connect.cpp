#include <fmt/format.h>

#include <algorithm>

#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

/// Kinds report nodes and connection strings in their status; the API may lift them to the top.
const Json& reported(const Json& server, const char* key) {
  const Json& in_status = list_of(object_of(server, "status"), key);
  return in_status.empty() ? list_of(server, key) : in_status;
}

const Json* first_of_role(const Json& nodes, std::string_view role) {
  const auto found =
      std::ranges::find_if(nodes, [&](const Json& node) { return text_of(node, "role") == role; });
  return found == nodes.end() ? nullptr : &*found;
}

/// Clients belong into the VPC; a node without one has only its public address.
std::string address_of(const Json& node) {
  return text_of(node, "privateAddress", text_of(node, "publicAddress"));
}

std::string connection_strings(const Json& server) {
  std::string text;
  for (const Json& entry : list_of(object_of(object_of(server, "status"), "connection"), "urls"))
    text += fmt::format("  {}\n", text_of(entry, "url"));
  for (const Json& entry : reported(server, "connectionStrings"))
    text += fmt::format("  {}\n", entry.is_string() ? entry.get<std::string>() : entry.dump());
  return text;
}

}  // namespace

std::string render_connecting(const Json& server) {
  const std::string name = text_of(server, "name");
  const bool tls = flag_of(object_of(server, "spec"), "enableTLS");
  std::string text = connection_strings(server);
  if (!text.empty()) text += "\n";

  const std::string options =
      tls ? fmt::format(" --tls --cacert {}-ca.crt \\\n   ", name) : std::string();
  if (tls) text += fmt::format("  ashlar credentials {0} --get caCertificate > {0}-ca.crt\n", name);
  const Json& nodes = reported(server, "nodes");
  if (const Json* master = first_of_role(nodes, "master")) {
    text += fmt::format(
        "  REDISCLI_AUTH=$(ashlar credentials {0} --get password) \\\n"
        "    redis-cli{1} -h {2} -p 6379 set greeting hello\n",
        name, options, address_of(*master));
  }
  if (const Json* sentinel = first_of_role(nodes, "sentinel")) {
    text += fmt::format(
        "  REDISCLI_AUTH=$(ashlar credentials {0} --get sentinelPassword) \\\n"
        "    redis-cli{1} -h {2} -p 26379 sentinel masters\n",
        name, options, address_of(*sentinel));
  }
  return text;
}

}  // namespace ashlar::cli
