#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/follow.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {

int remove(const Context& context, const DeleteOptions& options) {
  ApiClient api(context.endpoint);
  const Json server = find_resource(api, resource_name(options.words));
  const std::string path = "/servers/" + encode(text_of(server, "id"));
  const std::string name = text_of(server, "name");

  const Json plan = api.post(path + "/plans/delete", Json::object());
  if (!context.json()) context.out << render_plan(plan, context.style) << std::flush;
  if (!options.yes &&
      !confirmed(context, fmt::format("This destroys {} and all its data.", name), name))
    return kExitNotConfirmed;

  http::Headers headers;
  if (integer_of(plan, "generation") > 0)
    headers["If-Match"] = fmt::format("\"{}\"", integer_of(plan, "generation"));
  const Json answer = api.start("DELETE", path, nullptr, headers);
  const std::string id = text_of(answer, "correlationId");
  if (options.no_wait) {
    if (context.json())
      context.print_json(answer);
    else
      context.out << fmt::format("Accepted; 'ashlar watch {}' follows it.\n", id);
    return 0;
  }
  if (!context.json()) context.out << "\n";
  return follow_to_end(api, id, context);
}

}  // namespace ashlar::cli
