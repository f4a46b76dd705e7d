#include <ostream>

#include "cli/act.hpp"
#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {

int remove(const Context& context, const ActOptions& options) {
  ApiClient api(context.endpoint);
  const Json server = find_resource(api, resource_name(options.words));
  const std::string path = "/servers/" + encode(text_of(server, "id"));
  const std::string name = text_of(server, "name");

  const Json plan = api.post(path + "/plans/delete", Json::object());
  if (!context.json()) context.out << render_plan(plan, context.style) << std::flush;
  Consent consent = options.consent;
  if (consent.yes) consent.confirmed.push_back(name);
  if (!consented(context, consent, {plan})) return kExitNotConfirmed;

  const Json answer = api.start("DELETE", path, nullptr, only_if_as_planned(plan));
  return follow_or_leave(api, context, answer, options.no_wait);
}

}  // namespace ashlar::cli
