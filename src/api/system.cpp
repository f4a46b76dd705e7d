// Health, metrics, and who is asking.

#include "api/metrics.hpp"
#include "api/route.hpp"

namespace ashlar::api {
namespace {

http::Response liveness(const Services& services) {
  return http::Response::json(
      200, {{"status", "ok"}, {"version", services.version}, {"checks", Json::object()}});
}

http::Response readiness(const Services& services) {
  const bool database = services.store.healthy();
  return http::Response::json(database ? 200 : 503, {{"status", database ? "ok" : "unavailable"},
                                                     {"version", services.version},
                                                     {"checks", {{"database", database}}}});
}

http::Response me(const Call& call) {
  return http::Response::json(200, {{"organizationId", call.principal.organization_id},
                                    {"tokenId", call.principal.token_id},
                                    {"name", call.principal.name},
                                    {"permissions", call.principal.permissions}});
}

}  // namespace

void add_system_routes(Routes& routes, const Services& services, Metrics& metrics) {
  const auto add = [&](const char* pattern, Access access,
                       std::function<http::Response(const Call&)> handle) {
    routes.push_back({.method = "GET",
                      .pattern = pattern,
                      .access = std::move(access),
                      .handle = std::move(handle),
                      .also_at_root = true});
  };
  const auto ready = [&services](const Call&) { return readiness(services); };
  add("/health", Access::anyone(), ready);
  add("/health/ready", Access::anyone(), ready);
  add("/health/live", Access::anyone(), [&services](const Call&) { return liveness(services); });
  add("/metrics", Access::permission_to("metrics:read"), [&](const Call&) {
    return http::Response::text(200, metrics.text(), "text/plain; version=0.0.4; charset=utf-8");
  });
  routes.push_back({"GET", "/me", Access::any_token(), me});
}

}  // namespace ashlar::api
