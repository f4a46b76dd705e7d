// What each kind of infrastructure says of itself: GET /kinds, GET /kinds/{kind}.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/views.hpp"

namespace ashlar::api {
namespace {

Json roles_view(const std::vector<engine::Role>& roles) {
  Json list = Json::array();
  for (const auto& [name, title] : roles) list.push_back({{"name", name}, {"title", title}});
  return list;
}

/// The schema marks what must be neither shown nor kept, as JSON Schema has it: `writeOnly`.
Json action_view(const engine::Action& action) {
  Json schema = action.schema;
  for (const std::string& secret : action.secret_arguments)
    schema["properties"][secret]["writeOnly"] = true;
  return {{"name", action.name}, {"title", action.title}, {"arguments", std::move(schema)}};
}

Json actions_view(const std::vector<engine::Action>& actions) {
  Json list = Json::array();
  for (const engine::Action& action : actions) list.push_back(action_view(action));
  return list;
}

Json display_view(const engine::Display& display) {
  Json columns = Json::array();
  for (const auto& [title, member, unit, role] : display.node_columns)
    columns.push_back({{"title", title},
                       {"member", member},
                       {"unit", text_or_null(unit)},
                       {"role", text_or_null(role)}});
  Json tables = Json::array();
  for (const auto& [name, title, member] : display.tables)
    tables.push_back({{"name", name}, {"title", title}, {"member", member}});
  return {{"nodeColumns", std::move(columns)},
          {"tables", std::move(tables)},
          {"addresses", text_or_null(display.addresses)},
          {"addressesTitle", text_or_null(display.addresses_title)}};
}

Json examples_view(const std::vector<engine::Example>& examples) {
  Json list = Json::array();
  for (const auto& [name, title, spec] : examples)
    list.push_back({{"name", name}, {"title", title}, {"spec", spec}});
  return list;
}

Json kind_view(const engine::Kind& kind) {
  return {{"name", kind.name},
          {"title", kind.title},
          {"collection", kind.collection},
          {"list", kind.deploy_body.list},
          {"item", kind.deploy_body.item},
          {"shared", kind.deploy_body.shared},
          {"roles", roles_view(kind.roles)},
          {"actions", actions_view(kind.actions)},
          {"secretFields", kind.secret_fields},
          {"display", display_view(kind.display)},
          {"examples", examples_view(kind.examples)}};
}

http::Response list_kinds(const Services& services) {
  Json items = Json::array();
  for (const std::string& name : services.kinds.names())
    items.push_back(kind_view(*services.kinds.find(name)));
  return http::Response::json(200, page(std::move(items), ""));
}

http::Response get_kind(const Services& services, const std::string& name) {
  if (const engine::Kind* kind = services.kinds.find(name))
    return http::Response::json(200, kind_view(*kind));
  throw Error(ErrorCode::kNotFound, fmt::format("there is no kind '{}'", name),
              fmt::format("there are: {}", fmt::join(services.kinds.names(), ", ")));
}

}  // namespace

void add_kind_routes(Routes& routes, const Services& services) {
  const Access any = Access::any_token();
  routes.push_back(
      {"GET", "/kinds", any, [&services](const Call&) { return list_kinds(services); }});
  routes.push_back({"GET", "/kinds/{kind}", any, [&services](const Call& call) {
                      return get_kind(services, call.path_parameter("kind"));
                    }});
}

}  // namespace ashlar::api
