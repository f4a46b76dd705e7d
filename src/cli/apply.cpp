#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "cli/act.hpp"
#include "cli/commands.hpp"
#include "cli/follow.hpp"
#include "cli/json_view.hpp"
#include "cli/planned.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

struct Started {
  std::vector<Json> operations;  // entries of the deploy answers
};

/// Only what was planned and shown is carried out: another generation means another plan. Several
/// generations cannot be named at once, but that all of them are new can.
http::Headers only_if_all_as_planned(const std::vector<Json>& plans) {
  const bool all_are_new = std::ranges::all_of(
      plans, [](const Json& plan) { return integer_of(plan, "generation") == 0; });
  return plans.size() == 1 || all_are_new ? only_if_as_planned(plans.front()) : http::Headers{};
}

/// One request a kind, so that its resources are accepted together or not at all.
Started start_deploys(ApiClient& api, const Context& context, const Planned& planned) {
  std::map<std::string, std::vector<size_t>> by_kind;
  for (size_t i = 0; i < planned.entries.size(); ++i) by_kind[planned.entries[i].kind].push_back(i);
  Started started;
  for (const auto& [name, indexes] : by_kind) {
    const KindView& kind = planned.kinds.named(name);
    Json specs = Json::array();
    std::vector<SpecEntry> entries;
    std::vector<Json> plans;
    for (const size_t i : indexes) {
      specs.push_back(planned.entries[i].spec);
      entries.push_back(planned.entries[i]);
      plans.push_back(planned.plans[i]);
    }
    http::Headers headers = only_if_all_as_planned(plans);
    add_confirmation(headers, plans);
    try {
      const Json answer =
          api.start("POST", kind.collection + "/deploy", {{kind.list, specs}}, headers);
      for (const Json& operation : list_of(answer, "operations"))
        started.operations.push_back(operation);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kPrecondition) throw changed_since_planned();
      throw located(
          {error.code(), error.message(), by_entry(error.fields(), kind.list), error.remedy()},
          entries, context.style);
    }
  }
  return started;
}

int follow_all(ApiClient& api, const Context& context, const Started& started) {
  int worst = 0;
  for (const Json& operation : started.operations) {
    const std::string id = text_of(operation, "correlationId");
    if (id.empty()) {
      context.in_charge() << fmt::format("{} {}: stored; no machine needs to change.\n",
                                         text_of(operation, "kind"), text_of(operation, "name"));
      continue;
    }
    if (const int code = follow_to_end(api, id, context); code != 0) worst = code;
    if (worst == kExitInterrupted) break;
  }
  return worst;
}

void print_next(const Context& context, const Started& started) {
  for (const Json& operation : started.operations) {
    const std::string kind = text_of(operation, "kind");
    const std::string name = text_of(operation, "name");
    context.in_charge() << fmt::format(
        "  ashlar describe {0} {1}\n  ashlar credentials {0} {1} --connect\n", kind, name);
  }
}

}  // namespace

int apply(const Context& context, const ApplyOptions& options) {
  ApiClient api(context.endpoint);
  const Planned planned = plan_files(api, context, options.files);
  if (!context.json()) print_plans(context, planned);
  if (planned.nothing_to_change()) {
    if (context.json()) context.print_json({{"operations", Json::array()}});
    return 0;
  }
  if (!consented(context, options.consent, planned.plans)) return kExitNotConfirmed;

  const Started started = start_deploys(api, context, planned);
  if (options.no_wait) {
    if (context.json()) context.print_json({{"operations", started.operations}});
    for (const Json& operation : started.operations)
      if (const std::string id = text_of(operation, "correlationId"); !id.empty())
        context.in_charge() << fmt::format("Accepted; 'ashlar watch {}' follows it.\n", id);
    return 0;
  }
  if (!context.json()) context.out << "\n";
  const int code = follow_all(api, context, started);
  if (code == 0) {
    for (const Json& plan : planned.plans) print_addresses(api, context, plan);
    print_next(context, started);
  }
  return code;
}

}  // namespace ashlar::cli
