// Operations: list, get, cancel, retry, and what their steps say while they are at work.

#include <fmt/format.h>

#include <algorithm>

#include "api/input.hpp"
#include "api/listing_query.hpp"
#include "api/problem.hpp"
#include "api/views.hpp"

namespace ashlar::api {
namespace {

http::Response list_operations(const Services& services, const Call& call) {
  const store::OperationQuery query = operation_query(call.request);
  const auto found = read_page(call.request, [&](const store::PageRequest& page) {
    return services.store.search_operations(call.organization(), query, page);
  });
  Json items = Json::array();
  for (const Operation& operation : found.items)
    items.push_back(operation_view(operation, services.clock.now()));
  return http::Response::json(200, counted_page(std::move(items), found.next, found.total));
}

http::Response get_operation(const Services& services, const Call& call) {
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

/// The largest that every client's numbers can hold.
constexpr long long kHighestOffset = (1LL << 53) - 1;
constexpr long long kOutputAtOnce = 65'536;

StepRecord find_step(const Services& services, const Operation& operation, const Call& call) {
  const std::string& id = call.path_parameter("stepId");
  const auto steps = services.store.list_steps(operation.organization_id, operation.id);
  const auto step = std::ranges::find(steps, id, &StepRecord::id);
  if (step == steps.end())
    throw Error(ErrorCode::kNotFound,
                fmt::format("the operation {} has no step '{}'", operation.id, id),
                "read the operation to see the ids of its steps");
  return *step;
}

/// Done, or given up: whoever retries it begins it again.
bool is_over(const StepRecord& step) {
  return step.finished_at.has_value() || step.state == StepState::kSkipped;
}

http::Response output(const Services& services, const Call& call) {
  const long long offset = query_integer(call.request, "offset", 0, 0, kHighestOffset);
  const Operation operation = find_operation(services, call);
  // The step first: when it is over by then, the output that follows is all there is.
  const StepRecord step = find_step(services, operation, call);
  const StepOutput read = services.store.read_output(step.id, offset, kOutputAtOnce);
  return http::Response::json(200, {{"stepId", step.id},
                                    {"stepKey", step.planned.key},
                                    {"text", read.text},
                                    {"offset", read.begins},
                                    {"nextOffset", read.next},
                                    {"outputBytes", read.end},
                                    {"droppedBytes", read.dropped},
                                    {"complete", is_over(step) && read.next >= read.end}});
}

}  // namespace

void add_operation_routes(Routes& routes, const Services& services) {
  const Access read = Access::permission_to("operations:read");
  routes.push_back({"GET", "/operations", read,
                    [&services](const Call& call) { return list_operations(services, call); }});
  routes.push_back({"GET", "/operations/{id}", read,
                    [&services](const Call& call) { return get_operation(services, call); }});
  routes.push_back({"GET", "/operations/{id}/steps/{stepId}/output", read,
                    [&services](const Call& call) { return output(services, call); }});
  routes.push_back({"POST", "/operations/{id}/cancel", Access::permission_to("operations:cancel"),
                    [&services](const Call& call) { return cancel(services, call); }});
  routes.push_back({"POST", "/operations/{id}/retry", Access::permission_to("operations:retry"),
                    [&services](const Call& call) { return retry(services, call); }});
}

}  // namespace ashlar::api
