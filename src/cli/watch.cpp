#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/follow.hpp"
#include "cli/json_view.hpp"

namespace ashlar::cli {

std::string operation_id_of(ApiClient& api, const std::vector<std::string>& words) {
  if (words.size() == 1 && words[0].starts_with("op_")) return words[0];
  const Json server = find_resource(api, resource_name(words));
  const std::string id = text_of(server, "currentOperationId");
  if (id.empty())
    throw Error(ErrorCode::kNotFound,
                fmt::format("{} has had no operation", text_of(server, "name")));
  return id;
}

int watch(const Context& context, const SteerOptions& options) {
  ApiClient api(context.endpoint);
  return follow_to_end(api, operation_id_of(api, options.words), context, options.output);
}

}  // namespace ashlar::cli
