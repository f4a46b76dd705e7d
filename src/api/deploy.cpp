// POST <a kind's collection>/deploy and PATCH /servers/{id}: specs become operations.

#include <fmt/format.h>

#include <algorithm>

#include "api/deploy_request.hpp"
#include "api/input.hpp"
#include "api/views.hpp"
#include "store/transaction.hpp"

namespace ashlar::api {
namespace {

bool was_answered(const Services& services, const Call& call, const std::string& key) {
  bool answered = false;
  if (!key.empty())
    services.store.write([&](store::Transaction& transaction) {
      answered = transaction.find_answer(call.organization(), key).has_value();
    });
  return answered;
}

/// Creating needs servers:create, which the route has checked; changing what exists needs more. A
/// repeated request changes nothing, so it may be repeated by whoever could make it.
void require_update_permission(const Services& services, const Call& call, const std::string& kind,
                               const std::vector<Json>& specs, const std::string& key) {
  if (permits(call.principal, "servers:update") || was_answered(services, call, key)) return;
  for (const Json& spec : specs) {
    const auto name = spec.find("name");
    if (name == spec.end() || !name->is_string()) continue;
    if (services.store.find_resource_by_name(call.organization(), kind, name->get<std::string>()))
      require_permission(call.principal, "servers:update");
  }
}

http::Response deploy(const Services& services, const engine::Kind& kind, const Call& call) {
  const engine::DeployBody& form = kind.deploy_body;
  const DeployRequest wanted = parse_deploy_request(form, body_object(call.request));
  auto options = accept_options(call);
  options.must_be_new = must_be_new(call.request);
  if (options.expected_generation && wanted.specs.size() != 1)
    throw Refusal(Refusal::Reason::kBadRequest,
                  fmt::format("If-Match is given with more than one {}", form.item),
                  fmt::format("deploy {}s one by one to check each one's generation", form.item),
                  {{"If-Match", fmt::format("is for one {}", form.item), 0, FaultOf::kRule}});
  if (!options.must_be_new)
    require_update_permission(services, call, kind.name, wanted.specs, options.idempotency_key);
  try {
    return deploy_answer(
        services.engine.apply(call.organization(), kind.name, wanted.specs, options));
  } catch (const Error& error) {
    if (error.fields().empty()) throw;
    throw with_fields(error, to_request_paths(error.fields(), wanted));
  }
}

/// For a kind that has no better way: the patch applied to the stored spec.
http::Response update_by_merging(const Services& services, const Call& call,
                                 const Resource& resource, const Json& patch) {
  if (patch.contains("name") && patch["name"] != resource.name)
    throw_if_any(
        {{"name", fmt::format("cannot change; it is '{}'", resource.name), 0, FaultOf::kRule}});
  Json spec = resource.spec;
  spec.merge_patch(patch);
  spec["name"] = resource.name;

  auto options = accept_options(call);
  const bool caller_expects = options.expected_generation.has_value();
  // The patch was merged into this generation; applied to another it would undo someone's change.
  if (!caller_expects) options.expected_generation = resource.generation;
  try {
    return deploy_answer(
        services.engine.apply(call.organization(), resource.kind, {spec}, options));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kPrecondition || caller_expects) throw;
    throw Error(ErrorCode::kConflict, "the resource was changed by someone else meanwhile",
                "send the request again");
  }
}

bool has_action(const Services& services, const std::string& kind, const std::string& action) {
  const engine::Kind* found = services.kinds.find(kind);
  return found != nullptr &&
         std::ranges::find(found->actions, action, &engine::Action::name) != found->actions.end();
}

http::Response update(const Services& services, const Call& call) {
  const Resource resource = find_server(services, call);
  const Json patch = body_object(call.request);
  if (has_action(services, resource.kind, "update"))
    return deploy_answer({services.engine.act(call.organization(), resource.id, "update", patch,
                                              accept_options(call))});
  return update_by_merging(services, call, resource, patch);
}

}  // namespace

void add_deploy_routes(Routes& routes, const Services& services) {
  for (const std::string& name : services.kinds.names()) {
    const engine::Kind& kind = *services.kinds.find(name);
    routes.push_back(
        {"POST", kind.collection + "/deploy", Access::permission_to("servers:create"),
         [&services, &kind](const Call& call) { return deploy(services, kind, call); }});
    routes.push_back({"PATCH", kind.collection + "/{id}", Access::permission_to("servers:update"),
                      of_kind(services, kind, update)});
  }
  routes.push_back({"PATCH", "/servers/{id}", Access::permission_to("servers:update"),
                    [&services](const Call& call) { return update(services, call); }});
}

}  // namespace ashlar::api
