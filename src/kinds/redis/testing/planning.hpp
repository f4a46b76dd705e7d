#pragma once
// For tests of plans: what an action makes of a cluster, and what of the plan comes before what.

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "kinds/redis/plan/plan.hpp"
#include "kinds/redis/spec/actions.hpp"
#include "kinds/redis/testing/test_catalog.hpp"

namespace ashlar::redis {

inline Json parsed(const char* text, const Json& stored = nullptr) {
  const auto result = parse(*parse_json(text), test_catalog(), stored);
  if (!result) throw Error(ErrorCode::kInvalidInput, "the spec is refused", result.error());
  return to_json(result->spec);
}

/// What the action `name` makes of the cluster `observed`, which was deployed from `stored`.
inline Plan act(const std::string& name, const Json& stored, const Json& observed,
                const char* arguments) {
  for (const auto& action : actions()) {
    if (action.name != name) continue;
    const auto intent = action.intend(stored, *parse_json(arguments), test_catalog());
    if (!intent) throw Error(ErrorCode::kInvalidInput, "refused", intent.error());
    return plan(spec_from_json(intent->accepted.spec), observed, test_catalog(),
                {intent->once, {}});
  }
  throw std::out_of_range(name);
}

inline const PlannedStep& step_of(const Plan& plan, const std::string& key) {
  const auto found = std::ranges::find(plan.steps, key, &PlannedStep::key);
  if (found == plan.steps.end()) throw std::out_of_range(key + " is not planned");
  return *found;
}

inline bool waits_for(const Plan& plan, const std::string& key, const std::string& dependency) {
  for (const auto& before : step_of(plan, key).after)
    if (before == dependency || waits_for(plan, before, dependency)) return true;
  return false;
}

inline std::vector<std::string> nodes_of(const Plan& plan, const std::string& type) {
  std::vector<std::string> nodes;
  for (const auto& step : plan.steps)
    if (step.type == type) nodes.push_back(step.node);
  return nodes;
}

}  // namespace ashlar::redis
