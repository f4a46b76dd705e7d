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
  else
    headers["If-None-Match"] = "*";
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

void print_addresses(ApiClient& api, const Context& context, const Json& plan) {
  if (context.json() || list_of(plan, "addressChanges").empty()) return;
  const Json server = read_resource(api, {text_of(plan, "kind"), text_of(plan, "resourceName")});
  context.out << render_addresses(server, fetch_kinds(api).named(text_of(server, "kind")))
              << std::flush;
}

namespace {

int carry_out(ApiClient& api, const Context& context, const ActOptions& options, const Json& server,
              const std::string& action, const Json& arguments) {
  const std::string path = "/servers/" + encode(text_of(server, "id"));

  const Json plan = api.post(path + "/plans/" + action, arguments);
  if (!context.json()) context.out << render_plan(plan, context.style) << std::flush;
  if (changes_nothing(plan)) {
    if (context.json()) context.print_json({{"operations", Json::array()}});
    return 0;
  }
  if (!consented(context, options.consent, {plan})) return kExitNotConfirmed;

  try {
    http::Headers headers = only_if_as_planned(plan);
    add_confirmation(headers, {plan});
    const Json answer = api.start("PATCH", path + "/" + action, arguments, headers);
    const int result = follow_or_leave(api, context, answer, options.no_wait);
    if (result == 0 && !options.no_wait) print_addresses(api, context, plan);
    return result;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kPrecondition) throw;
    throw changed_since_planned();
  }
}

}  // namespace

int carry_out(const Context& context, const ActOptions& options, const std::string& action,
              const Json& arguments) {
  ApiClient api(context.endpoint);
  const Json server = find_resource(api, resource_name(options.words));
  return carry_out(api, context, options, server, action, arguments);
}

int carry_out(const Context& context, const ActOptions& options, const std::string& action,
              const ArgumentsFor& arguments_for) {
  ApiClient api(context.endpoint);
  const Json server = find_resource(api, resource_name(options.words));
  const Kinds kinds = fetch_kinds(api);
  return carry_out(api, context, options, server, action,
                   arguments_for(kinds.named(text_of(server, "kind"))));
}

}  // namespace ashlar::cli
