#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/follow.hpp"

namespace ashlar::cli {

int retry(const Context& context, const SteerOptions& options) {
  ApiClient api(context.endpoint);
  const std::string id = operation_id_of(api, options.words);
  const Json operation = api.post("/operations/" + encode(id) + "/retry", Json::object());
  if (options.no_wait) {
    if (context.json())
      context.print_json(operation);
    else
      context.out << fmt::format("Continues; 'ashlar watch {}' follows it.\n", id);
    return 0;
  }
  return follow_to_end(api, id, context);
}

}  // namespace ashlar::cli
