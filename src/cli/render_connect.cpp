#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

const Json& connection_of(const Json& server) {
  return object_of(object_of(server, "status"), "connection");
}

std::string connection_strings(const Json& server) {
  std::string text;
  for (const Json& entry : list_of(connection_of(server), "urls"))
    text += fmt::format("  {}\n", text_of(entry, "url"));
  return text;
}

/// Where clients begin, as far as the kind has such addresses.
std::vector<std::string> addresses_of(const Json& server, const KindView& kind) {
  std::vector<std::string> addresses;
  for (const Json& address : list_of(connection_of(server), kind.addresses.c_str()))
    if (address.is_string()) addresses.push_back(address.get<std::string>());
  return addresses;
}

std::string indented(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    lines += fmt::format("  {}\n", line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return lines;
}

/// What to paste into a shell; of a status of an earlier version, commands without a password.
std::string commands_of(const Json& server) {
  std::string text;
  for (const Json& line : list_of(connection_of(server), "shell"))
    if (line.is_string()) text += indented(line.get<std::string>());
  if (!text.empty()) return text;
  for (const Json& entry : list_of(connection_of(server), "commands"))
    text += fmt::format("  # {}\n  {}\n", text_of(entry, "purpose"), text_of(entry, "command"));
  return text;
}

}  // namespace

std::string render_addresses(const Json& server, const KindView& kind) {
  std::string text;
  if (const auto addresses = addresses_of(server, kind); !addresses.empty()) {
    text = fmt::format("\n  {}\n", kind.addresses_title);
    for (const std::string& address : addresses) text += fmt::format("    {}\n", address);
  } else if (const std::string strings = connection_strings(server); !strings.empty()) {
    text = "\n  Clients connect to\n" + strings;
  }
  if (!list_of(connection_of(server), "hosts").empty())
    text += fmt::format(
        "  or by name; 'ashlar credentials {} {} --hosts' prints lines for a hosts file\n",
        text_of(server, "kind"), text_of(server, "name"));
  return text;
}

std::string render_names(const Json& server, bool zone) {
  const std::string text = text_of(connection_of(server), zone ? "zoneFile" : "hostsFile");
  if (!text.empty()) return text;
  throw Error(ErrorCode::kConflict,
              fmt::format("the nodes of {} have no names", text_of(server, "name")),
              "set connection.domain in the spec, and apply it");
}

std::string render_connecting(const Json& server, const KindView& kind) {
  std::string text = connection_strings(server);
  if (!addresses_of(server, kind).empty()) text += render_addresses(server, kind);
  if (!text.empty()) text += "\n";
  text += commands_of(server);
  if (!text.empty()) return text;
  return fmt::format(
      "  # {} has not been proved to work yet: how to connect stands here when it has\n",
      text_of(server, "name"));
}

}  // namespace ashlar::cli
