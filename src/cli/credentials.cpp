#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/kinds.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

/// `connection.urls` is a member of a member; null when there is none.
const Json* find_field(const Json& value, std::string_view path) {
  const Json* at = &value;
  while (at != nullptr && !path.empty()) {
    const std::string name(path.substr(0, path.find('.')));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    at = at->is_object() && at->contains(name) ? &at->at(name) : nullptr;
  }
  return at;
}

bool is_list_of_texts(const Json& value) {
  return value.is_array() &&
         std::ranges::all_of(value, [](const Json& one) { return one.is_string(); });
}

/// As scripts want it: a text as it is, texts one a line, the rest as JSON.
std::string plain(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!is_list_of_texts(value)) return dump(value, 2);
  std::string lines;
  for (const Json& one : value) lines += one.get<std::string>() + "\n";
  return lines;
}

std::string names_of(const Json& object, const std::string& prefix = {}) {
  std::string names;
  for (const auto& [key, value] : object.items()) {
    if (value.is_null()) continue;
    const std::string more = value.is_object() ? names_of(value, prefix + key + ".") : prefix + key;
    names += (names.empty() ? "" : ", ") + more;
  }
  return names;
}

int print_one(const Context& context, const Json& secrets, const std::string& field) {
  const Json* found = find_field(secrets, field);
  if (found == nullptr || found->is_null())
    throw Error(ErrorCode::kNotFound,
                fmt::format("there is no '{}' among these credentials", field),
                "there are: " + names_of(secrets));
  const std::string value = plain(*found);
  context.out << value << (value.ends_with('\n') || value.empty() ? "" : "\n");
  return 0;
}

}  // namespace

int credentials(const Context& context, const CredentialsOptions& options) {
  ApiClient api(context.endpoint);
  const std::string id = text_of(find_resource(api, resource_name(options.words)), "id");
  if (options.connect || options.hosts || options.zone) {
    const Json server = api.get("/servers/" + encode(id));
    if (options.connect)
      context.out << render_connecting(server, fetch_kinds(api).named(text_of(server, "kind")));
    else
      context.out << render_names(server, options.zone);
    return 0;
  }
  const Json secrets = api.get("/servers/" + encode(id) + "/credentials");
  if (!options.field.empty()) return print_one(context, secrets, options.field);
  if (context.json()) {
    context.print_json(secrets);
    return 0;
  }
  for (const auto& [key, value] : secrets.items()) {
    if (!value.is_string()) continue;
    const std::string text = value.get<std::string>();
    context.out << fit(key, 18) << (text.find('\n') == text.npos ? "" : "\n") << text
                << (text.ends_with('\n') ? "" : "\n");
  }
  return 0;
}

}  // namespace ashlar::cli
