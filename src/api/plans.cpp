// Previews: what applying a spec or deleting a resource would do.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/input.hpp"
#include "api/views.hpp"

namespace ashlar::api {
namespace {

std::vector<FieldError> request_faults(const Json& body, const engine::KindRegistry& kinds) {
  std::vector<FieldError> errors;
  refuse_unknown_members(body, {"kind", "spec"}, errors);
  const auto kind = body.find("kind");
  if (kind == body.end())
    errors.push_back({"kind", "is required"});
  else if (!kind->is_string())
    errors.push_back({"kind", "must be a string"});
  else if (kinds.find(kind->get<std::string>()) == nullptr)
    errors.push_back(
        {"kind", fmt::format("there is no kind '{}'; there are {}", kind->get<std::string>(),
                             fmt::join(kinds.names(), ", "))});
  if (!body.contains("spec"))
    errors.push_back({"spec", "is required"});
  else if (!body["spec"].is_object())
    errors.push_back({"spec", "must be an object"});
  return errors;
}

http::Response plan(const Services& services, const Call& call) {
  const Json body = body_object(call.request);
  throw_if_any(request_faults(body, services.kinds));
  try {
    return http::Response::json(
        200, plan_view(services.engine.preview(call.organization(), body["kind"].get<std::string>(),
                                               body["spec"], must_be_new(call.request))));
  } catch (const Error& error) {
    if (error.fields().empty()) throw;
    std::vector<FieldError> fields = error.fields();
    for (FieldError& field : fields)
      field.path = field.path.empty() ? "spec" : "spec." + field.path;
    throw with_fields(error, std::move(fields));
  }
}

http::Response plan_delete(const Services& services, const Call& call) {
  const Resource resource = find_server(services, call);
  return http::Response::json(
      200, plan_view(services.engine.preview_delete(call.organization(), resource.id)));
}

}  // namespace

void add_plan_routes(Routes& routes, const Services& services) {
  const Access access = Access::permission_to("plans:create");
  routes.push_back(
      {"POST", "/plans", access, [&services](const Call& call) { return plan(services, call); }});
  routes.push_back({"POST", "/servers/{id}/plans/delete", access,
                    [&services](const Call& call) { return plan_delete(services, call); }});
}

}  // namespace ashlar::api
