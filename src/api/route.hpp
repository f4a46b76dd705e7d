#pragma once
// What a file of routes hands to the gate.

#include <functional>
#include <string>
#include <vector>

#include "api/api.hpp"

namespace ashlar::api {

class Metrics;

/// A session that a request's cookie names.
struct BrowserSession {
  Secret id;
  store::Session stored;
};

/// A person signs in with a token, and is known by its name.
inline Actor actor_of(const store::Principal& principal, bool in_session) {
  return {in_session ? ActorType::kUser : ActorType::kToken, principal.token_id, principal.name};
}

/// One authenticated request. Valid only during the call.
struct Call {
  const http::Request& request;
  const store::Principal& principal;        // of no organization on public routes
  const BrowserSession* session = nullptr;  // null: authenticated by a bearer token, or public
  /// Whether the same request would still be let in now. An answer that goes on for long asks from
  /// time to time; it may keep this beyond the call. Empty on public routes.
  std::function<bool()> still_allowed = {};

  const std::string& organization() const { return principal.organization_id; }
  Actor actor() const { return actor_of(principal, session != nullptr); }
  const std::string& path_parameter(const std::string& name) const {
    return request.path_parameters.at(name);
  }
};

struct Access {
  std::string permission;          // empty: any valid token
  bool is_public = false;          // no token at all
  std::string or_permission = {};  // is enough too; empty: none is

  static Access anyone() { return {{}, true}; }
  static Access any_token() { return {}; }
  static Access permission_to(std::string permission) { return {std::move(permission), false}; }
  static Access either_of(std::string permission, std::string other) {
    return {std::move(permission), false, std::move(other)};
  }
};

struct Route {
  std::string method;
  std::string pattern;  // below /api
  Access access;
  std::function<http::Response(const Call&)> handle;
  /// The answer holds secrets on purpose: it alone is not redacted.
  bool reveals_secrets = false;
  /// Answers without /api in front, too: where load balancers and Prometheus look by default.
  bool also_at_root = false;
};

/// True when one of the token's permissions is `needed`, `<group>:*` or `*`.
bool permits(const store::Principal& principal, std::string_view needed);
/// Throws Error(kForbidden) naming the permission unless the principal has it.
void require_permission(const store::Principal& principal, std::string_view needed);

using Routes = std::vector<Route>;

// One function a file; `services` outlives the routes.
void add_deploy_routes(Routes& routes, const Services& services);
void add_table_routes(Routes& routes, const Services& services);
void add_server_routes(Routes& routes, const Services& services);
void add_action_routes(Routes& routes, const Services& services);
void add_drift_routes(Routes& routes, const Services& services);
void add_plan_routes(Routes& routes, const Services& services);
void add_operation_routes(Routes& routes, const Services& services);
void add_event_routes(Routes& routes, const Services& services, Metrics& metrics);
void add_kind_routes(Routes& routes, const Services& services);
void add_catalog_routes(Routes& routes, const Services& services);
void add_session_routes(Routes& routes, const Services& services);
void add_orphan_routes(Routes& routes, const Services& services);
void add_token_routes(Routes& routes, const Services& services);
void add_system_routes(Routes& routes, const Services& services, Metrics& metrics);

}  // namespace ashlar::api
