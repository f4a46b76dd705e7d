#include "model/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

namespace ashlar {
namespace {

using StepsByKey = std::map<std::string_view, const PlannedStep*>;

StepsByKey index_by_key(const Plan& plan) {
  StepsByKey index;
  for (const PlannedStep& step : plan.steps) index.try_emplace(step.key, &step);
  return index;
}

/// Removes every step that does not depend, even indirectly, on a cycle; calls `visit` for each,
/// dependencies first. What remains in `steps` are cycles and what hangs on them.
void peel(StepsByKey& steps, const std::function<void(const PlannedStep&)>& visit) {
  std::map<std::string_view, int> open_dependencies;
  std::map<std::string_view, std::vector<std::string_view>> dependents;
  std::vector<std::string_view> free;
  for (const auto& [key, step] : steps) {
    const auto predecessors = step->predecessors();
    int open = 0;
    for (const std::string_view dependency :
         std::set<std::string_view>(predecessors.begin(), predecessors.end())) {
      if (!steps.contains(dependency)) continue;
      dependents[dependency].push_back(key);
      ++open;
    }
    if (open == 0) free.push_back(key);
    open_dependencies[key] = open;
  }
  while (!free.empty()) {
    const std::string_view key = free.back();
    free.pop_back();
    visit(*steps.at(key));
    for (const std::string_view dependent : dependents[key])
      if (--open_dependencies[dependent] == 0) free.push_back(dependent);
    steps.erase(key);
  }
}

/// One cycle among steps of which each has an unfinished dependency, as a -> b -> a ("needs").
std::vector<std::string_view> find_cycle(const StepsByKey& steps) {
  std::vector<std::string_view> path;
  std::string_view at = steps.begin()->first;
  for (;;) {
    const auto seen = std::ranges::find(path, at);
    if (seen != path.end()) return {seen, path.end()};
    path.push_back(at);
    const auto predecessors = steps.at(at)->predecessors();
    at = *std::ranges::find_if(predecessors, [&](const auto& key) { return steps.contains(key); });
  }
}

void add_key_faults(const Plan& plan, std::vector<std::string>& found) {
  std::set<std::string_view> seen;
  std::set<std::string_view> reported;
  for (const PlannedStep& step : plan.steps) {
    if (step.key.empty())
      found.push_back(fmt::format("a step of type \"{}\" has no key", step.type));
    else if (!seen.insert(step.key).second && reported.insert(step.key).second)
      found.push_back(fmt::format("two steps have the key \"{}\"", step.key));
    if (step.type.empty()) found.push_back(fmt::format("step \"{}\" has no type", step.key));
    if (step.expected < Millis{0} || step.deadline <= Millis{0})
      found.push_back(
          fmt::format("step \"{}\" has a negative duration or no time to its deadline", step.key));
  }
}

void add_dependency_faults(const Plan& plan, std::vector<std::string>& found) {
  const StepsByKey index = index_by_key(plan);
  for (const PlannedStep& step : plan.steps)
    for (const std::string_view dependency : step.predecessors())
      if (!index.contains(dependency))
        found.push_back(fmt::format("step \"{}\" comes after \"{}\", which is not in the plan",
                                    step.key, dependency));
}

void add_cycle_faults(const Plan& plan, std::vector<std::string>& found) {
  StepsByKey rest = index_by_key(plan);
  const auto ignore = [](const PlannedStep&) {};
  for (peel(rest, ignore); !rest.empty(); peel(rest, ignore)) {
    const auto cycle = find_cycle(rest);
    found.push_back(fmt::format("steps wait for each other: {} -> {}", fmt::join(cycle, " -> "),
                                cycle.front()));
    for (const std::string_view key : cycle) rest.erase(key);
  }
}

constexpr std::array<std::string_view, 4> kChangeActions = {"create", "update", "replace",
                                                            "destroy"};

ChangeAction change_action_from(const std::string& text) {
  const auto found = std::ranges::find(kChangeActions, text);
  if (found == kChangeActions.end())
    throw Error(ErrorCode::kInvalidInput, fmt::format("unknown change action \"{}\"", text));
  return static_cast<ChangeAction>(found - kChangeActions.begin());
}

Json to_json(const Change& change) {
  return {{"action", to_string(change.action)},
          {"what", change.what},
          {"name", change.name},
          {"detail", change.detail},
          {"monthlyUsdBefore", change.monthly_usd_before},
          {"monthlyUsdAfter", change.monthly_usd_after}};
}

Change change_from_json(const Json& json) {
  return {.action = change_action_from(json.at("action").get<std::string>()),
          .what = json.at("what").get<std::string>(),
          .name = json.at("name").get<std::string>(),
          .detail = json.at("detail").get<std::string>(),
          .monthly_usd_before = json.at("monthlyUsdBefore").get<double>(),
          .monthly_usd_after = json.at("monthlyUsdAfter").get<double>()};
}

constexpr std::array<std::string_view, 3> kAddressFates = {"moves", "goes", "comes"};

Json to_json(const AddressChange& change) {
  return {{"fate", to_string(change.fate)},
          {"node", change.node},
          {"address", change.address.empty() ? Json() : Json(change.address)},
          {"usedBy", change.used_by}};
}

AddressChange address_change_from_json(const Json& json) {
  const auto found = std::ranges::find(kAddressFates, json.at("fate").get<std::string>());
  if (found == kAddressFates.end())
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("unknown fate of an address {}", json.at("fate").dump()));
  const Json& address = json.at("address");
  return {.fate = static_cast<AddressFate>(found - kAddressFates.begin()),
          .node = json.at("node").get<std::string>(),
          .address = address.is_null() ? "" : address.get<std::string>(),
          .used_by = json.at("usedBy").get<std::string>()};
}

template <class Item, class Convert>
Json list_to_json(const std::vector<Item>& items, Convert convert) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(convert(item));
  return list;
}

template <class Item, class Convert>
std::vector<Item> list_from_json(const Json& list, Convert convert) {
  std::vector<Item> items;
  for (const Json& json : list) items.push_back(convert(json));
  return items;
}

}  // namespace

std::vector<std::string_view> PlannedStep::predecessors() const {
  std::vector<std::string_view> keys(after.begin(), after.end());
  keys.insert(keys.end(), after_ended.begin(), after_ended.end());
  return keys;
}

double Plan::monthly_usd_before() const {
  double sum = 0;
  for (const Change& change : changes) sum += change.monthly_usd_before;
  return sum;
}

double Plan::monthly_usd_after() const {
  double sum = 0;
  for (const Change& change : changes) sum += change.monthly_usd_after;
  return sum;
}

Millis Plan::expected_duration() const {
  std::map<std::string_view, Millis> ends;
  Millis longest{0};
  StepsByKey index = index_by_key(*this);
  peel(index, [&](const PlannedStep& step) {
    Millis start{0};
    for (const std::string_view dependency : step.predecessors())
      start = std::max(start, ends[dependency]);
    longest = std::max(longest, ends[step.key] = start + step.expected);
  });
  return longest;
}

std::string reassurance(const Plan& plan) {
  const bool worries =
      !plan.disruptions.empty() || !plan.dangers.empty() || !plan.required_actions.empty();
  if (plan.empty() || worries) return {};
  return "Nothing that works now stops meanwhile, and nobody has to do anything.";
}

std::vector<std::string> faults(const Plan& plan) {
  std::vector<std::string> found;
  add_key_faults(plan, found);
  add_dependency_faults(plan, found);
  add_cycle_faults(plan, found);
  return found;
}

std::string_view to_string(ChangeAction action) {
  return kChangeActions.at(static_cast<size_t>(action));
}

std::string_view to_string(AddressFate fate) {
  return kAddressFates.at(static_cast<size_t>(fate));
}

Json to_json(const PlannedStep& step) {
  return {{"key", step.key},
          {"type", step.type},
          {"title", step.title},
          {"phase", step.phase},
          {"node", step.node.empty() ? Json() : Json(step.node)},
          {"args", step.args},
          {"after", step.after},
          {"afterEnded", step.after_ended},
          {"expectedMs", step.expected.count()},
          {"deadlineMs", step.deadline.count()}};
}

PlannedStep planned_step_from_json(const Json& json) {
  return {.key = json.at("key").get<std::string>(),
          .type = json.at("type").get<std::string>(),
          .title = json.at("title").get<std::string>(),
          .phase = json.at("phase").get<std::string>(),
          .node = json.at("node").is_null() ? "" : json.at("node").get<std::string>(),
          .args = json.at("args"),
          .after = json.at("after").get<std::vector<std::string>>(),
          .after_ended = json.at("afterEnded").get<std::vector<std::string>>(),
          .expected = Millis{json.at("expectedMs").get<long long>()},
          .deadline = Millis{json.at("deadlineMs").get<long long>()}};
}

Json outline_of(const Plan& plan) {
  const std::string reassuring = reassurance(plan);
  return {{"changes", list_to_json(plan.changes, [](const Change& c) { return to_json(c); })},
          {"disruptions", plan.disruptions},
          {"addressChanges",
           list_to_json(plan.address_changes, [](const AddressChange& a) { return to_json(a); })},
          {"dangers", list_to_json(plan.dangers, [](const Danger& d) { return to_json(d); })},
          {"requiredActions",
           list_to_json(plan.required_actions, [](const RequiredAction& a) { return to_json(a); })},
          {"reassurance", reassuring.empty() ? Json() : Json(reassuring)},
          {"notes", plan.notes}};
}

Json to_json(const Plan& plan) {
  Json json{{"kind", plan.kind},
            {"resourceName", plan.resource_name},
            {"action", plan.action},
            {"summary", plan.summary},
            {"monthlyUsdBefore", plan.monthly_usd_before()},
            {"monthlyUsdAfter", plan.monthly_usd_after()},
            {"expectedMs", plan.expected_duration().count()}};
  json.update(outline_of(plan));
  json["steps"] = list_to_json(plan.steps, [](const PlannedStep& s) { return to_json(s); });
  return json;
}

Plan plan_from_json(const Json& json) try {
  return {.kind = json.at("kind").get<std::string>(),
          .resource_name = json.at("resourceName").get<std::string>(),
          .action = json.at("action").get<std::string>(),
          .summary = json.at("summary").get<std::string>(),
          .changes = list_from_json<Change>(json.at("changes"), change_from_json),
          .disruptions = json.at("disruptions").get<std::vector<std::string>>(),
          .dangers = list_from_json<Danger>(json.at("dangers"), danger_from_json),
          .required_actions =
              list_from_json<RequiredAction>(json.at("requiredActions"), required_action_from_json),
          // Plans of before this was told have none.
          .address_changes = list_from_json<AddressChange>(
              json.value("addressChanges", Json::array()), address_change_from_json),
          .notes = json.at("notes").get<std::vector<std::string>>(),
          .steps = list_from_json<PlannedStep>(json.at("steps"), planned_step_from_json)};
} catch (const Json::exception& error) {
  throw Error(ErrorCode::kInvalidInput, fmt::format("this JSON is not a plan: {}", error.what()));
}

}  // namespace ashlar
