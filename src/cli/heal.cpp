#include "cli/commands.hpp"

namespace ashlar::cli {

int heal(const Context& context, const ActOptions& options) {
  return carry_out(context, options, "heal", Json::object());
}

}  // namespace ashlar::cli
