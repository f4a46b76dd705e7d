#include "engine/tasks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ashlar::engine {
namespace {

/// What is wanted again and again is begun so many times within the time below before it counts
/// like something that comes to nothing.
constexpr int kRepeated = 3;
constexpr Millis kRepeatedWithin{10 * 60'000};
constexpr int kMostConsidered = 20;  // operations before, when it is decided about the next

std::string node_of(const std::string& key) {
  return key.substr(0, key.find(' '));
}

}  // namespace

Millis task_pause(int in_vain) {
  if (in_vain <= 0) return Millis{0};
  return std::min<Millis>(kShortestTaskPause * (1LL << std::min(in_vain - 1, 16)),
                          kLongestTaskPause);
}

PastTasks past_tasks(const Operation& operation, const std::vector<StepRecord>& steps) {
  PastTasks past{operation.finished_at.value_or(operation.created_at),
                 {operation.tasks.begin(), operation.tasks.end()},
                 {}};
  if (operation.state == OperationState::kSucceeded) return past;
  std::set<std::string> nodes;
  for (const StepRecord* step : unfinished(steps)) nodes.insert(step->planned.node);
  for (const std::string& key : past.keys)
    if (const std::string node = node_of(key); node.empty() || nodes.contains(node))
      past.in_vain.insert(key);
  return past;
}

std::vector<PastTasks> task_history(store::Store& store, const KindRegistry& kinds,
                                    const Resource& resource) {
  const auto stored =
      store.list_operations(resource.organization_id, resource.id, {"", kMostConsidered});
  std::vector<PastTasks> history;
  for (const Operation& operation : stored.items) {
    if (is_change(kinds, operation)) break;
    history.push_back(past_tasks(operation, operation.state == OperationState::kSucceeded
                                                ? std::vector<StepRecord>{}
                                                : store.list_steps(operation.id)));
  }
  return history;
}

std::optional<Time> may_begin_from(const Task& task, const std::vector<PastTasks>& history) {
  const std::string key = task.key();
  std::optional<Time> latest;
  int in_vain = 0;
  int repeated = 0;
  bool unbroken = true;  // none of those seen so far came to anything
  for (const PastTasks& past : history) {
    if (!past.keys.contains(key)) continue;
    if (!latest) latest = past.ended;
    unbroken = unbroken && past.in_vain.contains(key);
    if (unbroken)
      ++in_vain;
    else if (!past.in_vain.contains(key) && *latest - past.ended < kRepeatedWithin)
      ++repeated;
  }
  const Millis pause = task_pause(in_vain + std::max(0, repeated - kRepeated + 1));
  return pause > Millis{0} ? std::optional(*latest + pause) : std::nullopt;
}

bool is_kept(const Resource& resource) {
  return resource.state == ResourceState::kActive || resource.state == ResourceState::kDegraded;
}

std::vector<Task> wanted(const KindRegistry& kinds, const Resource& resource, Time now) {
  const Kind* kind = kinds.find(resource.kind);
  if (kind == nullptr || !kind->wants || !is_kept(resource)) return {};
  std::vector<Task> tasks = kind->wants(resource.spec, resource.status, now);
  std::erase_if(tasks, [&](const Task& task) {
    return std::ranges::find(kind->actions, task.action, &Action::name) == kind->actions.end();
  });
  return tasks;
}

bool are_done_together(const Task& one, const Task& other) {
  return one.action == other.action && one.arguments == other.arguments && one.actor == other.actor;
}

TasksDecision decide(const TasksInput& input) {
  TasksDecision decision;
  const auto later = [&](Time time) {
    decision.look_again = std::min(decision.look_again.value_or(Time::max()), time);
  };
  for (const Task& task : input.wanted) {
    if (!task.waits_for.empty()) continue;
    if (input.held_back && input.held_back->concerns(task)) continue;
    const Time confirmed =
        input.first_seen.at(task.key()) + std::max(task.lasts_at_least, kConfirmPause);
    const auto refused = input.refused_until.find(task.action);
    if (input.now < confirmed) {
      later(confirmed);
    } else if (const auto from = may_begin_from(task, input.history); from && input.now < *from) {
      later(*from);
    } else if (refused != input.refused_until.end() && input.now < refused->second) {
      later(refused->second);
    } else if (decision.begin.empty() || are_done_together(decision.begin.front(), task)) {
      decision.begin.push_back(task);
    }
  }
  return decision;
}

std::vector<Outlook> outlook(const std::vector<Task>& wanted, const std::vector<PastTasks>& history,
                             const std::optional<HeldBack>& held_back, Time now) {
  std::vector<Outlook> outlooks;
  std::vector<std::vector<Task>> members;  // of each outlook
  for (const Task& task : wanted) {
    Outlook next{.action = task.action, .actor = task.actor};
    const bool held = held_back && held_back->concerns(task);
    if (held)
      next.waits_because = fmt::format("\"{}\" ({}) has failed", held_back->operation.summary,
                                       held_back->operation.id);
    else
      next.waits_because = task.waits_for;
    if (const auto from = may_begin_from(task, history); from && *from > now)
      next.not_before = from;
    const auto same = [&](size_t i) {
      return are_done_together(members[i].front(), task) &&
             outlooks[i].waits_because == next.waits_because &&
             outlooks[i].not_before == next.not_before;
    };
    size_t i = 0;
    while (i < outlooks.size() && !same(i)) ++i;
    if (i == outlooks.size()) {
      outlooks.push_back(std::move(next));
      members.emplace_back();
    }
    members[i].push_back(task);
    if (!task.node.empty()) outlooks[i].nodes.push_back(task.node);
  }
  for (size_t i = 0; i < outlooks.size(); ++i) outlooks[i].because = reasons(members[i]);
  return outlooks;
}

std::string reasons(const std::vector<Task>& tasks) {
  constexpr size_t kMost = 3;
  std::vector<std::string> texts;
  for (const Task& task : tasks)
    if (!task.because.empty()) texts.push_back(task.because);
  if (texts.empty()) return "it has drifted";
  const size_t more = texts.size() - std::min(texts.size(), kMost);
  texts.resize(std::min(texts.size(), kMost));
  return fmt::format("{}{}", fmt::join(texts, "; "),
                     more == 0 ? "" : fmt::format("; and {} more", more));
}

}  // namespace ashlar::engine
