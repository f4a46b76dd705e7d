#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {

int operations(const Context& context, const std::vector<std::string>& resource_words) {
  ApiClient api(context.endpoint);
  std::string path = "/operations";
  if (!resource_words.empty())
    path +=
        "?resourceId=" + encode(text_of(find_resource(api, resource_name(resource_words)), "id"));
  const Json items = api.all(path);
  if (context.json()) {
    context.print_json({{"items", items}});
  } else if (items.empty()) {
    context.out << "There is no operation yet.\n";
  } else {
    context.out << render_operations(items, context.style);
  }
  return 0;
}

}  // namespace ashlar::cli
