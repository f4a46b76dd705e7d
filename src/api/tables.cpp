// Tables of resources, and what a resource has been through: /servers, each kind's collection,
// /servers/{id}/events, /servers/{id}/series.

#include <set>

#include "api/input.hpp"
#include "api/listing_query.hpp"
#include "api/views.hpp"
#include "model/condition.hpp"

namespace ashlar::api {
namespace {

using Resources = store::CountedPage<store::ListedResource>;

Resources search(const Services& services, const Call& call, const std::string& kind) {
  store::ResourceQuery query = resource_query(call.request);
  query.kind = kind;
  return read_page(call.request, [&](const store::PageRequest& page) {
    return services.store.search_resources(call.organization(), query, page);
  });
}

Json row(const Services& services, const store::ListedResource& listed) {
  Json view = to_json(listed.summary);
  view["condition"] =
      to_json(condition_of(listed.summary, listed.operation ? &*listed.operation : nullptr));
  view["operation"] =
      listed.operation ? operation_view(*listed.operation, services.clock.now()) : Json();
  return view;
}

http::Response list_rows(const Services& services, const Call& call) {
  const Resources found = search(services, call, call.request.query_value("kind").value_or(""));
  Json items = Json::array();
  for (const auto& listed : found.items) items.push_back(row(services, listed));
  return http::Response::json(200, counted_page(std::move(items), found.next, found.total));
}

http::Response list_whole(const Services& services, const std::string& kind, const Call& call) {
  const Resources found = search(services, call, kind);
  Json items = Json::array();
  for (const auto& listed : found.items)
    if (const auto resource = services.store.find_resource(call.organization(), listed.summary.id))
      items.push_back(server_view(services, *resource));
  return http::Response::json(200, counted_page(std::move(items), found.next, found.total));
}

http::Response events(const Services& services, const Call& call) {
  const Resource resource = find_server(services, call);
  const auto found = read_page(call.request, [&](const store::PageRequest& page) {
    return services.store.list_resource_events(call.organization(), resource.id, page);
  });
  Json items = Json::array();
  for (const Event& event : found.items) items.push_back(to_json(event));
  return http::Response::json(200, page(std::move(items), found.next));
}

// --- series ------------------------------------------------------------------------------------

/// A curve is a metric of a node.
using Curve = std::pair<std::string, std::string>;

/// Every curve of any sample: nodes come and go.
std::set<Curve> curves_in(const std::vector<store::Sample>& samples, const std::string& metric) {
  std::set<Curve> curves;
  for (const store::Sample& sample : samples)
    for (const auto& [name, nodes] : sample.readings.items())
      if (metric.empty() || metric == name)
        for (const auto& [node, value] : nodes.items()) curves.emplace(name, node);
  return curves;
}

Json value_at(const store::Sample& sample, const Curve& curve) {
  const auto metric = sample.readings.find(curve.first);
  if (metric == sample.readings.end()) return nullptr;
  return metric->value(curve.second, Json());
}

/// Columns rather than rows: names are said once, and plots want them so.
Json columns(const std::vector<store::Sample>& samples, const std::string& metric) {
  Json times = Json::array();
  for (const store::Sample& sample : samples) times.push_back(to_rfc3339(sample.at));
  Json series = Json::array();
  for (const Curve& curve : curves_in(samples, metric)) {
    Json values = Json::array();
    for (const store::Sample& sample : samples) values.push_back(value_at(sample, curve));
    series.push_back(
        {{"metric", curve.first}, {"node", curve.second}, {"values", std::move(values)}});
  }
  return {{"times", std::move(times)}, {"series", std::move(series)}};
}

http::Response series(const Services& services, const Call& call) {
  static constexpr long long kMostMinutes =
      std::chrono::duration_cast<std::chrono::minutes>(store::kSamplesKept).count();
  const Millis span =
      std::chrono::minutes(query_integer(call.request, "minutes", 60, 1, kMostMinutes));
  const Resource resource = find_server(services, call);
  const Time now = services.clock.now();
  const auto samples = services.store.list_samples(call.organization(), resource.id, now - span);
  Json view = columns(samples, call.request.query_value("metric").value_or(""));
  view["resourceId"] = resource.id;
  view["from"] = to_rfc3339(now - span);
  view["to"] = to_rfc3339(now);
  return http::Response::json(200, view);
}

}  // namespace

void add_table_routes(Routes& routes, const Services& services) {
  const Access read = Access::permission_to("servers:read");
  routes.push_back({"GET", "/servers", read,
                    [&services](const Call& call) { return list_rows(services, call); }});
  for (const std::string& kind : services.kinds.names())
    routes.push_back(
        {"GET", services.kinds.find(kind)->collection, read,
         [&services, kind](const Call& call) { return list_whole(services, kind, call); }});
  routes.push_back({"GET", "/servers/{id}/events", Access::permission_to("operations:read"),
                    [&services](const Call& call) { return events(services, call); }});
  routes.push_back({"GET", "/servers/{id}/series", read,
                    [&services](const Call& call) { return series(services, call); }});
}

}  // namespace ashlar::api
