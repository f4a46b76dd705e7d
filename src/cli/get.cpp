#include <ostream>

#include "cli/commands.hpp"
#include "cli/kinds.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

/// Of one kind, or of all.
Json resources_of(ApiClient& api, const std::vector<std::string>& words) {
  const Kinds kinds = fetch_kinds(api);
  const std::vector<KindView> chosen =
      words.empty() ? kinds.all() : std::vector{kinds.named(words.front())};
  Json items = Json::array();
  for (const KindView& kind : chosen)
    for (const Json& item : api.all(kind.collection)) items.push_back(item);
  return items;
}

}  // namespace

int get(const Context& context, const std::vector<std::string>& words) {
  ApiClient api(context.endpoint);
  const Json items = words.size() == 2 ? Json::array({read_resource(api, resource_name(words))})
                                       : resources_of(api, words);
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
