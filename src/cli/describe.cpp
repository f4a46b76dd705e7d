#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

/// Null when there is none, or the token may not read operations.
Json last_operation(ApiClient& api, const Json& server) {
  const std::string id = text_of(server, "currentOperationId");
  if (id.empty()) return nullptr;
  try {
    return api.get("/operations/" + encode(id));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kForbidden) throw;
    return nullptr;
  }
}

}  // namespace

int describe(const Context& context, const DescribeOptions& options) {
  ApiClient api(context.endpoint);
  const std::string id = text_of(find_resource(api, resource_name(options.words)), "id");
  const Json server = api.get("/servers/" + encode(id) + (options.stored ? "" : "?refresh=true"));
  if (context.json()) {
    context.print_json(server);
    return 0;
  }
  const Kinds kinds = fetch_kinds(api);
  const KindView* kind = kinds.find(text_of(server, "kind"));
  context.out << render_server(server, last_operation(api, server),
                               kind == nullptr ? KindView{} : *kind, context.style);
  return 0;
}

}  // namespace ashlar::cli
