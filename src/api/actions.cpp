// What a resource can be asked for beyond a spec: PATCH /servers/{id}/<action>, and its preview.

#include <fmt/format.h>

#include <set>

#include "api/input.hpp"
#include "api/views.hpp"

namespace ashlar::api {
namespace {

/// An action without arguments needs no body; then its type says nothing either (clients add one).
Json arguments_of(const http::Request& request) {
  return request.body.empty() ? Json::object() : body_object(request);
}

http::Response act(const Services& services, const std::string& action, const Call& call) {
  const auto options = accept_options(call);
  const Json arguments = arguments_of(call.request);
  return deploy_answer({services.engine.act(call.organization(), call.path_parameter("id"), action,
                                            arguments, options)});
}

http::Response plan_action(const Services& services, const Call& call) {
  const Resource resource = find_server(services, call);
  const Json arguments = arguments_of(call.request);
  return http::Response::json(
      200, plan_view(services.engine.preview_action(call.organization(), resource.id,
                                                    call.path_parameter("action"), arguments)));
}

/// Of all kinds. `update` is PATCH /servers/{id} itself.
std::set<std::string> action_names(const engine::KindRegistry& kinds) {
  std::set<std::string> names;
  for (const std::string& kind : kinds.names())
    for (const engine::Action& action : kinds.find(kind)->actions) names.insert(action.name);
  names.erase("update");
  return names;
}

}  // namespace

void add_action_routes(Routes& routes, const Services& services) {
  for (const std::string& action : action_names(services.kinds))
    routes.push_back(
        {"PATCH", "/servers/{id}/" + action,
         Access::either_of("servers:update", "servers:" + action),
         [&services, action](const Call& call) { return act(services, action, call); }});
  routes.push_back({"POST", "/servers/{id}/plans/{action}", Access::permission_to("plans:create"),
                    [&services](const Call& call) { return plan_action(services, call); }});
}

}  // namespace ashlar::api
