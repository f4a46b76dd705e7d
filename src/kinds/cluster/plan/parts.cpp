#include "kinds/cluster/plan/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::cluster {
namespace {

Keys each_once(Keys keys) {
  auto end = keys.begin();  // of those that are kept
  for (auto key = keys.begin(); key != keys.end(); ++key)
    if (std::find(keys.begin(), end, *key) == end) std::iter_swap(end++, key);
  keys.erase(end, keys.end());
  return keys;
}

}  // namespace

PlannedStep make_step(std::string key, std::string type, const std::string& node, Shown shown,
                      Json args) {
  PlannedStep step;
  step.key = std::move(key);
  step.type = std::move(type);
  step.title = std::move(shown.title);
  step.phase = shown.phase;
  step.node = node;
  step.args = std::move(args);
  step.expected = shown.expected;
  step.deadline = shown.deadline;
  return step;
}

PlannedStep step_of(std::string type, const std::string& node, Shown shown, Json args) {
  std::string key = node.empty() ? type : fmt::format("{}/{}", type, node);
  return make_step(std::move(key), std::move(type), node, std::move(shown), std::move(args));
}

std::string add(Plan& plan, PlannedStep step, Keys after, Keys after_ended) {
  step.after = each_once(std::move(after));
  if (!after_ended.empty()) step.after_ended = each_once(std::move(after_ended));
  plan.steps.push_back(std::move(step));
  return plan.steps.back().key;
}

Keys planned_among(const Plan& plan, const Keys& keys) {
  Keys among;
  for (const auto& step : plan.steps)
    if (std::ranges::find(keys, step.key) != keys.end()) among.push_back(step.key);
  return among;
}

void extend(Keys& keys, const Keys& more) {
  keys.insert(keys.end(), more.begin(), more.end());
}

std::string before_and_after(const SpecChange& change) {
  return fmt::format("({} → {})", dump(change.before), dump(change.after));
}

std::string count_of(size_t number, const std::string& thing) {
  return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

}  // namespace ashlar::cluster
