// The tokens of an organization: GET and POST /tokens, DELETE /tokens/{id}.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/input.hpp"
#include "api/views.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace ashlar::api {
namespace {

constexpr size_t kLongestName = 100;

using Names = std::set<std::string>;

Json token_view(const store::Token& token, const store::Principal& asking) {
  return {{"id", token.id},
          {"name", token.name},
          {"permissions", token.permissions},
          {"createdAt", to_rfc3339(token.created_at)},
          {"current", token.id == asking.token_id}};
}

http::Response list_tokens(const Services& services, const Call& call) {
  Json items = Json::array();
  for (const auto& token : services.store.list_tokens(call.organization()))
    items.push_back(token_view(token, call.principal));
  return http::Response::json(200, page(std::move(items), ""));
}

// --- creating ------------------------------------------------------------------------------------

struct Wanted {
  std::string name;
  std::vector<std::string> permissions;
};

/// Why it may not be granted; empty when it may.
std::string rule_against(const std::string& name, const Names& known,
                         const store::Principal& asking) {
  if (!known.contains(name))
    return "is no permission; there are " + fmt::format("{}", fmt::join(known, ", "));
  // Otherwise whoever may make tokens could do everything.
  if (!permits(asking, name))
    return fmt::format("is more than the token '{}' has itself", asking.name);
  return {};
}

std::string name_fault_of(const Json& body) {
  const auto name = body.find("name");
  if (name == body.end()) return "is required";
  if (!name->is_string()) return "must be a string";
  const size_t length = count_characters(name->get_ref<const std::string&>());
  if (length >= 1 && length <= kLongestName) return {};
  return fmt::format("must have 1 to {} characters", kLongestName);
}

Wanted wanted_of(const Call& call, const Names& known) {
  const Json body = body_object(call.request);
  std::vector<FieldError> errors;
  refuse_unknown_members(body, {"name", "permissions"}, errors);
  if (const std::string fault = name_fault_of(body); !fault.empty())
    errors.push_back({"name", fault});
  const auto permissions = body.find("permissions");
  if (permissions == body.end() || !permissions->is_array() || permissions->empty()) {
    errors.push_back({"permissions", "must be a list of at least one"});
  } else {
    for (size_t i = 0; i < permissions->size(); ++i) {
      const Json& permission = (*permissions)[i];
      const std::string path = fmt::format("permissions[{}]", i);
      if (!permission.is_string())
        errors.push_back({path, "must be a string"});
      else if (std::string why = rule_against(permission, known, call.principal); !why.empty())
        errors.push_back({path, std::move(why), 0, FaultOf::kRule});
    }
  }
  throw_if_any(std::move(errors));
  return {body["name"], body["permissions"]};
}

http::Response create(const Services& services, const Names& known, const Call& call) {
  const Wanted wanted = wanted_of(call, known);
  const store::NewToken made = services.store.create_token(
      call.organization(), wanted.name, wanted.permissions, services.clock.now());
  log::info("token {} was made by {}", made.token.id, for_log(call.actor()));
  Json view = token_view(made.token, call.principal);
  view["token"] = made.secret.reveal();
  return http::Response::json(201, view);
}

// --- revoking ------------------------------------------------------------------------------------

http::Response revoke(const Services& services, const Call& call) {
  const std::string& id = call.path_parameter("id");
  // So somebody can always sign in: who revokes has another token.
  if (id == call.principal.token_id)
    throw Error(ErrorCode::kConflict, fmt::format("{} is the token of this very request", id),
                "revoke it with another token");
  if (!services.store.revoke_token(call.organization(), id))
    throw Error(ErrorCode::kNotFound, fmt::format("there is no token {}", id),
                "GET /api/tokens lists them");
  log::info("token {} was revoked by {}", id, for_log(call.actor()));
  return http::Response::empty(204);
}

/// All that routes ask for, by name and by group.
Names permissions_of(const Routes& routes) {
  Names known{"*"};
  for (const Route& route : routes)
    for (const std::string& permission : {route.access.permission, route.access.or_permission})
      if (!permission.empty()) {
        known.insert(permission);
        known.insert(permission.substr(0, permission.find(':')) + ":*");
      }
  return known;
}

}  // namespace

void add_token_routes(Routes& routes, const Services& services) {
  routes.push_back({"GET", "/tokens", Access::permission_to("tokens:read"),
                    [&services](const Call& call) { return list_tokens(services, call); }});
  routes.push_back({"DELETE", "/tokens/{id}", Access::permission_to("tokens:delete"),
                    [&services](const Call& call) { return revoke(services, call); }});
  Names known = permissions_of(routes);
  known.insert("tokens:create");
  routes.push_back({.method = "POST",
                    .pattern = "/tokens",
                    .access = Access::permission_to("tokens:create"),
                    .handle = [&services, known = std::move(known)](
                                  const Call& call) { return create(services, known, call); },
                    .reveals_secrets = true});
}

}  // namespace ashlar::api
