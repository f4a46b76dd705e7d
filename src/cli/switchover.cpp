#include "cli/commands.hpp"

namespace ashlar::cli {

int switchover(const Context& context, const SwitchoverOptions& options) {
  Json arguments = Json::object();
  if (!options.group.empty()) arguments["group"] = options.group;
  if (!options.to.empty()) arguments["to"] = options.to;
  return carry_out(context, options.act, "switchover", arguments);
}

}  // namespace ashlar::cli
