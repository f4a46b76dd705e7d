#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

int print_one(const Context& context, const Json& secrets, const std::string& field) {
  if (const std::string value = text_of(secrets, field.c_str()); !value.empty()) {
    context.out << value << (value.ends_with('\n') ? "" : "\n");
    return 0;
  }
  std::string there_are;
  for (const auto& [key, value] : secrets.items())
    if (value.is_string()) there_are += (there_are.empty() ? "" : ", ") + key;
  throw Error(ErrorCode::kNotFound, fmt::format("there is no '{}' among these credentials", field),
              "there are: " + there_are);
}

}  // namespace

int credentials(const Context& context, const CredentialsOptions& options) {
  ApiClient api(context.endpoint);
  const std::string id = text_of(find_resource(api, resource_name(options.words)), "id");
  if (options.connect) {
    context.out << render_connecting(api.get("/servers/" + encode(id)));
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
