// What the configured providers sell, and whether they can be used.

#include <fmt/format.h>

#include "api/views.hpp"

namespace ashlar::api {
namespace {

template <class T>
http::Response list(const std::vector<T>& things) {
  Json items = Json::array();
  for (const T& thing : things) items.push_back(to_json(thing));
  return http::Response::json(200, page(std::move(items), ""));
}

Json provider_view(const Provider& provider) {
  Json view{{"name", provider.name},     {"url", provider.url},     {"usable", false},
            {"account", nullptr},        {"error", nullptr},        {"quotaLimit", nullptr},
            {"quotaRemaining", nullptr}, {"quotaResetsAt", nullptr}};
  try {
    const ProviderStatus status = provider.check();
    view["usable"] = true;
    view["account"] = status.account;
    if (status.quota_limit) view["quotaLimit"] = *status.quota_limit;
    if (status.quota_remaining) view["quotaRemaining"] = *status.quota_remaining;
    if (status.quota_resets_at) view["quotaResetsAt"] = to_rfc3339(*status.quota_resets_at);
  } catch (const Error& error) {
    view["error"] = error.what();
  }
  return view;
}

}  // namespace

void add_catalog_routes(Routes& routes, const Services& services) {
  const Access read = Access::permission_to("catalog:read");
  for (const Provider& provider : services.providers) {
    routes.push_back({"GET", fmt::format("/global/{}/regions", provider.name), read,
                      [&provider](const Call&) { return list(provider.catalog().regions); }});
    routes.push_back({"GET", fmt::format("/global/{}/sizes", provider.name), read,
                      [&provider](const Call&) { return list(provider.catalog().sizes); }});
  }
  routes.push_back({"GET", "/providers", read, [&services](const Call&) {
                      Json items = Json::array();
                      for (const Provider& provider : services.providers)
                        items.push_back(provider_view(provider));
                      return http::Response::json(200, page(std::move(items), ""));
                    }});
}

}  // namespace ashlar::api
