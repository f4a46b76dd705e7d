#include "model/condition.hpp"

#include <fmt/format.h>

#include <array>

namespace ashlar {
namespace {

constexpr std::array<std::string_view, 5> kSeverities = {"good", "busy", "off", "warning", "error"};

std::string words_of(ResourceState state) {
  return std::string(to_string(state));
}

bool has_failed(const Operation* latest) {
  return latest != nullptr && latest->state == OperationState::kFailed;
}

std::string failure_of(const Operation& operation) {
  return fmt::format("{} failed: {}; retry or cancel it", operation.action, operation.error);
}

Condition under_way(const ResourceSummary& summary, const Operation* latest) {
  const bool stuck = latest != nullptr && latest->stuck;
  return {words_of(summary.state), stuck ? Severity::kWarning : Severity::kBusy,
          latest == nullptr ? ""
          : stuck           ? fmt::format("{} is stuck", latest->summary)
                            : latest->summary};
}

/// What works as declared may still lack what a failed operation was to bring.
Condition incomplete(const Operation* latest) {
  if (!has_failed(latest))
    return {"degraded", Severity::kWarning, "what was last observed is not what was declared"};
  return {"degraded", Severity::kWarning,
          fmt::format("what is there works, but {}", failure_of(*latest))};
}

Condition standing(const ResourceSummary& summary, const Operation* latest) {
  if (summary.health == "down") return {"down", Severity::kError, summary.problem};
  if (summary.health == "degraded") return {"degraded", Severity::kWarning, summary.problem};
  if (summary.state == ResourceState::kDegraded) return incomplete(latest);
  if (summary.health == "healthy") return {"healthy", Severity::kGood, ""};
  return {words_of(summary.state), Severity::kGood, "not observed yet"};
}

}  // namespace

std::string_view to_string(Severity severity) {
  return kSeverities.at(static_cast<size_t>(severity));
}

Condition condition_of(const ResourceSummary& summary, const Operation* latest) {
  switch (summary.state) {
    case ResourceState::kPending:
    case ResourceState::kDeploying:
    case ResourceState::kUpdating:
    case ResourceState::kDeleting:
      return under_way(summary, latest);
    case ResourceState::kStopped:
    case ResourceState::kDeleted:
      return {words_of(summary.state), Severity::kOff, ""};
    case ResourceState::kFailed:
      return {"failed", Severity::kError, has_failed(latest) ? failure_of(*latest) : ""};
    case ResourceState::kActive:
    case ResourceState::kDegraded:
      return standing(summary, latest);
  }
  return {words_of(summary.state), Severity::kWarning, ""};
}

Json to_json(const Condition& condition) {
  return {{"word", condition.word},
          {"severity", to_string(condition.severity)},
          {"reason", condition.reason.empty() ? Json() : Json(condition.reason)}};
}

}  // namespace ashlar
