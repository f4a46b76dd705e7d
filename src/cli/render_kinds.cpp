#include <fmt/format.h>

#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

/// Names with their titles, one a line.
std::string named_lines(const Json& entries, std::string_view heading, const Style& style) {
  std::string text;
  for (const Json& entry : entries)
    text += fmt::format("  {} {}\n", fit(text_of(entry, "name"), 14), text_of(entry, "title"));
  return text.empty() ? text : fmt::format("\n{}\n{}", style.bold(heading), text);
}

/// As a file for `apply`: JSON is YAML, too.
std::string example_lines(const KindView& kind, const Style& style) {
  std::string text;
  for (const Json& example : list_of(kind.description, "examples")) {
    Json file{{"kind", kind.name}};
    file.update(object_of(example, "spec"));
    text += fmt::format("\n{}\n{}\n", style.bold("example: " + text_of(example, "title")),
                        dump(file, 2));
  }
  return text;
}

}  // namespace

std::string render_kinds(const Kinds& kinds, const Style& style) {
  std::vector<std::vector<std::string>> rows;
  for (const KindView& kind : kinds.all()) {
    std::string roles;
    for (const std::string& role : kind.roles) roles += (roles.empty() ? "" : ", ") + role;
    rows.push_back({kind.name, kind.title, roles});
  }
  return table({"kind", "what it is", "roles"}, rows, style);
}

std::string render_kind(const KindView& kind, const Style& style) {
  return fmt::format("{} {}\n", style.bold(kind.name), kind.title) +
         named_lines(list_of(kind.description, "roles"), "roles", style) +
         named_lines(list_of(kind.description, "actions"), "actions", style) +
         named_lines(list_of(object_of(kind.description, "display"), "tables"), "tables", style) +
         example_lines(kind, style);
}

}  // namespace ashlar::cli
