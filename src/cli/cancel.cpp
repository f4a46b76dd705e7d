#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/follow.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {

int cancel(const Context& context, const SteerOptions& options) {
  ApiClient api(context.endpoint);
  const std::string id = operation_id_of(api, options.words);
  const Json operation = api.post("/operations/" + encode(id) + "/cancel", Json::object());
  if (options.no_wait) {
    if (context.json())
      context.print_json(operation);
    else
      context.out << fmt::format("Being cancelled; 'ashlar watch {}' follows it.\n", id);
    return 0;
  }
  const Followed followed = follow(api, id, context);
  if (!followed.detached) context.in_charge() << render_outcome(followed.operation, context.style);
  if (followed.detached) return kExitInterrupted;
  return text_of(followed.operation, "state") == "cancelled" ? 0 : kExitOperationFailed;
}

}  // namespace ashlar::cli
