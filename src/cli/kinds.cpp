#include "cli/kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

std::vector<std::string> texts_in(const Json& object, const char* key) {
  std::vector<std::string> texts;
  for (const Json& text : list_of(object, key))
    if (text.is_string()) texts.push_back(text.get<std::string>());
  return texts;
}

std::vector<std::string> names_in(const Json& object, const char* key) {
  std::vector<std::string> names;
  for (const Json& entry : list_of(object, key)) names.push_back(text_of(entry, "name"));
  return names;
}

}  // namespace

KindView kind_view(const Json& description) {
  KindView kind{.name = text_of(description, "name"),
                .title = text_of(description, "title"),
                .collection = text_of(description, "collection"),
                .list = text_of(description, "list"),
                .item = text_of(description, "item"),
                .shared = texts_in(description, "shared"),
                .roles = names_in(description, "roles"),
                .secret_fields = texts_in(description, "secretFields"),
                .node_columns = {},
                .tables = {},
                .actions = {},
                .addresses = {},
                .addresses_title = {},
                .description = description};
  const Json& display = object_of(description, "display");
  for (const Json& table : list_of(display, "tables"))
    kind.tables.push_back(
        {text_of(table, "name"), text_of(table, "title"), text_of(table, "member")});
  for (const Json& action : list_of(description, "actions"))
    kind.actions.push_back(text_of(action, "name"));
  for (const Json& column : list_of(display, "nodeColumns"))
    kind.node_columns.push_back({text_of(column, "title"), text_of(column, "member"),
                                 text_of(column, "unit"), text_of(column, "role")});
  kind.addresses = text_of(display, "addresses");
  kind.addresses_title = text_of(display, "addressesTitle");
  return kind;
}

std::string KindView::secret_argument_of(std::string_view action) const {
  for (const Json& known : list_of(description, "actions")) {
    if (text_of(known, "name") != action) continue;
    for (const auto& [name, schema] :
         object_of(object_of(known, "arguments"), "properties").items())
      if (flag_of(schema, "writeOnly")) return name;
  }
  return {};
}

const KindView* Kinds::find(std::string_view name) const {
  const auto found = std::ranges::find(kinds_, name, &KindView::name);
  return found == kinds_.end() ? nullptr : &*found;
}

const KindView& Kinds::named(std::string_view name) const {
  if (const KindView* kind = find(name)) return *kind;
  throw Error(ErrorCode::kInvalidInput, fmt::format("there is no kind '{}'", name),
              "there are: " + names());
}

std::string Kinds::names() const {
  std::string text;
  for (const KindView& kind : kinds_) text += (text.empty() ? "" : ", ") + kind.name;
  return text;
}

Kinds fetch_kinds(ApiClient& api) {
  std::vector<KindView> kinds;
  for (const Json& description : api.all("/kinds")) kinds.push_back(kind_view(description));
  return Kinds(std::move(kinds));
}

int list_kinds(const Context& context, const std::vector<std::string>& words) {
  ApiClient api(context.endpoint);
  const Kinds kinds = fetch_kinds(api);
  if (!words.empty()) {
    const KindView& kind = kinds.named(words.front());
    if (context.json())
      context.print_json(kind.description);
    else
      context.out << render_kind(kind, context.style);
    return 0;
  }
  Json items = Json::array();
  for (const KindView& kind : kinds.all()) items.push_back(kind.description);
  if (context.json())
    context.print_json({{"items", items}});
  else
    context.out << render_kinds(kinds, context.style);
  return 0;
}

}  // namespace ashlar::cli
