#include <ostream>

#include "cli/commands.hpp"
#include "cli/planned.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {

int plan(const Context& context, const std::vector<std::string>& files) {
  ApiClient api(context.endpoint);
  const Planned planned = plan_files(api, context, files);
  if (context.json()) {
    context.print_json({{"plans", planned.plans}});
  } else {
    print_plans(context, planned);
  }
  return 0;
}

}  // namespace ashlar::cli
