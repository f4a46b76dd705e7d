#include "cli/act.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/follow.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {

http::Headers only_if_as_planned(const Json& plan) {
  http::Headers headers;
  if (integer_of(plan, "generation") > 0)
    headers["If-Match"] = fmt::format("\"{}\"", integer_of(plan, "generation"));
  return headers;
}

Error changed_since_planned() {
  return {ErrorCode::kPrecondition, "it was changed by someone else since this plan was made",
          "run the command again to see the plan as it is now"};
}

bool changes_nothing(const Json& plan) {
  return flag_of(plan, "empty") && list_of(plan, "specChanges").empty();
}

int follow_or_leave(ApiClient& api, const Context& context, const Json& answer, bool no_wait) {
  const std::string id = text_of(answer, "correlationId");
  if (no_wait || id.empty()) {
    if (context.json()) context.print_json(answer);
    context.in_charge() << (id.empty()
                                ? "Stored; no machine needs to change.\n"
                                : fmt::format("Accepted; 'ashlar watch {}' follows it.\n", id));
    return 0;
  }
  if (!context.json()) context.out << "\n";
  return follow_to_end(api, id, context);
}

int carry_out(const Context& context, const ActOptions& options, const std::string& action,
              const Json& arguments) {
  ApiClient api(context.endpoint);
  const Json server = find_resource(api, resource_name(options.words));
  const std::string path = "/servers/" + encode(text_of(server, "id"));

  const Json plan = api.post(path + "/plans/" + action, arguments);
  if (!context.json()) context.out << render_plan(plan, context.style) << std::flush;
  if (changes_nothing(plan)) {
    if (context.json()) context.print_json({{"operations", Json::array()}});
    return 0;
  }
  if (!options.yes && !confirmed(context, "Carry this out?", "yes")) return kExitNotConfirmed;

  try {
    const Json answer =
        api.start("PATCH", path + "/" + action, arguments, only_if_as_planned(plan));
    return follow_or_leave(api, context, answer, options.no_wait);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kPrecondition) throw;
    throw changed_since_planned();
  }
}

}  // namespace ashlar::cli
