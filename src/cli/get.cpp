#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

Json resources_of(ApiClient& api, const std::vector<std::string>& kinds) {
  Json items = Json::array();
  for (const std::string& kind : kinds) {
    require_known_kind(kind);
    for (const Json& item : api.all("/infrastructure/" + encode(kind))) items.push_back(item);
  }
  return items;
}

}  // namespace

int get(const Context& context, const std::vector<std::string>& words) {
  ApiClient api(context.endpoint);
  Json items = Json::array();
  if (words.size() == 2) {
    items.push_back(find_resource(api, resource_name(words)));
  } else {
    items = resources_of(api, words.empty() ? known_kinds() : words);
  }
  if (context.json()) {
    context.print_json({{"items", items}});
  } else if (items.empty()) {
    context.out << "There is none yet; 'ashlar apply -f FILE' makes one.\n";
  } else {
    context.out << render_servers(items, context.style);
  }
  return 0;
}

}  // namespace ashlar::cli
