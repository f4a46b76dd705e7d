#include "kinds/redis/spec/actions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/field_reader.hpp"
#include "kinds/redis/spec/accept.hpp"
#include "kinds/redis/spec/topology.hpp"

namespace ashlar::redis {
namespace {

using engine::Intent;
using Errors = std::vector<FieldError>;

Parsed<Intent> intent_of(const Json& input, const Json& stored, const Catalog& catalog, Json once) {
  auto accepted = accept(input, stored, catalog);
  if (!accepted) return std::unexpected(std::move(accepted.error()));
  return Intent{*std::move(accepted), std::move(once)};
}

/// The stored spec as it is, without anything to parse: it may hold sizes that are sold no more.
Intent same_spec(const Json& stored, Json once) {
  return {{stored.at("name"), stored, {}}, std::move(once)};
}

Parsed<Intent> none_but(const Json& arguments, const Json& stored, Json once) {
  Errors errors;
  FieldReader reader(arguments, "", errors);
  reader.reject_unknown();
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return same_spec(stored, std::move(once));
}

Parsed<Intent> not_an_object(const Json& arguments) {
  return std::unexpected(Errors{
      {"", fmt::format("the request must be an object, not {}", type_for_people(arguments))}});
}

Json once(const char* action) {
  return {{"action", action}};
}

// Update.

/// A role that the patch describes without naming its nodes keeps the nodes that it has: the
/// parser takes them from the stored spec.
void drop_what_follows(Json& role, const Json& patch) {
  if (!patch.is_object() || patch.contains("nodes")) return;
  role.erase("nodes");
  if (!patch.contains("size")) role.erase("size");
}

/// A merge patch takes a null for a field that is not there as nothing to do; a field that nobody
/// knows is put back, so that the parser refuses it as it would any other value.
void keep_unknown_nulls(Json& merged, const Json& patch, const Json& stored) {
  for (const auto& [name, value] : patch.items()) {
    if (value.is_null() && !stored.contains(name)) merged[name] = nullptr;
    if (value.is_object() && stored.contains(name) && stored[name].is_object())
      keep_unknown_nulls(merged[name], value, stored[name]);
  }
}

Parsed<Intent> update(const Json& stored, const Json& patch, const Catalog& catalog) {
  if (!patch.is_object()) return not_an_object(patch);
  if (patch.contains("name") && patch["name"] != stored.at("name"))
    return std::unexpected(Errors{
        {"name", fmt::format("cannot change; it is \"{}\"", stored.at("name").get<std::string>()),
         0, FaultOf::kRule}});
  // With what could not be chosen yet when it was stored, as it was then.
  Json wanted = to_json(spec_from_json(stored));
  wanted.merge_patch(patch);
  keep_unknown_nulls(wanted, patch, stored);
  const Json::json_pointer roles_path("/desiredState/roles");
  if (patch.contains(roles_path) && patch.at(roles_path).is_object() &&
      wanted.contains(roles_path)) {
    for (const auto& [name, role] : patch.at(roles_path).items()) {
      Json& merged = wanted.at(roles_path)[name];
      // Nodes that are listed anew count for themselves.
      if (role.is_object() && role.contains("nodes") && !role.contains("count"))
        merged.erase("count");
      if (merged.is_object()) drop_what_follows(merged, role);
    }
  }
  return intent_of(wanted, stored, catalog, nullptr);
}

// Upgrade and downgrade.

int compare_sizes(const Size& one, const Size& other) {
  if (one.memory_bytes != other.memory_bytes) return one.memory_bytes < other.memory_bytes ? -1 : 1;
  return one.vcpus == other.vcpus ? 0 : one.vcpus < other.vcpus ? -1 : 1;
}

/// Why the nodes of a role cannot go to `wanted` this way; empty when they can.
std::string direction_fault(const std::vector<NodeSpec>& nodes, const Size& wanted,
                            const Catalog& catalog, bool up) {
  for (const auto& node : nodes) {
    const Size* present = catalog.find_size(node.size);
    if (present == nullptr) continue;  // sold no more: any size is another one
    const int order = compare_sizes(wanted, *present);
    if (up ? order < 0 : order > 0)
      return fmt::format("{} is {} than {}, which {} has; use {}", wanted.slug,
                         up ? "smaller" : "larger", node.size, node.id,
                         up ? "downgrade" : "upgrade");
  }
  return {};
}

class Resize {
 public:
  Resize(const Json& stored, const Json& arguments, const Catalog& catalog, bool up)
      : stored_(stored),
        spec_(spec_from_json(stored)),
        arguments_(arguments),
        catalog_(catalog),
        up_(up) {}

  Parsed<Intent> run() {
    FieldReader top(arguments_, "", errors_);
    const auto strategy = top.choice("strategy", {"in-place", "replace"});
    const Json* roles = top.object("roles");
    if (roles == nullptr && !top.has("roles")) top.missing("roles");
    top.reject_unknown();
    if (roles != nullptr) read_roles(*roles);
    if (errors_.empty() && !changed_)
      errors_.push_back(
          {"roles", "names no size that differs from the present one", 0, FaultOf::kRule});
    if (!errors_.empty()) return std::unexpected(std::move(errors_));
    Json task = once(up_ ? "upgrade" : "downgrade");
    if (strategy) task["strategy"] = *strategy;
    return intent_of(to_json(spec_), stored_, catalog_, std::move(task));
  }

 private:
  void read_roles(const Json& roles) {
    FieldReader reader(roles, "roles", errors_);
    for (Role role : kRoles) {
      const std::string name(to_string(role));
      const Json* given = reader.object(name);
      if (given == nullptr) continue;
      FieldReader fields(*given, reader.path_of(name), errors_);
      const auto size = fields.text("size");
      if (!size && !fields.has("size")) fields.missing("size");
      fields.reject_unknown();
      if (size) resize(fields, spec_.roles[role], *size);
    }
    reader.reject_unknown();
  }

  void resize(FieldReader& fields, std::vector<NodeSpec>& nodes, const std::string& slug) {
    const Size* size = catalog_.find_size(slug);
    if (size == nullptr || !sold_here(*size))
      return fields.violation("size", fmt::format("\"{}\" is not offered in {}; {} are", slug,
                                                  spec_.region, list_for_people(offered())));
    if (nodes.empty()) return fields.violation("size", "is for a role that has no nodes");
    if (auto fault = direction_fault(nodes, *size, catalog_, up_); !fault.empty())
      return fields.violation("size", std::move(fault));
    for (auto& node : nodes) {
      changed_ = changed_ || node.size != slug;
      node.size = slug;
    }
  }

  bool sold_here(const Size& size) const {
    return size.available && std::ranges::find(size.regions, spec_.region) != size.regions.end();
  }

  std::vector<std::string> offered() const {
    std::vector<std::string> slugs;
    for (const auto& size : catalog_.sizes)
      if (sold_here(size)) slugs.push_back(size.slug);
    return slugs;
  }

  const Json& stored_;
  Spec spec_;
  const Json& arguments_;
  const Catalog& catalog_;
  const bool up_;
  bool changed_ = false;
  Errors errors_;
};

// Power.

Parsed<Intent> set_power(const Json& stored, const Json& arguments, bool on) {
  auto intent = none_but(arguments, stored, once(on ? "start" : "stop"));
  if (intent) intent->accepted.spec["power"] = on ? "on" : "off";
  return intent;
}

void refuse_when_stopped(const Json& stored) {
  if (stored.at("power") == "off")
    throw Error(ErrorCode::kConflict,
                fmt::format("{} is stopped", stored.at("name").get<std::string>()),
                "start it first");
}

// Once.

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
  auto intent = intent_of(with_password, stored, catalog, std::move(task));
  if (intent) intent->accepted.spec = stored;
  return intent;
}

Parsed<Intent> heal(const Json& stored, const Json& arguments) {
  refuse_when_stopped(stored);
  Json asked = once("heal");
  Errors errors;
  FieldReader reader(arguments, "", errors);
  if (reader.has("nodes")) {
    asked["nodes"] = Json::array();
    const auto names = reader.texts("nodes");
    const Topology topology = topology_of(spec_from_json(stored));
    for (size_t i = 0; i < names.size(); ++i) {
      asked["nodes"].push_back(names[i]);
      if (topology.find_node(names[i]) == nullptr)
        reader.violation(fmt::format("nodes[{}]", i),
                         fmt::format("\"{}\" is no node of this cluster", names[i]));
    }
  }
  reader.reject_unknown();
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return same_spec(stored, std::move(asked));
}

using Intend = Parsed<Intent> (*)(const Json&, const Json&, const Catalog&);

engine::Action action(std::string name, std::string title, Json schema, Intend intend) {
  return {std::move(name),
          std::move(title),
          [intend](const Json& stored, const Json& arguments, const Catalog& catalog) {
            if (!arguments.is_object()) return not_an_object(arguments);
            return intend(stored, arguments, catalog);
          },
          {},
          std::move(schema)};
}

engine::Action mending(engine::Action action) {
  action.mends = true;
  return action;
}

engine::Action with_password(engine::Action action) {
  action.secret_arguments = {"systemPassword"};
  return action;
}

// What the arguments may be, as the contract of the API has it.

Json arguments_schema(Json properties = Json::object(), Json required = Json::array()) {
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

Json text_schema(const char* description) {
  return {{"type", {"string", "null"}}, {"description", description}};
}

Json password_schema() {
  return text_schema("Generated when left out");
}

/// A patch holds any field of a spec; which those are, the contract says.
Json patch_schema() {
  return {{"type", "object"},
          {"description", "A merge patch (RFC 7396) of the spec"},
          {"properties", {{"systemPassword", password_schema()}}}};
}

Json resize_schema() {
  Json roles = Json::object();
  for (const Role role : kRoles)
    roles[std::string(to_string(role))] = {{"type", "object"},
                                           {"required", {"size"}},
                                           {"properties", {{"size", {{"type", "string"}}}}},
                                           {"additionalProperties", false}};
  return arguments_schema(
      {{"roles", {{"type", "object"}, {"properties", roles}, {"additionalProperties", false}}},
       {"strategy", {{"enum", {"in-place", "replace"}}}}},
      {"roles"});
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

Json heal_schema() {
  return arguments_schema({{"nodes", {{"type", "array"}, {"items", {{"type", "string"}}}}}});
}

}  // namespace

std::vector<engine::Action> actions() {
  using J = Json;
  using C = Catalog;
  return {with_password(action("update", "Update", patch_schema(), update)),
          action("upgrade", "Upgrade", resize_schema(),
                 [](const J& stored, const J& arguments, const C& catalog) {
                   refuse_when_stopped(stored);
                   return Resize(stored, arguments, catalog, true).run();
                 }),
          action("downgrade", "Downgrade", resize_schema(),
                 [](const J& stored, const J& arguments, const C& catalog) {
                   refuse_when_stopped(stored);
                   return Resize(stored, arguments, catalog, false).run();
                 }),
          action("stop", "Stop", arguments_schema(),
                 [](const J& stored, const J& arguments, const C&) {
                   return set_power(stored, arguments, false);
                 }),
          action("start", "Start", arguments_schema(),
                 [](const J& stored, const J& arguments, const C&) {
                   return set_power(stored, arguments, true);
                 }),
          action("switchover", "Switch over", switchover_schema(),
                 [](const J& stored, const J& arguments, const C&) {
                   return switch_over(stored, arguments);
                 }),
          with_password(action("rotate", "Rotate", rotate_schema(), rotate)),
          mending(action("heal", "Heal", heal_schema(),
                         [](const J& stored, const J& arguments, const C&) {
                           return heal(stored, arguments);
                         }))};
}

}  // namespace ashlar::redis
