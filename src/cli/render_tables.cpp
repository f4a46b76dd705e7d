#include <fmt/format.h>

#include <algorithm>

#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

std::string shown(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_array()) {
    std::string text;
    for (const Json& item : value) text += (text.empty() ? "" : ", ") + shown(item);
    return text;
  }
  return value.dump();
}

std::string shown(const Json& value, const char* key) {
  const auto found = value.find(key);
  return found == value.end() ? "-" : shown(*found);
}

/// 2026-11-21T00:24:40.123Z -> 2026-11-21 00:24:40
std::string shown_time(const std::string& rfc3339) {
  if (rfc3339.size() < 19) return rfc3339.empty() ? "-" : rfc3339;
  return rfc3339.substr(0, 10) + " " + rfc3339.substr(11, 8);
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

/// targetClusters -> "target clusters", enableTLS -> "enable TLS"
std::string words_of(std::string_view camel) {
  std::string text;
  for (size_t i = 0; i < camel.size(); ++i) {
    const bool before = i > 0 && is_upper(camel[i - 1]);
    const bool after = i + 1 == camel.size() || is_upper(camel[i + 1]);
    if (!is_upper(camel[i])) {
      text += camel[i];
      continue;
    }
    if (i > 0 && !before) text += ' ';
    const bool in_acronym = before || (after && i + 1 < camel.size());
    text += in_acronym ? camel[i] : static_cast<char>(camel[i] - 'A' + 'a');
  }
  return text;
}

bool is_plain(const Json& value) {
  if (value.is_object()) return false;
  return !value.is_array() || std::ranges::none_of(value, [](const Json& item) {
    return item.is_object() || item.is_array();
  });
}

std::string field_line(std::string_view name, std::string_view value, const Style& style) {
  constexpr size_t kNameWidth = 22;
  std::string text;
  std::string lead = "  " + fit(name, kNameWidth) + " ";
  for (const std::string& line : wrap(value, static_cast<size_t>(style.width) - lead.size())) {
    text += lead + line + "\n";
    lead.assign(kNameWidth + 3, ' ');
  }
  return text;
}

/// A list of objects as a table whose columns are the plain fields that any of them fills.
std::string table_of(const Json& items, const Style& style) {
  std::vector<std::string> keys;
  for (const Json& item : items) {
    for (const auto& [key, value] : item.items()) {
      if (value.is_null() || !is_plain(value) || std::ranges::find(keys, key) != keys.end())
        continue;
      keys.push_back(key);
    }
  }
  std::vector<std::string> heading;
  for (const std::string& key : keys) heading.push_back(words_of(key));
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items) {
    std::vector<std::string> row;
    for (const std::string& key : keys) {
      std::string text = shown(item, key.c_str());
      row.push_back(key.ends_with("At") ? shown_time(text) : text);
    }
    rows.push_back(std::move(row));
  }
  return table(heading, rows, style);
}

/// How far a replica is behind its master.
std::string lag_of(const Json& node) {
  if (text_of(node, "role") != "replica") return "-";
  const Json& replication = object_of(node, "replication");
  if (replication.contains("lagBytes") && replication["lagBytes"].is_number_integer())
    return fmt::format("{} B", replication["lagBytes"].get<long long>());
  const std::string seconds = shown(node, "replicationLagSeconds");
  return seconds == "-" ? seconds : seconds + " s";
}

/// The nodes' columns, most telling first; more would not fit 80 columns.
std::string nodes_table(const Json& nodes, const Style& style) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& node : nodes) {
    rows.push_back({shown(node, "name") != "-" ? shown(node, "name") : shown(node, "node"),
                    shown(node, "role"), shown(node, "state"), shown(node, "privateAddress"),
                    shown(node, "publicAddress"), shown(node, "size"), lag_of(node)});
  }
  return table({"node", "role", "state", "private", "public", "size", "lag"}, rows, style);
}

/// 3 masters, 6 replicas: {"master": 3, "replica": 6}
std::string counts_line(const Json& counts) {
  std::string text;
  for (const auto& [name, count] : counts.items())
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", shown(count), name);
  return text;
}

bool is_worth_a_line(const Json& value) {
  return is_plain(value) && !value.is_null() && !(value.is_array() && value.empty());
}

std::string problem_lines(const Json& problems, const Style& style) {
  std::string text;
  for (const Json& problem : problems) {
    std::string lead = "  " + style.red("✗") + " ";
    for (const std::string& line : wrap(shown(problem), static_cast<size_t>(style.width) - 4)) {
      text += lead + line + "\n";
      lead.assign(4, ' ');
    }
  }
  return text.empty() ? text : "\n" + style.bold("problems") + "\n" + text;
}

std::string connection_lines(const Json& status, const Style& style) {
  std::string text;
  for (const Json& entry : list_of(object_of(status, "connection"), "urls"))
    text += fmt::format("  {}\n", text_of(entry, "url"));
  for (const Json& entry : list_of(status, "connectionStrings"))
    text += fmt::format("  {}\n", shown(entry));
  if (const Json& sentinels = list_of(object_of(status, "connection"), "sentinels");
      !sentinels.empty())
    text += field_line("sentinels", shown(sentinels), style);
  return text.empty() ? text : "\n" + style.bold("connections") + "\n" + text;
}

/// What the kind reports, whatever kind it is: plain fields as lines, lists of objects as tables.
std::string status_lines(const Json& status, const Style& style) {
  std::string text;
  for (const auto& [key, value] : status.items()) {
    if (key == "problems" || key == "connectionStrings") continue;
    if (key == "nodeCounts") {
      text += field_line("nodes", counts_line(value), style);
    } else if (is_worth_a_line(value)) {
      text += field_line(words_of(key),
                         key.ends_with("At") ? shown_time(shown(value)) : shown(value), style);
    }
  }
  text += problem_lines(list_of(status, "problems"), style);
  for (const auto& [key, value] : status.items()) {
    if (!value.is_array() || value.empty() || is_plain(value)) continue;
    text += fmt::format("\n{}\n", style.bold(words_of(key)));
    text += key == "nodes" ? nodes_table(value, style) : table_of(value, style);
  }
  return text + connection_lines(status, style);
}

}  // namespace

std::string render_servers(const Json& items, const Style& style) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items) {
    const Json& spec = object_of(item, "spec");
    const Json& status = object_of(item, "status");
    const size_t nodes = std::max(list_of(status, "nodes").size(), list_of(item, "nodes").size());
    rows.push_back({text_of(item, "kind"), text_of(item, "name"), text_of(item, "state"),
                    nodes > 0 ? std::to_string(nodes) : "-", shown(spec, "region"),
                    shown_time(text_of(item, "createdAt"))});
  }
  return table({"kind", "name", "state", "nodes", "region", "made"}, rows, style);
}

std::string render_server(const Json& server, const Style& style) {
  std::string text =
      style.bold(fmt::format("{} {}", text_of(server, "kind"), text_of(server, "name"))) + "\n";
  text += field_line("state", text_of(server, "state"), style);
  text += field_line("id", text_of(server, "id"), style);
  text += field_line("generation", shown(server, "generation"), style);
  text += field_line("region", shown(object_of(server, "spec"), "region"), style);
  text += field_line("made", shown_time(text_of(server, "createdAt")), style);
  text += field_line("last operation", shown(server, "currentOperationId"), style);
  Json status = object_of(server, "status");
  // Kinds report these in their status; the API may also lift them to the top.
  for (const char* key : {"nodes", "groups", "connectionStrings"})
    if (list_of(status, key).empty() && !list_of(server, key).empty()) status[key] = server[key];
  for (const char* shown_already : {"state", "region", "name", "kind", "id"})
    status.erase(shown_already);
  text += status_lines(status, style);
  // Until a kind has reported its nodes, the machines themselves are what there is to see.
  if (list_of(status, "nodes").empty() && !list_of(server, "machines").empty())
    text += fmt::format("\n{}\n{}", style.bold("machines"),
                        nodes_table(list_of(server, "machines"), style));
  return text;
}

std::string render_operations(const Json& items, const Style& style) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items) {
    rows.push_back(
        {text_of(item, "id"), text_of(item, "action"), text_of(item, "resourceName"),
         flag_of(item, "stuck") ? "stuck" : text_of(item, "state"),
         fmt::format("{}/{}", integer_of(item, "stepsDone"), integer_of(item, "stepsTotal")),
         stopwatch(Millis(integer_of(item, "elapsedMs")))});
  }
  return table({"id", "action", "name", "state", "steps", "time"}, rows, style);
}

std::string render_tokens(const Json& items, const Style& style) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items) {
    std::string permissions;
    for (const Json& permission : list_of(item, "permissions"))
      permissions += (permissions.empty() ? "" : " ") + permission.get<std::string>();
    rows.push_back({text_of(item, "id"), text_of(item, "name"), permissions,
                    shown_time(text_of(item, "createdAt"))});
  }
  return table({"id", "name", "permissions", "made"}, rows, style);
}

}  // namespace ashlar::cli
