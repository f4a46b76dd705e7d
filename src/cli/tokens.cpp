#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {

int tokens(const Context& context) {
  ApiClient api(context.endpoint);
  const Json items = api.all("/tokens");
  if (context.json())
    context.print_json({{"items", items}});
  else
    context.out << render_tokens(items, context.style);
  return 0;
}

int create_token(const Context& context, const std::string& name,
                 const std::vector<std::string>& permissions) {
  ApiClient api(context.endpoint);
  const Json made = api.post("/tokens", {{"name", name}, {"permissions", permissions}});
  // Alone on standard output, so that a redirection makes a token file of it.
  if (context.json())
    context.print_json(made);
  else
    context.out << text_of(made, "token") << "\n";
  return 0;
}

int revoke(const Context& context, const std::string& id) {
  ApiClient api(context.endpoint);
  api.remove("/tokens/" + encode(id));
  if (!context.json()) context.out << fmt::format("Revoked {}.\n", id);
  return 0;
}

}  // namespace ashlar::cli
