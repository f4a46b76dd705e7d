// Reading and deleting one resource: <its kind's collection>/{id}, /servers/{id}.

#include <fmt/format.h>

#include "api/input.hpp"
#include "api/views.hpp"
#include "base/log.hpp"

namespace ashlar::api {
namespace {

http::Response get_server(const Services& services, const Call& call) {
  const bool refresh = query_flag(call.request, "refresh");
  Resource resource = find_server(services, call);
  if (refresh) resource = services.engine.refresh(call.organization(), resource.id);
  return server_answer(services, resource);
}

/// The engine looks at the idempotency key before it looks for the resource, so that a repeated
/// request gets its first answer even when the resource is gone by then.
http::Response remove(const Services& services, const Call& call) {
  const Operation operation =
      services.engine.remove(call.organization(), call.path_parameter("id"), accept_options(call));
  const auto resource = services.store.find_resource(call.organization(), operation.resource_id);
  if (!resource) throw Error(ErrorCode::kInternal, "a deletion was stored without its resource");
  return deploy_answer({{*resource, operation}});
}

http::Response credentials(const Services& services, const Call& call) {
  const Resource resource = find_server(services, call);
  const engine::Kind* kind = services.kinds.find(resource.kind);
  if (kind == nullptr || !kind->credentials)
    throw Error(ErrorCode::kNotFound,
                fmt::format("a resource of the kind {} has no credentials", resource.kind));
  const auto find_secret = [&](const std::string& name) {
    return services.store.find_secret(resource.organization_id, resource.id, name);
  };
  Json body{{"resourceId", resource.id},
            {"kind", resource.kind},
            {"name", resource.name},
            {"connection", nullptr}};
  body.update(kind->credentials(resource, find_secret));
  log::info("credentials of {} '{}' ({}) read by {}", resource.kind, resource.name, resource.id,
            for_log(call.actor()));
  return http::Response::json(200, body);
}

}  // namespace

void add_server_routes(Routes& routes, const Services& services) {
  const Access read = Access::permission_to("servers:read");
  for (const std::string& name : services.kinds.names()) {
    const engine::Kind& kind = *services.kinds.find(name);
    routes.push_back({"GET", kind.collection + "/{id}", read, of_kind(services, kind, get_server)});
    routes.push_back({"DELETE", kind.collection + "/{id}", Access::permission_to("servers:delete"),
                      of_kind(services, kind, remove)});
  }
  routes.push_back({"GET", "/servers/{id}", read,
                    [&services](const Call& call) { return get_server(services, call); }});
  routes.push_back({"DELETE", "/servers/{id}", Access::permission_to("servers:delete"),
                    [&services](const Call& call) { return remove(services, call); }});
  routes.push_back({"GET", "/servers/{id}/credentials",
                    Access::permission_to("servers:credentials"),
                    [&services](const Call& call) { return credentials(services, call); },
                    /*reveals_secrets=*/true});
}

}  // namespace ashlar::api
