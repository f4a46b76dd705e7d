#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

/// "machine/123": what the list shows and --destroy takes.
std::string id_of(const Json& orphan) {
  return text_of(orphan, "type") + "/" + text_of(orphan, "providerId");
}

/// Those named, in the order in which they can go: a network only after its machines.
Json chosen_of(const Json& items, const std::vector<std::string>& ids) {
  Json chosen = Json::array();
  for (const std::string& id : ids)
    if (std::ranges::none_of(items, [&](const Json& item) { return id_of(item) == id; }))
      throw Error(ErrorCode::kNotFound, fmt::format("there is no orphan {}", id),
                  "'ashlar orphans' lists what there is");
  for (const Json& item : items)
    if (std::ranges::find(ids, id_of(item)) != ids.end()) chosen.push_back(item);
  return chosen;
}

}  // namespace

int orphans(const Context& context, const OrphansOptions& options) {
  ApiClient api(context.endpoint);
  const Json found = api.get("/orphans");
  if (options.destroy.empty()) {
    if (context.json())
      context.print_json(found);
    else
      context.out << render_orphans(list_of(found, "items"), context.style);
    return 0;
  }
  const Json chosen = chosen_of(list_of(found, "items"), options.destroy);
  if (!context.json()) context.out << render_orphans(chosen, context.style) << std::flush;
  if (!options.yes &&
      !answered(context, "This destroys them and all data on them.", "destroy", "--yes"))
    return kExitNotConfirmed;
  Json destroyed = Json::array();
  for (const Json& item : chosen) {
    destroyed.push_back(api.remove(
        fmt::format("/orphans/{}/{}/{}", encode(text_of(item, "provider")),
                    encode(text_of(item, "type")), encode(text_of(item, "providerId")))));
    if (!context.json()) context.out << fmt::format("Destroyed {}.\n", id_of(item)) << std::flush;
  }
  if (context.json()) context.print_json({{"items", destroyed}});
  return 0;
}

}  // namespace ashlar::cli
