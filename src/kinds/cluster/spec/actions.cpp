#include "kinds/cluster/spec/actions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/field_reader.hpp"

namespace ashlar::cluster {
namespace {

using engine::Intent;
using Errors = std::vector<FieldError>;

const Json::json_pointer kRoles("/desiredState/roles");

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

Parsed<Intent> update(Accept accept, Renew renew, const Json& stored, const Json& patch,
                      const Catalog& catalog) {
  if (patch.contains("name") && patch["name"] != stored.at("name"))
    return std::unexpected(Errors{
        {"name", fmt::format("cannot change; it is \"{}\"", stored.at("name").get<std::string>()),
         0, FaultOf::kRule}});
  Json wanted = renew(stored);
  wanted.merge_patch(patch);
  keep_unknown_nulls(wanted, patch, stored);
  if (patch.contains(kRoles) && patch.at(kRoles).is_object() && wanted.contains(kRoles)) {
    for (const auto& [name, role] : patch.at(kRoles).items()) {
      Json& merged = wanted.at(kRoles)[name];
      // Nodes that are listed anew count for themselves.
      if (role.is_object() && role.contains("nodes") && !role.contains("count"))
        merged.erase("count");
      if (merged.is_object()) drop_what_follows(merged, role);
    }
  }
  return accepted(accept, wanted, stored, catalog, nullptr);
}

// Upgrade and downgrade.

int compare_sizes(const Size& one, const Size& other) {
  if (one.memory_bytes != other.memory_bytes) return one.memory_bytes < other.memory_bytes ? -1 : 1;
  return one.vcpus == other.vcpus ? 0 : one.vcpus < other.vcpus ? -1 : 1;
}

/// Why the nodes of a role cannot go to `wanted` this way; empty when they can.
std::string direction_fault(const Json& nodes, const Size& wanted, const Catalog& catalog,
                            bool up) {
  for (const Json& node : nodes) {
    const std::string slug = node.at("size");
    const Size* present = catalog.find_size(slug);
    if (present == nullptr) continue;  // sold no more: any size is another one
    const int order = compare_sizes(wanted, *present);
    if (up ? order < 0 : order > 0)
      return fmt::format("{} is {} than {}, which {} has; use {}", wanted.slug,
                         up ? "smaller" : "larger", slug, node.at("id").get<std::string>(),
                         up ? "downgrade" : "upgrade");
  }
  return {};
}

class Resize {
 public:
  Resize(const Json& stored, const Json& arguments, const Catalog& catalog, bool up)
      : wanted_(stored), arguments_(arguments), catalog_(catalog), up_(up) {}

  Parsed<Intent> run(Accept accept, const Json& stored, const std::vector<std::string>& roles) {
    FieldReader top(arguments_, "", errors_);
    const auto strategy = top.choice("strategy", {"in-place", "replace"});
    const Json* given = top.object("roles");
    if (given == nullptr && !top.has("roles")) top.missing("roles");
    top.reject_unknown();
    if (given != nullptr) read_roles(*given, roles);
    if (errors_.empty() && !changed_)
      errors_.push_back(
          {"roles", "names no size that differs from the present one", 0, FaultOf::kRule});
    if (!errors_.empty()) return std::unexpected(std::move(errors_));
    Json task = once(up_ ? "upgrade" : "downgrade");
    if (strategy) task["strategy"] = *strategy;
    return accepted(accept, wanted_, stored, catalog_, std::move(task));
  }

 private:
  void read_roles(const Json& given, const std::vector<std::string>& roles) {
    FieldReader reader(given, "roles", errors_);
    for (const std::string& name : roles) {
      const Json* role = reader.object(name);
      if (role == nullptr) continue;
      FieldReader fields = reader.within(*role, name);
      const auto size = fields.text("size");
      if (!size && !fields.has("size")) fields.missing("size");
      fields.reject_unknown();
      if (size) resize(fields, name, *size);
    }
    // The contract is one for all kinds: another kind's role is well formed.
    for (const auto& [name, unused] : given.items())
      if (std::ranges::find(roles, name) == roles.end())
        reader.violation(
            name, fmt::format("is no role of this kind; there are {}", list_for_people(roles)));
  }

  void resize(FieldReader& fields, const std::string& name, const std::string& slug) {
    const Size* size = catalog_.find_size(slug);
    if (size == nullptr || !sold_here(*size))
      return fields.violation("size", fmt::format("\"{}\" is not offered in {}; {} are", slug,
                                                  region(), list_for_people(offered())));
    Json& role = wanted_.at(kRoles).at(name);
    if (!role.contains("nodes") || role["nodes"].empty())
      return fields.violation("size", "is for a role that has no nodes");
    if (auto fault = direction_fault(role["nodes"], *size, catalog_, up_); !fault.empty())
      return fields.violation("size", std::move(fault));
    for (Json& node : role["nodes"]) {
      changed_ = changed_ || node.at("size") != slug;
      node["size"] = slug;
    }
    role["size"] = slug;
  }

  std::string region() const { return wanted_.at("region"); }

  bool sold_here(const Size& size) const {
    return size.available && std::ranges::find(size.regions, region()) != size.regions.end();
  }

  std::vector<std::string> offered() const {
    std::vector<std::string> slugs;
    for (const auto& size : catalog_.sizes)
      if (sold_here(size)) slugs.push_back(size.slug);
    return slugs;
  }

  Json wanted_;
  const Json& arguments_;
  const Catalog& catalog_;
  const bool up_;
  bool changed_ = false;
  Errors errors_;
};

// Power and healing.

Parsed<Intent> set_power(const Json& stored, const Json& arguments, bool on) {
  auto intent = none_but(arguments, stored, once(on ? "start" : "stop"));
  if (intent) intent->accepted.spec["power"] = on ? "on" : "off";
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
    const auto known = node_names(stored);
    for (size_t i = 0; i < names.size(); ++i) {
      asked["nodes"].push_back(names[i]);
      if (std::ranges::find(known, names[i]) == known.end())
        reader.violation(fmt::format("nodes[{}]", i),
                         fmt::format("\"{}\" is no node of this cluster", names[i]));
    }
  }
  reader.reject_unknown();
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return same_spec(stored, std::move(asked));
}

// What the arguments may be, as the contract of the API has it.

Json resize_schema(const std::vector<std::string>& names) {
  Json roles = Json::object();
  for (const std::string& name : names)
    roles[name] = {{"type", "object"},
                   {"required", {"size"}},
                   {"properties", {{"size", {{"type", "string"}}}}},
                   {"additionalProperties", false}};
  return arguments_schema(
      {{"roles", {{"type", "object"}, {"properties", roles}, {"additionalProperties", false}}},
       {"strategy", {{"enum", {"in-place", "replace"}}}}},
      {"roles"});
}

Json heal_schema() {
  return arguments_schema({{"nodes", {{"type", "array"}, {"items", {{"type", "string"}}}}}});
}

}  // namespace

Json once(const char* action) {
  return {{"action", action}};
}

Intent same_spec(const Json& stored, Json once) {
  return {{stored.at("name"), stored, {}}, std::move(once)};
}

Parsed<Intent> accepted(Accept accept, const Json& wanted, const Json& stored,
                        const Catalog& catalog, Json once) {
  auto parsed = accept(wanted, stored, catalog);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  return Intent{*std::move(parsed), std::move(once)};
}

void refuse_when_stopped(const Json& stored) {
  if (stored.at("power") == "off")
    throw Error(ErrorCode::kConflict,
                fmt::format("{} is stopped", stored.at("name").get<std::string>()),
                "start it first");
}

std::vector<std::string> node_names(const Json& stored) {
  std::vector<std::string> names;
  for (const Json& role : stored.at(kRoles))
    for (const Json& node : role.value("nodes", Json::array())) names.push_back(node.at("id"));
  return names;
}

engine::Action action(std::string name, std::string title, Json schema, Intend intend) {
  return {std::move(name),
          std::move(title),
          [intend = std::move(intend)](const Json& stored, const Json& arguments,
                                       const Catalog& catalog) {
            if (!arguments.is_object()) return not_an_object(arguments);
            return intend(stored, arguments, catalog);
          },
          {},
          std::move(schema)};
}

Json arguments_schema(Json properties, Json required) {
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

Json patch_schema(Json properties) {
  return {{"type", "object"},
          {"description", "A merge patch (RFC 7396) of the spec"},
          {"properties", std::move(properties)}};
}

std::vector<engine::Action> common_actions(Accept accept, Renew renew,
                                           const std::vector<std::string>& roles,
                                           const Json& patch_schema,
                                           const std::vector<std::string>& secrets) {
  using J = Json;
  using C = Catalog;
  const auto resize = [=](bool up) {
    return [=](const J& stored, const J& arguments, const C& catalog) {
      refuse_when_stopped(stored);
      return Resize(stored, arguments, catalog, up).run(accept, stored, roles);
    };
  };
  const auto power = [](bool on) {
    return [on](const J& stored, const J& arguments, const C&) {
      return set_power(stored, arguments, on);
    };
  };
  std::vector<engine::Action> actions{
      action("update", "Update", patch_schema,
             [accept, renew](const J& stored, const J& patch, const C& catalog) {
               return update(accept, renew, stored, patch, catalog);
             }),
      action("upgrade", "Upgrade", resize_schema(roles), resize(true)),
      action("downgrade", "Downgrade", resize_schema(roles), resize(false)),
      action("stop", "Stop", arguments_schema(), power(false)),
      action("start", "Start", arguments_schema(), power(true)),
      action("heal", "Heal", heal_schema(), [](const J& stored, const J& arguments, const C&) {
        return heal(stored, arguments);
      })};
  actions.front().secret_arguments = secrets;
  actions.back().mends = true;
  return actions;
}

}  // namespace ashlar::cluster
