// ashlar upgrade and ashlar downgrade.

#include "cli/commands.hpp"

namespace ashlar::cli {

int resize(const Context& context, const ResizeOptions& options) {
  Json roles = Json::object();
  for (const auto& [role, size] : options.sizes)
    if (!size.empty()) roles[role] = {{"size", size}};
  if (roles.empty())
    throw Error(ErrorCode::kInvalidInput, "no new size is given",
                "give one or more of --master, --replica and --sentinel");
  return carry_out(context, options.act, options.up ? "upgrade" : "downgrade", {{"roles", roles}});
}

}  // namespace ashlar::cli
