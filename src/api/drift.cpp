// GET /servers/{id}/drift: what is there otherwise than declared.

#include "api/input.hpp"
#include "api/views.hpp"

namespace ashlar::api {
namespace {

/// Null when the kind's status has no such member.
Json member_of(const Json& status, const char* name) {
  const auto found = status.is_object() ? status.find(name) : status.end();
  return found == status.end() ? Json() : *found;
}

http::Response drift(const Services& services, const Call& call) {
  const bool refresh = query_flag(call.request, "refresh");
  Resource resource = find_server(services, call);
  if (refresh) resource = services.engine.refresh(call.organization(), resource.id);
  Json items = member_of(resource.status, "drift");
  if (!items.is_array()) items = Json::array();
  return http::Response::json(200, {{"resourceId", resource.id},
                                    {"kind", resource.kind},
                                    {"name", resource.name},
                                    {"state", to_string(resource.state)},
                                    {"condition", server_view(services, resource)["condition"]},
                                    {"health", member_of(resource.status, "health")},
                                    {"observedAt", member_of(resource.status, "observedAt")},
                                    {"drifted", !items.empty()},
                                    {"healing", healing_view(services, resource)},
                                    {"items", std::move(items)}});
}

}  // namespace

void add_drift_routes(Routes& routes, const Services& services) {
  routes.push_back({"GET", "/servers/{id}/drift", Access::permission_to("servers:read"),
                    [&services](const Call& call) { return drift(services, call); }});
}

}  // namespace ashlar::api
