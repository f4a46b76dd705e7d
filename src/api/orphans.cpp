// What was left behind at the providers: GET /orphans, DELETE /orphans/{provider}/{type}/{id}.

#include <fmt/format.h>

#include "api/views.hpp"
#include "base/log.hpp"

namespace ashlar::api {
namespace {

/// Deleted ones too: what they left behind is told by their ids.
Provider::FindResource resources_of(const Services& services, const Call& call) {
  return [&services, organization = call.organization()](const std::string& id) {
    return services.store.find_resource(organization, id);
  };
}

Json orphan_view(const Orphan& orphan, const Provider& provider, Time now) {
  Json view = to_json(orphan, provider.name);
  view["ageSeconds"] = nullptr;
  if (orphan.created_at)
    view["ageSeconds"] =
        std::chrono::duration_cast<std::chrono::seconds>(now - *orphan.created_at).count();
  return view;
}

http::Response list_orphans(const Services& services, const Call& call) {
  Json items = Json::array();
  double monthly_usd = 0;
  for (const Provider& provider : services.providers)
    for (const Orphan& orphan :
         provider.find_orphans(call.organization(), resources_of(services, call))) {
      items.push_back(orphan_view(orphan, provider, services.clock.now()));
      monthly_usd += orphan.monthly_usd;
    }
  Json body = page(std::move(items), "");
  body["monthlyUsd"] = monthly_usd;
  return http::Response::json(200, body);
}

const Provider& provider_named(const Services& services, const std::string& name) {
  for (const Provider& provider : services.providers)
    if (provider.name == name) return provider;
  throw Error(ErrorCode::kNotFound, fmt::format("there is no provider {}", name),
              "GET /api/providers lists them");
}

http::Response destroy(const Services& services, const Call& call) {
  const Provider& provider = provider_named(services, call.path_parameter("provider"));
  const std::string& type = call.path_parameter("type");
  const std::string& id = call.path_parameter("id");
  const Orphan destroyed =
      provider.destroy_orphan(call.organization(), resources_of(services, call), type, id);
  log::warning("the orphaned {} {} ({}) at {} is destroyed, asked for by {}: {}", type, id,
               destroyed.name, provider.name, for_log(call.actor()), destroyed.because);
  return http::Response::json(202, orphan_view(destroyed, provider, services.clock.now()));
}

}  // namespace

void add_orphan_routes(Routes& routes, const Services& services) {
  routes.push_back({"GET", "/orphans", Access::permission_to("orphans:read"),
                    [&services](const Call& call) { return list_orphans(services, call); }});
  routes.push_back({"DELETE", "/orphans/{provider}/{type}/{id}",
                    Access::permission_to("orphans:delete"),
                    [&services](const Call& call) { return destroy(services, call); }});
}

}  // namespace ashlar::api
