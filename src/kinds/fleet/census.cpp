#include "kinds/fleet/census.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kinds/fleet/names.hpp"
#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {
namespace {

using cloud::CloudMachine;

/// Somebody else's machines are looked for this often at most: it takes a list of the account.
constexpr Millis kAccountListAge{30'000};

constexpr std::array<std::pair<Origin, std::string_view>, 6> kOriginNames = {{
    {Origin::kRecorded, "recorded"},
    {Origin::kLostRace, "made-twice"},
    {Origin::kUnfinished, "unfinished"},
    {Origin::kForeign, "foreign"},
    {Origin::kUnexplained, "unexplained"},
    {Origin::kNamesake, "namesake"},
}};

bool is_over(StepState state) {
  return state == StepState::kDone || state == StepState::kUndone || state == StepState::kSkipped;
}

/// By its marks and this resource's history; nothing: it is being made at this moment.
std::optional<Origin> origin_by_marks(const CloudMachine& machine, const CensusInput& input) {
  const auto step_id = step_of(machine.tags);
  const bool ours = has_tag(machine, owner_tag(input.resource.organization_id));
  if (!step_id) return ours ? Origin::kUnexplained : Origin::kForeign;
  const auto step = input.find_step(*step_id);
  if (!step) return Origin::kUnexplained;
  if (step->state == StepState::kFailed) return Origin::kUnfinished;
  if (!is_over(step->state)) return std::nullopt;
  const std::string taken = step->outputs.is_object() ? step->outputs.value("provider_id", "") : "";
  return taken == machine.id ? Origin::kUnexplained : Origin::kLostRace;
}

/// What is on its way away has lost its step's tag already, and is locked.
std::optional<Origin> origin_of(const CloudMachine& machine, const CensusInput& input) {
  const auto origin = origin_by_marks(machine, input);
  const bool leaves = machine.locked && origin != Origin::kLostRace;
  return leaves ? std::nullopt : origin;
}

bool is_marked(const CloudMachine& machine) {
  return std::ranges::any_of(machine.tags,
                             [](const auto& tag) { return tag.starts_with(kTagPrefix); });
}

Json to_json(const Counted& counted, const Catalog& catalog) {
  const auto& machine = counted.machine;
  return {
      {"providerId", machine.id},
      {"name", machine.name},
      {"node", counted.node.empty() ? Json(nullptr) : Json(counted.node)},
      {"size", machine.size},
      {"region", machine.region},
      {"state", cloud::to_string(machine.state)},
      {"origin", to_string(counted.origin)},
      {"monthlyUsd", catalog.monthly_usd_of(machine.size)},
      {"createdAt", machine.created_at ? Json(to_rfc3339(*machine.created_at)) : Json(nullptr)}};
}

/// The least policy under which it is destroyed.
std::string heals(Origin origin) {
  if (origin == Origin::kLostRace) return "safe";
  return origin == Origin::kForeign ? "replace" : "none";
}

std::string explanation(Origin origin) {
  switch (origin) {
    case Origin::kLostRace:
      return "it was made twice, since the provider never answered, and never joined; healing "
             "destroys it";
    case Origin::kUnfinished:
      return "the operation that made it failed; retry or cancel it";
    case Origin::kForeign:
      return "somebody else made it with this resource's tag; healing destroys it under "
             "heal: replace, otherwise destroy it or take the tag off";
    case Origin::kUnexplained:
      return "it has this resource's marks, but no record and no history; find out what it does "
             "before you destroy it";
    case Origin::kNamesake:
      return "somebody else made it with the name of one of this resource's machines; it is never "
             "touched";
    case Origin::kRecorded:
      break;
  }
  return {};
}

Json drift_item(const Json& counted, Origin origin, std::string_view provider) {
  const std::string name = counted.at("name");
  const double monthly_usd = counted.at("monthlyUsd");
  return {{"node", nullptr},
          {"what", "unrecorded-machine"},
          {"declared", nullptr},
          {"found", fmt::format("{} ({} {})", name, provider,
                                counted.at("providerId").get_ref<const std::string&>())},
          {"heals", heals(origin)},
          {"monthlyUsd", monthly_usd},
          {"message", fmt::format("the machine {} ({} {}, ${:.2f} a month) has no record: {}", name,
                                  provider, counted.at("providerId").get_ref<const std::string&>(),
                                  monthly_usd, explanation(origin))}};
}

/// What the kind itself found too much has a record, and costs as much.
void add_costs(Json& drift, const std::vector<Counted>& counted, const Catalog& catalog) {
  for (Json& item : drift) {
    item["monthlyUsd"] = nullptr;
    if (item.at("what") != "surplus-machine") continue;
    for (const auto& one : counted)
      if (Json(one.node) == item.at("node"))
        item["monthlyUsd"] = catalog.monthly_usd_of(one.machine.size);
  }
}

}  // namespace

std::string_view to_string(Origin origin) {
  return std::ranges::find(kOriginNames, origin, [](const auto& pair) { return pair.first; })
      ->second;
}

std::vector<Counted> count_machines(const CensusInput& input) {
  std::vector<Counted> counted;
  const auto take = [&](const CloudMachine& machine, std::optional<Origin> origin) {
    const auto record = std::ranges::find(input.records, machine.id, &Machine::provider_id);
    if (record != input.records.end())
      counted.push_back({machine, record->node, Origin::kRecorded});
    else if (origin)
      counted.push_back({machine, "", *origin});
  };
  for (const auto& machine : input.tagged) take(machine, origin_of(machine, input));
  for (const auto& machine : input.all) {
    const bool known =
        std::ranges::find(input.tagged, machine.id, &CloudMachine::id) != input.tagged.end();
    const bool same_name =
        std::ranges::find(input.machine_names, machine.name) != input.machine_names.end();
    // Marks of another resource: another organization's cluster may have the same name.
    if (!known && same_name && !is_marked(machine)) take(machine, Origin::kNamesake);
  }
  return counted;
}

void add_census(Json& status, const Tools& tools, engine::ObserveContext& context,
                const std::vector<Node>& spec_nodes) {
  // The list first, then the records: what is stored in between is not taken for unrecorded.
  const auto tagged = tools.cloud.find_machines_by_tag(tag_of(context.resource), kListAge);
  const auto all = tools.cloud.list_machines(kAccountListAge);
  const auto records = context.machines.all();
  std::vector<std::string> names;
  for (const auto& node : spec_nodes)
    names.push_back(machine_name(context.resource.name, node.name));
  const auto counted =
      count_machines({context.resource, records, names, tagged, all, context.find_step});
  const Catalog catalog = tools.cloud.catalog();
  add_costs(status["drift"], counted, catalog);
  Json items = Json::array();
  double monthly_usd = 0;
  for (const auto& one : counted) {
    Json item = to_json(one, catalog);
    if (one.origin != Origin::kNamesake) monthly_usd += item.at("monthlyUsd").get<double>();
    if (one.origin != Origin::kRecorded)
      status["drift"].push_back(drift_item(item, one.origin, tools.cloud.name()));
    items.push_back(std::move(item));
  }
  status["machines"] = {{"monthlyUsd", monthly_usd}, {"items", std::move(items)}};
}

std::optional<double> monthly_usd_found(const Json& status) {
  const Json::json_pointer place("/machines/monthlyUsd");
  if (!status.is_object() || !status.contains(place)) return std::nullopt;
  return status.at(place).get<double>();
}

}  // namespace ashlar::fleet
