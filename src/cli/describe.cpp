#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {

int describe(const Context& context, const DescribeOptions& options) {
  ApiClient api(context.endpoint);
  const std::string id = text_of(find_resource(api, resource_name(options.words)), "id");
  const Json server = api.get("/servers/" + encode(id) + (options.stored ? "" : "?refresh=true"));
  if (context.json()) {
    context.print_json(server);
  } else {
    context.out << render_server(server, context.style);
  }
  return 0;
}

}  // namespace ashlar::cli
