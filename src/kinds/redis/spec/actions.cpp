#include "kinds/redis/spec/actions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/field_reader.hpp"
#include "kinds/cluster/spec/actions.hpp"
#include "kinds/redis/spec/accept.hpp"
#include "kinds/redis/spec/topology.hpp"

namespace ashlar::redis {
namespace {

using cluster::arguments_schema;
using cluster::once;
using cluster::refuse_when_stopped;
using cluster::same_spec;
using engine::Intent;
using Errors = std::vector<FieldError>;

Parsed<Intent> switch_over(const Json& stored, const Json& arguments) {
  refuse_when_stopped(stored);
  const Spec spec = spec_from_json(stored);
  const Topology topology = topology_of(spec);
  if (!spec.sentinel)
    throw Error(ErrorCode::kConflict,
                fmt::format("{} is a single node: there is nobody to hand over to", spec.name));
  std::vector<std::string> groups;
  for (const auto& group : topology.groups) groups.push_back(group.name);
  Errors errors;
  FieldReader reader(arguments, "", errors);
  const auto group = reader.text("group");
  const auto to = reader.text("to");
  reader.reject_unknown();
  const Group* wanted = group ? topology.find_group(*group) : nullptr;
  if (group && wanted == nullptr)
    reader.violation("group", fmt::format("must be one of {}", list_for_people(groups)));
  if (!group && groups.size() == 1) wanted = &topology.groups.front();
  if (!group && to && topology.find_node(*to))
    wanted = topology.find_group(topology.find_node(*to)->group);
  if (wanted == nullptr && errors.empty())
    reader.violation("group", "is required, as there are several");
  if (wanted != nullptr && to) {
    const auto members = wanted->members();
    if (std::ranges::find(members, *to) == members.end())
      reader.violation("to", fmt::format("must be a data node of {}: {}", wanted->name,
                                         list_for_people(members)));
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  Json task = once("switchover");
  task["group"] = wanted->name;
  task["to"] = to ? Json(*to) : Json(nullptr);
  return same_spec(stored, std::move(task));
}

Parsed<Intent> rotate(const Json& stored, const Json& arguments, const Catalog& catalog) {
  refuse_when_stopped(stored);
  Errors errors;
  FieldReader reader(arguments, "", errors);
  const auto what = reader.choice("what", {"passwords", "certificates"});
  if (!what && !reader.has("what")) reader.missing("what");
  if (reader.has("users")) reader.violation("users", "is for kinds that have several users");
  const bool given = reader.has("systemPassword");
  const auto overlap = reader.integer("overlapSeconds", 0, kLongestPasswordOverlap);
  reader.reject_unknown();
  for (const char* member : {"systemPassword", "overlapSeconds"})
    if (reader.has(member) && what && *what != "passwords")
      reader.violation(member, "is only for what: passwords");
  if (!errors.empty()) return std::unexpected(std::move(errors));
  Json task = once("rotate");
  task["what"] = *what;
  if (overlap) task["overlapSeconds"] = *overlap;
  if (!given) return same_spec(stored, std::move(task));
  Json with_password = stored;
  with_password["systemPassword"] = arguments["systemPassword"];
  auto intent = cluster::accepted(accept, with_password, stored, catalog, std::move(task));
  if (intent) intent->accepted.spec = stored;
  return intent;
}

engine::Action with_password(engine::Action action) {
  action.secret_arguments = {"systemPassword"};
  return action;
}

// What the arguments may be, as the contract of the API has it.

Json text_schema(const char* description) {
  return {{"type", {"string", "null"}}, {"description", description}};
}

Json password_schema() {
  return text_schema("Generated when left out");
}

Json switchover_schema() {
  return arguments_schema({{"group", text_schema("May be left out when there is one only")},
                           {"to", text_schema("The node that leads from then on")}});
}

Json rotate_schema() {
  return arguments_schema(
      {{"what", {{"enum", {"passwords", "certificates"}}}},
       {"systemPassword", password_schema()},
       {"overlapSeconds",
        {{"type", "integer"}, {"minimum", 0}, {"maximum", kLongestPasswordOverlap}}}},
      {"what"});
}

}  // namespace

std::vector<engine::Action> actions() {
  std::vector<std::string> roles;
  for (const Role role : kRoles) roles.emplace_back(to_string(role));
  auto all = cluster::common_actions(
      accept, [](const Json& stored) { return to_json(spec_from_json(stored)); }, roles,
      cluster::patch_schema({{"systemPassword", password_schema()}}), {"systemPassword"});
  all.push_back(cluster::action("switchover", "Switch over", switchover_schema(),
                                [](const Json& stored, const Json& arguments, const Catalog&) {
                                  return switch_over(stored, arguments);
                                }));
  all.push_back(with_password(cluster::action("rotate", "Rotate", rotate_schema(), rotate)));
  return all;
}

}  // namespace ashlar::redis
