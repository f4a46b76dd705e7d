#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {

int drift(const Context& context, const DescribeOptions& options) {
  ApiClient api(context.endpoint);
  const Json server = find_resource(api, resource_name(options.words));
  const Json found = api.get("/servers/" + encode(text_of(server, "id")) + "/drift" +
                             (options.stored ? "" : "?refresh=true"));
  if (context.json())
    context.print_json(found);
  else
    context.out << render_drift(found, context.style);
  return flag_of(found, "drifted") ? kExitDrift : 0;
}

}  // namespace ashlar::cli
