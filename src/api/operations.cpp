// Operations: list, get, cancel, retry.

#include "api/input.hpp"
#include "api/listing_query.hpp"
#include "api/problem.hpp"
#include "api/views.hpp"

namespace ashlar::api {
namespace {

http::Response list(const Services& services, const Call& call) {
  const store::OperationQuery query = operation_query(call.request);
  const auto found = read_page(call.request, [&](const store::PageRequest& page) {
    return services.store.search_operations(call.organization(), query, page);
  });
  Json items = Json::array();
  for (const Operation& operation : found.items)
    items.push_back(operation_view(operation, services.clock.now()));
  return http::Response::json(200, counted_page(std::move(items), found.next, found.total));
}

http::Response get(const Services& services, const Call& call) {
  const Operation operation = find_operation(services, call);
  return http::Response::json(
      200, operation_detail(services, operation,
                            services.store.list_steps(call.organization(), operation.id)));
}

http::Response cancel(const Services& services, const Call& call) {
  const Operation operation = find_operation(services, call);
  return http::Response::json(
      202, operation_view(services.engine.cancel(call.organization(), operation.id, call.actor()),
                          services.clock.now()));
}

http::Response retry(const Services& services, const Call& call) {
  const Operation operation = find_operation(services, call);
  return http::Response::json(
      202, operation_view(services.engine.retry(call.organization(), operation.id, call.actor()),
                          services.clock.now()));
}

}  // namespace

void add_operation_routes(Routes& routes, const Services& services) {
  const Access read = Access::permission_to("operations:read");
  routes.push_back(
      {"GET", "/operations", read, [&services](const Call& call) { return list(services, call); }});
  routes.push_back({"GET", "/operations/{id}", read,
                    [&services](const Call& call) { return get(services, call); }});
  routes.push_back({"POST", "/operations/{id}/cancel", Access::permission_to("operations:cancel"),
                    [&services](const Call& call) { return cancel(services, call); }});
  routes.push_back({"POST", "/operations/{id}/retry", Access::permission_to("operations:retry"),
                    [&services](const Call& call) { return retry(services, call); }});
}

}  // namespace ashlar::api
