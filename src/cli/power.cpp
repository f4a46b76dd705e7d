// ashlar stop and ashlar start.

#include "cli/commands.hpp"

namespace ashlar::cli {

int stop(const Context& context, const ActOptions& options) {
  return carry_out(context, options, "stop", Json::object());
}

int start(const Context& context, const ActOptions& options) {
  return carry_out(context, options, "start", Json::object());
}

}  // namespace ashlar::cli
