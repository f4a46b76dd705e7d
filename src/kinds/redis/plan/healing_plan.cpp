#include "kinds/redis/plan/healing_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "kinds/cluster/plan/care.hpp"
#include "kinds/redis/plan/change.hpp"
#include "kinds/redis/plan/occasions.hpp"

namespace ashlar::redis {
namespace {

constexpr size_t kMostTold = 3;

/// What the policy lets Ashlar do by itself.
Licence licence_to_heal(const Spec& spec) {
  const bool replace = spec.heal == Heal::kReplace;
  return {.new_machines = replace,
          .replace_unreachable = replace,
          .destroy = replace,
          .versions = false,
          // A single node is never replaced, whoever grew it; what else is wrong with it is mended.
          .replace_differing = spec.sentinel,
          .resize_in_place = spec.strategy == Strategy::kInPlace};
}

/// Nothing but proving what is there, which mends nothing.
bool only_looks(const Plan& plan) {
  return std::ranges::all_of(plan.steps, [](const PlannedStep& step) {
    return step.type == "redis.credentials" || step.type == "redis.prove";
  });
}

/// Why a fault stays; empty: the policy covers it.
std::string reason_to_stay(const Json& item, Heal policy) {
  const std::string heals = text_in(item, "heals");
  if (heals == to_string(Heal::kNone)) return "for a person to mend";
  if (heals == to_string(Heal::kReplace) && policy != Heal::kReplace)
    return "mended only under heal: replace";
  return {};
}

/// Drift that the policy does not reach; or, where nothing has drifted, what is wrong for reasons
/// that Ashlar does not know.
std::vector<std::string> what_stays(const Json& observed, Heal policy) {
  std::vector<std::string> stays;
  const Json drift = observed.value("drift", Json::array());
  for (const Json& item : drift)
    if (const std::string reason = reason_to_stay(item, policy); !reason.empty())
      stays.push_back(fmt::format("{} ({})", text_in(item, "message"), reason));
  if (!drift.empty()) return stays;
  for (const Json& problem : observed.value("problems", Json::array()))
    stays.push_back(problem.get<std::string>());
  return stays;
}

std::string in_brief(std::vector<std::string> texts) {
  const size_t more = texts.size() - std::min(texts.size(), kMostTold);
  texts.resize(std::min(texts.size(), kMostTold));
  return fmt::format("{}{}", fmt::join(texts, "; "),
                     more == 0 ? "" : fmt::format("; and {} more", more));
}

Plan plan_mending(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog) {
  Plan plan = plan_change(spec, facts, catalog, licence_to_heal(spec), "heal");
  // Only a cluster that works otherwise can do without a sentinel for a moment.
  if (!plan.empty() || !facts.drift.contains(cluster::kCertificateExpiring)) return plan;
  return plan_rotation(spec, facts, {{{"action", "heal"}, {"what", "certificates"}}, {}});
}

}  // namespace

Plan plan_healing(const Spec& spec, const ObservedFacts& facts, const Json& observed,
                  const Catalog& catalog) {
  Plan plan = plan_mending(spec, facts, catalog);
  const auto stays = what_stays(observed, spec.heal);
  if (only_looks(plan) && !stays.empty()) {
    plan.steps.clear();
    plan.changes.clear();
    plan.summary = fmt::format("Redis cluster {}: nothing that healing can mend: {}", spec.name,
                               in_brief(stays));
    return plan;
  }
  for (const auto& text : stays) plan.notes.push_back("not mended by this: " + text);
  return plan;
}

}  // namespace ashlar::redis
