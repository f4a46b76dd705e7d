// What planning says of machines that no record names. Pure.

#include <fmt/format.h>

#include <set>

#include "kinds/fleet/census.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::fleet {
namespace {

constexpr const char* kPhase = "Destroying machines that no record names";
constexpr Millis kDeadline{600'000};

bool may_go(const Json& item, Clearing clearing) {
  const std::string origin = item.at("origin");
  if (origin == to_string(Origin::kLostRace)) return clearing != Clearing::kNothing;
  return origin == to_string(Origin::kForeign) && clearing == Clearing::kForeign;
}

/// Steps that no other step waits for.
std::vector<std::string> last_steps(const Plan& plan) {
  std::set<std::string_view> waited_for;
  for (const auto& step : plan.steps)
    for (const auto key : step.predecessors()) waited_for.insert(key);
  std::vector<std::string> last;
  for (const auto& step : plan.steps)
    if (!waited_for.contains(step.key)) last.push_back(step.key);
  return last;
}

}  // namespace

void plan_clearing(Plan& plan, const Json& observed, Clearing clearing) {
  const Json::json_pointer place("/machines/items");
  if (!observed.is_object() || !observed.contains(place)) return;
  const bool alone = plan.empty();
  const auto after = last_steps(plan);
  size_t count = 0;
  for (const Json& item : observed.at(place)) {
    if (!item.at("node").is_null() || !may_go(item, clearing)) continue;
    plan_destroy_unrecorded(plan, item, after);
    ++count;
  }
  if (count > 0 && alone)
    plan.summary = fmt::format("Destroy {} of {} that no record names",
                               count == 1 ? "a machine" : fmt::format("{} machines", count),
                               plan.resource_name);
}

std::string plan_destroy_unrecorded(Plan& plan, const Json& item,
                                    const std::vector<std::string>& after) {
  const std::string id = item.at("providerId");
  const std::string name = item.at("name");
  plan.changes.push_back(
      {.action = ChangeAction::kDestroy,
       .what = "machine",
       .name = name,
       .detail = fmt::format("{} in {}, number {}, which no record names",
                             item.at("size").get_ref<const std::string&>(),
                             item.at("region").get_ref<const std::string&>(), id),
       .monthly_usd_before = item.at("monthlyUsd")});
  plan.steps.push_back(
      {.key = "destroy-unrecorded/" + id,
       .type = "fleet.destroy_unrecorded",
       .title = fmt::format("Destroy the machine {} ({}), which no record names", name, id),
       .phase = kPhase,
       .args = {{"provider_id", id}, {"name", name}},
       .after = after,
       .expected = Millis{3'000},
       .deadline = kDeadline});
  return plan.steps.back().key;
}

}  // namespace ashlar::fleet
