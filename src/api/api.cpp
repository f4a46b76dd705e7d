#include "api/api.hpp"

#include "api/gate.hpp"
#include "api/metrics.hpp"
#include "api/problem.hpp"

namespace ashlar::api {
namespace {

Routes all_routes(const Services& services, Metrics& metrics) {
  Routes routes;
  add_system_routes(routes, services, metrics);
  add_session_routes(routes, services);
  add_kind_routes(routes, services);
  add_catalog_routes(routes, services);
  add_deploy_routes(routes, services);
  add_table_routes(routes, services);
  add_server_routes(routes, services);
  add_action_routes(routes, services);
  add_drift_routes(routes, services);
  add_plan_routes(routes, services);
  add_operation_routes(routes, services);
  add_event_routes(routes, services, metrics);
  add_orphan_routes(routes, services);
  add_token_routes(routes, services);
  return routes;
}

}  // namespace

struct Api::Impl {
  explicit Impl(Services given)
      : services(std::move(given)),
        metrics(services.engine, services.version),
        gate(services, metrics, all_routes(services, metrics)) {}

  const Services services;
  Metrics metrics;
  Gate gate;
};

Api::Api(Services services) : impl_(std::make_unique<Impl>(std::move(services))) {}
Api::~Api() = default;

http::Response refuse_unread(int status, std::string_view detail, std::string_view request_id) {
  http::Request unread;
  unread.id = request_id;
  const auto code = [&]() -> std::string {
    if (status == 408) return "timeout";
    if (status == 413 || status == 431) return "too-large";
    if (status == 503) return "unavailable";
    return status < 500 ? "bad-request" : "internal";
  }();
  return answer({.status = status, .code = code, .detail = std::string(detail)}, unread);
}

http::Response Api::handle(const http::Request& request) const {
  return impl_->gate.handle(request);
}

std::vector<RouteDescription> Api::routes() const {
  return impl_->gate.routes();
}

}  // namespace ashlar::api
