#include "model/operation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ashlar {
namespace {

constexpr std::array<std::string_view, 6> kOperationStates = {"pending",   "running", "cancelling",
                                                              "succeeded", "failed",  "cancelled"};
constexpr std::array<std::string_view, 9> kStepStates = {
    "pending", "ready", "running", "waiting", "done", "failed", "skipped", "undoing", "undone"};

template <class State, size_t N>
State state_from(const std::array<std::string_view, N>& names, std::string_view text,
                 std::string_view what) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end())
    throw Error(ErrorCode::kInvalidInput, fmt::format("unknown {} state \"{}\"", what, text));
  return static_cast<State>(found - names.begin());
}

Json time_or_null(const std::optional<Time>& time) {
  return time ? Json(to_rfc3339(*time)) : Json();
}

}  // namespace

std::string_view to_string(OperationState state) {
  return kOperationStates.at(static_cast<size_t>(state));
}
OperationState operation_state_from(std::string_view text) {
  return state_from<OperationState>(kOperationStates, text, "operation");
}

bool is_final(OperationState state) {
  return state == OperationState::kSucceeded || state == OperationState::kFailed ||
         state == OperationState::kCancelled;
}

std::string_view to_string(StepState state) {
  return kStepStates.at(static_cast<size_t>(state));
}
StepState step_state_from(std::string_view text) {
  return state_from<StepState>(kStepStates, text, "step");
}

Millis elapsed(const Operation& operation, Time now) {
  if (!operation.started_at) return Millis{0};
  return std::max(Millis{0},
                  operation.finished_at.value_or(now) - *operation.started_at - operation.idle);
}

Millis late_after(const PlannedStep& step) {
  return std::max(4 * step.expected, Millis{10'000});
}

Json to_json(const Operation& operation) {
  return {{"id", operation.id},
          {"organizationId", operation.organization_id},
          {"resourceId", operation.resource_id},
          {"kind", operation.kind},
          {"resourceName", operation.resource_name},
          {"action", operation.action},
          {"actor", to_json(operation.actor)},
          {"summary", operation.summary},
          {"state", to_string(operation.state)},
          {"error", text_or_null(operation.error)},
          {"stuck", operation.stuck},
          {"stepsTotal", operation.steps_total},
          {"stepsDone", operation.steps_done},
          {"expectedMs", operation.expected.count()},
          {"monthlyUsdBefore", operation.monthly_usd_before},
          {"monthlyUsdAfter", operation.monthly_usd_after},
          {"createdAt", to_rfc3339(operation.created_at)},
          {"startedAt", time_or_null(operation.started_at)},
          {"finishedAt", time_or_null(operation.finished_at)},
          {"idleMs", operation.idle.count()}};
}

// The lease is the engine's own business and not shown; neither is what a step keeps for itself.
Json to_json(const StepRecord& step) {
  Json json = {{"id", step.id}, {"operationId", step.operation_id}, {"position", step.position}};
  json.update(to_json(step.planned));
  json.update(Json{{"state", to_string(step.state)},
                   {"attempts", step.attempts},
                   {"outputs", step.outputs},
                   {"because", text_or_null(step.because)},
                   {"figures", step.figures},
                   {"notBefore", time_or_null(step.not_before)},
                   {"startedAt", time_or_null(step.started_at)},
                   {"progressAt", time_or_null(step.progress_at)},
                   {"finishedAt", time_or_null(step.finished_at)},
                   {"stuck", step.stuck},
                   {"lateAfterMs", late_after(step.planned).count()}});
  return json;
}

Json to_json(const Event& event) {
  return {{"number", event.number},
          {"operationId", event.operation_id},
          {"stepId", text_or_null(event.step_id)},
          {"stepKey", text_or_null(event.step_key)},
          {"type", event.type},
          {"message", event.message},
          {"data", event.data},
          {"actor", to_json(event.actor)},
          {"at", to_rfc3339(event.at)}};
}

}  // namespace ashlar
