#include "kinds/cluster/plan/machines.hpp"

#include <fmt/format.h>

#include "kinds/cluster/plan/parts.hpp"

namespace ashlar::cluster {

void plan_machines(Plan& plan, const fleet::Request& request, const std::vector<std::string>& kept,
                   const Catalog& catalog, const char* phase) {
  fleet::plan_create(plan, request, catalog);
  for (auto& step : plan.steps) step.phase = phase;
  if (kept.empty()) return;
  std::erase_if(plan.changes, [](const Change& change) { return change.what != "machine"; });
  describe_cost(plan, request.resource_name, kept.size(), monthly_usd(catalog, kept));
}

void describe_cost(Plan& plan, const std::string& cluster, size_t machines, double monthly_usd) {
  plan.changes.push_back({ChangeAction::kUpdate, "cluster", cluster,
                          count_of(machines, "machine") + " kept", monthly_usd, monthly_usd});
}

std::vector<std::string> when_ready(const std::set<std::string>& new_machines,
                                    const std::vector<std::string>& nodes) {
  std::vector<std::string> keys;
  for (const auto& node : nodes)
    if (new_machines.contains(node)) keys.push_back(fleet::ready_key(node));
  return keys;
}

double monthly_usd(const Catalog& catalog, const std::vector<std::string>& sizes) {
  double total = 0;
  for (const auto& size : sizes) total += catalog.monthly_usd_of(size);
  return total;
}

Plan plan_delete(const std::string& kind, const std::string& title, const fleet::Request& request,
                 const Json& observed, const Catalog& catalog) {
  Plan plan;
  plan.kind = kind;
  plan.resource_name = request.resource_name;
  plan.action = "delete";
  if (observed.is_object() && !observed.empty())
    plan.disruptions.push_back(
        fmt::format("{} stops for all its clients, and its data is lost", title));
  fleet::plan_destroy(plan, request, observed, catalog, {});
  const auto machines = std::ranges::count(plan.changes, "machine", &Change::what);
  plan.summary =
      fmt::format("Delete {}: {}", title, count_of(static_cast<size_t>(machines), "machine"));
  return plan;
}

}  // namespace ashlar::cluster
