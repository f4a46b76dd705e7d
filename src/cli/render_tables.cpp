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

/// The value at `replication.lagBytes`; null when there is none.
Json at_path(const Json& object, std::string_view path) {
  Json value = object;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    value = value.is_object() && value.contains(name) ? Json(value[name]) : Json();
  }
  return value;
}

std::string cell(const Json& node, const KindView::Column& column) {
  if (!column.role.empty() && text_of(node, "role") != column.role) return "-";
  const std::string text = shown(at_path(node, column.member));
  return text == "-" || column.unit.empty() ? text : text + " " + column.unit;
}

/// The nodes' columns, most telling first; many more would not fit 80 columns.
std::string nodes_table(const Json& nodes, const KindView& kind, const Style& style) {
  std::vector<std::string> heading{"node", "role", "state", "private", "public", "size"};
  for (const KindView::Column& column : kind.node_columns) heading.push_back(column.title);
  std::vector<std::vector<std::string>> rows;
  for (const Json& node : nodes) {
    std::vector<std::string>& row = rows.emplace_back();
    row = {shown(node, "name") != "-" ? shown(node, "name") : shown(node, "node"),
           shown(node, "role"),
           shown(node, "state"),
           shown(node, "privateAddress"),
           shown(node, "publicAddress"),
           shown(node, "size")};
    for (const KindView::Column& column : kind.node_columns) row.push_back(cell(node, column));
  }
  return table(heading, rows, style);
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

std::string connection_lines(const Json& status, const KindView& kind, const Style& style) {
  const Json& connection = object_of(status, "connection");
  std::string text;
  for (const Json& entry : list_of(connection, "urls"))
    text += fmt::format("  {}\n", text_of(entry, "url"));
  if (const Json& addresses = list_of(connection, kind.addresses.c_str()); !addresses.empty())
    text += field_line(words_of(kind.addresses), shown(addresses), style);
  return text.empty() ? text : "\n" + style.bold("connections") + "\n" + text;
}

/// What the kind reports, whatever kind it is: plain fields as lines, lists of objects as tables.
std::string status_lines(const Json& status, const KindView& kind, const Style& style) {
  std::string text;
  for (const auto& [key, value] : status.items()) {
    if (key == "problems") continue;
    if (key == "nodeCounts") {
      text += field_line("nodes declared", counts_line(value), style);
    } else if (is_worth_a_line(value)) {
      text += field_line(words_of(key),
                         key.ends_with("At") ? shown_time(shown(value)) : shown(value), style);
    }
  }
  text += problem_lines(list_of(status, "problems"), style);
  for (const auto& [key, value] : status.items()) {
    if (!value.is_array() || value.empty() || is_plain(value)) continue;
    text += fmt::format("\n{}\n", style.bold(words_of(key)));
    text += key == "nodes" ? nodes_table(value, kind, style) : table_of(value, style);
  }
  return text + connection_lines(status, kind, style);
}

/// One word for how a resource is; the server says it, and what it says.
std::string condition_word(const Json& server) {
  return text_of(object_of(server, "condition"), "word", text_of(server, "state"));
}

std::string condition_line(const Json& server) {
  const std::string reason = text_of(object_of(server, "condition"), "reason");
  return condition_word(server) + (reason.empty() ? "" : ": " + reason);
}

/// Its id, and what it was when that could be read.
std::string last_operation(const Json& server, const Json& operation) {
  std::string text = shown(server, "currentOperationId");
  if (const std::string action = text_of(operation, "action"); !action.empty())
    text += ", " + action;
  if (const std::string actor = actor_words(operation); !actor.empty())
    text += ", asked for by " + actor;
  if (const std::string because = text_of(operation, "because"); !because.empty())
    text += ": " + because;
  return text;
}

/// Nodes as declared; machines that play no part among them are counted apart.
std::string node_count(const Json& server) {
  const Json& status = object_of(server, "status");
  const size_t nodes = list_of(status, "nodes").size();
  const size_t surplus = list_of(status, "surplus").size();
  if (nodes == 0) return "-";
  return surplus == 0 ? std::to_string(nodes) : fmt::format("{} (+{} surplus)", nodes, surplus);
}

}  // namespace

std::string shown_time(const std::string& rfc3339) {
  if (rfc3339.size() < 19) return rfc3339.empty() ? "-" : rfc3339;
  return rfc3339.substr(0, 10) + " " + rfc3339.substr(11, 8);
}

std::string render_list(const Json& items, const Style& style) {
  return table_of(items, style);
}

std::string render_servers(const Json& items, const Style& style) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items) {
    const Json& spec = object_of(item, "spec");
    rows.push_back({text_of(item, "kind"), text_of(item, "name"), condition_word(item),
                    node_count(item), shown(spec, "region"),
                    shown_time(text_of(item, "createdAt"))});
  }
  return table({"kind", "name", "status", "nodes", "region", "made"}, rows, style);
}

std::string render_server(const Json& server, const Json& operation, const KindView& kind,
                          const Style& style) {
  std::string text =
      style.bold(fmt::format("{} {}", text_of(server, "kind"), text_of(server, "name"))) + "\n";
  text += field_line("status", condition_line(server), style);
  text += field_line("id", text_of(server, "id"), style);
  text += field_line("generation", shown(server, "generation"), style);
  text += field_line("region", shown(object_of(server, "spec"), "region"), style);
  if (server.contains("monthlyUsd") && server["monthlyUsd"].is_number())
    text +=
        field_line("cost", fmt::format("${:.2f} a month", number_of(server, "monthlyUsd")), style);
  text += field_line("made", shown_time(text_of(server, "createdAt")), style);
  text += field_line("last operation", last_operation(server, operation), style);
  Json status = object_of(server, "status");
  for (const char* shown_already : {"state", "health", "region", "name", "kind", "id"})
    status.erase(shown_already);
  text += status_lines(status, kind, style);
  // Until a kind has reported its nodes, the machines themselves are what there is to see.
  if (list_of(status, "nodes").empty() && !list_of(server, "machines").empty())
    text += fmt::format("\n{}\n{}", style.bold("machines"),
                        nodes_table(list_of(server, "machines"), kind, style));
  return text + render_healing(object_of(server, "healing"), style);
}

std::string render_operations(const Json& items, const Style& style) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items) {
    rows.push_back(
        {text_of(item, "id"), text_of(item, "action"), text_of(item, "resourceName"),
         flag_of(item, "stuck") ? "stuck" : text_of(item, "state"),
         fmt::format("{}/{}", integer_of(item, "stepsDone"), integer_of(item, "stepsTotal")),
         stopwatch(Millis(integer_of(item, "elapsedMs"))), actor_word(item)});
  }
  return table({"id", "action", "name", "state", "steps", "time", "by"}, rows, style);
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

std::string render_orphans(const Json& items, const Style& style) {
  if (items.empty()) return "Nothing at the providers is left behind.\n";
  std::vector<std::vector<std::string>> rows;
  double monthly_usd = 0;
  for (const Json& item : items) {
    const double cost = number_of(item, "monthlyUsd");
    monthly_usd += cost;
    const bool dated = item.contains("ageSeconds") && item["ageSeconds"].is_number();
    rows.push_back({text_of(item, "type") + "/" + text_of(item, "providerId"),
                    text_of(item, "name"), fmt::format("${:.2f}", cost),
                    dated ? to_human(Millis(1000 * integer_of(item, "ageSeconds"))) : "-",
                    text_of(item, "because")});
  }
  return table({"id", "name", "a month", "age", "why"}, rows, style) +
         fmt::format("\n${:.2f} a month in all. 'ashlar orphans --destroy ID' destroys one.\n",
                     monthly_usd);
}

}  // namespace ashlar::cli
