// The commands that a kind brings: its tables, and its actions by their own names.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/kinds.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

/// The first word may as well be a command that was mistyped.
KindView kind_of(const Context& context, const std::string& word) {
  const auto no_command = [&](const std::string& remedy) {
    return Error(ErrorCode::kInvalidInput, fmt::format("there is no command '{}'", word), remedy);
  };
  ApiClient api(context.endpoint);
  Kinds kinds({});
  try {
    kinds = fetch_kinds(api);
  } catch (const Error& error) {
    throw no_command(
        fmt::format("'ashlar --help' lists what there is; whether it is a kind only "
                    "the server knows: {}",
                    error.message()));
  }
  if (const KindView* kind = kinds.find(word)) return *kind;
  throw no_command("'ashlar --help' lists what there is; kinds are: " + kinds.names());
}

[[noreturn]] void refuse(const KindView& kind, const std::string& verb) {
  std::vector<std::string> verbs = kind.actions;
  for (const auto& table : kind.tables) verbs.push_back(table.name);
  std::ranges::sort(verbs);
  throw Error(ErrorCode::kInvalidInput, fmt::format("'{}' is nothing of {}", verb, kind.name),
              fmt::format("there are: {}", fmt::join(verbs, ", ")));
}

/// Whoever lists processes, or the shell's history, would see it.
void refuse_secrets(const KindView& kind, const std::string& action, const Json& arguments) {
  const std::string secret = kind.secret_argument_of(action);
  if (!secret.empty() && arguments.contains(secret))
    throw Error(ErrorCode::kInvalidInput, fmt::format("{} is a secret, and no argument", secret),
                fmt::format("'ashlar {} --help' says how it is given", action));
}

int show_table(const Context& context, const KindView& kind, const KindView::Table& table,
               const std::string& name) {
  ApiClient api(context.endpoint);
  const std::string id = text_of(find_resource(api, {kind.name, name}), "id");
  const Json server = api.get("/servers/" + encode(id) + "?refresh=true");
  const Json status = server.value("status", Json::object());
  const Json items = status.is_object() ? status.value(table.member, Json()) : Json();
  if (!items.is_array())
    throw Error(ErrorCode::kUnavailable, fmt::format("{} of {} are not known", table.name, name),
                fmt::format("ashlar describe {} {} says what is wrong", kind.name, name));
  if (context.json())
    context.print_json({{"items", items}});
  else
    context.out << (items.empty() ? fmt::format("{} has no {}.\n", name, table.name)
                                  : render_list(items, context.style));
  return 0;
}

}  // namespace

Json arguments_from(const std::vector<std::string>& texts) {
  Json arguments = Json::object();
  for (const std::string& text : texts) {
    const size_t sign = text.find('=');
    if (sign == std::string::npos || sign == 0)
      throw Error(ErrorCode::kInvalidInput, fmt::format("'{}' is no ARGUMENT=VALUE", text),
                  "write it like bytesPerSecond=100000000");
    const std::string value = text.substr(sign + 1);
    const auto parsed = parse_json(value);
    arguments[text.substr(0, sign)] = parsed ? *parsed : Json(value);
  }
  return arguments;
}

int of_kind(const Context& context, const ActOptions& options) {
  const auto& words = options.words;
  const KindView kind = kind_of(context, words.front());
  if (words.size() == 1) return list_kinds(context, {kind.name});
  const std::string& verb = words[1];
  const auto table = std::ranges::find(kind.tables, verb, &KindView::Table::name);
  const bool is_action = std::ranges::find(kind.actions, verb) != kind.actions.end();
  if (table == kind.tables.end() && !is_action) refuse(kind, verb);
  if (words.size() < 3)
    throw Error(ErrorCode::kInvalidInput, fmt::format("which {}?", kind.name),
                fmt::format("ashlar {} {} NAME", kind.name, verb));
  if (table != kind.tables.end()) return show_table(context, kind, *table, words[2]);
  const Json arguments = arguments_from({words.begin() + 3, words.end()});
  refuse_secrets(kind, verb, arguments);
  ActOptions act = options;
  act.words = {kind.name, words[2]};
  return carry_out(context, act, verb, arguments);
}

}  // namespace ashlar::cli
