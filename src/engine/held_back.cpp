#include "engine/held_back.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ashlar::engine {
namespace {

bool is_undo(const std::vector<StepRecord>& steps) {
  return std::ranges::any_of(steps, [](const StepRecord& step) {
    return step.state == StepState::kSkipped || step.state == StepState::kUndoing ||
           step.state == StepState::kUndone;
  });
}

}  // namespace

std::string in_words(const HeldBack& held) {
  const std::string about =
      !held.nodes ? ""
      : held.nodes->empty()
          ? " about all nodes together"
          : fmt::format(" about {}, nor about all nodes together", fmt::join(*held.nodes, ", "));
  return fmt::format(
      "\"{0}\" has failed and waits for a person: 'ashlar retry {1}' goes on with it, 'ashlar "
      "cancel {1}' takes it back; or apply the specification again. Until then Ashlar does nothing "
      "by itself{2}",
      held.operation.summary, held.operation.id, about);
}

std::vector<const StepRecord*> unfinished(const std::vector<StepRecord>& steps) {
  const bool undo = is_undo(steps);
  std::vector<const StepRecord*> found;
  for (const StepRecord& step : steps) {
    const bool over = undo ? step.state == StepState::kUndone || step.state == StepState::kSkipped
                           : step.state == StepState::kDone;
    if (!over) found.push_back(&step);
  }
  return found;
}

bool is_change(const KindRegistry& kinds, const Operation& operation) {
  if (!operation.tasks.empty()) return false;
  const Kind* kind = kinds.find(operation.kind);
  if (kind == nullptr) return true;
  const auto action = std::ranges::find(kind->actions, operation.action, &Action::name);
  return action == kind->actions.end() || !action->mends;
}

std::optional<HeldBack> held_back(store::Store& store, const KindRegistry& kinds,
                                  const Resource& resource) {
  auto latest = store.find_operation(resource.organization_id, resource.current_operation_id);
  if (!latest || latest->state != OperationState::kFailed || !is_change(kinds, *latest))
    return std::nullopt;
  HeldBack held{*std::move(latest), std::nullopt};
  const Kind* kind = kinds.find(resource.kind);
  if (kind == nullptr || !kind->nodes_touched) return held;
  held.nodes.emplace();
  const std::vector<StepRecord> steps = store.list_steps(held.operation.id);
  for (const StepRecord* step : unfinished(steps))
    held.nodes->merge(kind->nodes_touched(resource.spec, step->planned));
  return held;
}

}  // namespace ashlar::engine
