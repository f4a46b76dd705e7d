#include "api/views.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/held_back.hpp"
#include "engine/tasks.hpp"
#include "model/condition.hpp"
#include "model/spec_difference.hpp"

namespace ashlar::api {
namespace {

int progress_percent(const Operation& operation) {
  if (operation.state == OperationState::kSucceeded) return 100;
  if (operation.steps_total == 0) return 0;
  // 100 would say that it has succeeded, which only the operation's state does.
  return std::clamp(operation.steps_done * 100 / operation.steps_total, 0, 99);
}

bool is_under_way(const StepRecord& step) {
  return step.state == StepState::kRunning || step.state == StepState::kWaiting ||
         step.state == StepState::kUndoing;
}

bool is_to_come(const StepRecord& step) {
  return step.state == StepState::kReady || step.state == StepState::kPending;
}

/// The phase of the first step that is under way, or else of the first that is to come.
Json phase_of(const Operation& operation, const std::vector<StepRecord>& steps) {
  if (is_final(operation.state)) return nullptr;
  auto found = std::ranges::find_if(steps, is_under_way);
  if (found == steps.end()) found = std::ranges::find_if(steps, is_to_come);
  return found == steps.end() ? Json() : Json(found->planned.phase);
}

/// A step type that this version no longer has is one that it will not run either.
bool is_irreversible(const engine::KindRegistry& kinds, const std::string& kind,
                     const StepRecord& step) {
  const engine::Kind* const known = kinds.find(kind);
  if (known == nullptr) return false;
  const auto type = std::ranges::find(known->steps, step.planned.type, &engine::StepType::name);
  return type != known->steps.end() && type->irreversible;
}

/// Why Ashlar itself began it, as its first event says; null when somebody else asked.
Json begun_because(const Services& services, const Operation& operation) {
  if (operation.tasks.empty()) return nullptr;
  const std::vector<Event> first = services.store.list_events(operation.id, 0, 1);
  return first.empty() ? Json() : first.front().data.value("because", Json());
}

Json task_view(const engine::Outlook& task) {
  return {{"action", task.action},
          {"actor", to_json(task.actor)},
          {"nodes", task.nodes},
          {"because", task.because},
          {"waitsBecause", task.waits_because.empty() ? Json() : Json(task.waits_because)},
          {"notBefore", task.not_before ? Json(to_rfc3339(*task.not_before)) : Json()}};
}

}  // namespace

Json operation_view(const Operation& operation, Time now) {
  Json view = to_json(operation);
  view["final"] = is_final(operation.state);
  view["progressPercent"] = progress_percent(operation);
  view["elapsedMs"] = elapsed(operation, now).count();
  return view;
}

Json operation_detail(const Services& services, const Operation& operation,
                      const std::vector<StepRecord>& steps) {
  Json view = operation_view(operation, services.clock.now());
  view["phase"] = phase_of(operation, steps);
  view["because"] = begun_because(services, operation);
  view.update(outline_of(Plan{}));
  if (operation.outline.is_object()) view.update(operation.outline);
  view["steps"] = Json::array();
  const auto output_ends = services.store.output_ends(operation.id);
  for (const StepRecord& step : steps) {
    Json& shown = view["steps"].emplace_back(to_json(step));
    const auto output = output_ends.find(step.id);
    shown["outputBytes"] = output == output_ends.end() ? 0 : output->second;
    shown["irreversible"] = is_irreversible(services.kinds, operation.kind, step);
  }
  return view;
}

Json server_view(const Services& services, const Resource& resource) {
  Json view = to_json(resource);
  const auto latest =
      services.store.find_operation(resource.organization_id, resource.current_operation_id);
  view["condition"] =
      to_json(condition_of(services.kinds.summary_of(resource), latest ? &*latest : nullptr));
  return view;
}

http::Response server_answer(const Services& services, const Resource& resource) {
  Json view = server_view(services, resource);
  view["machines"] = Json::array();
  for (const Machine& machine : services.store.list_machines(resource.organization_id, resource.id))
    view["machines"].push_back(to_json(machine));
  view["healing"] = healing_view(services, resource);
  http::Response response = http::Response::json(200, view);
  response.headers["ETag"] = fmt::format("\"{}\"", resource.generation);
  return response;
}

Json healing_view(const Services& services, const Resource& resource) {
  const Time now = services.clock.now();
  const auto held = engine::held_back(services.store, services.kinds, resource);
  Json view{{"waitsFor", nullptr}, {"leavesAlone", nullptr}, {"message", nullptr}};
  if (held)
    view = {{"waitsFor", held->operation.id},
            {"leavesAlone", held->nodes ? Json(*held->nodes) : Json(nullptr)},
            {"message", in_words(*held)}};
  view["tasks"] = Json::array();
  const auto wanted = engine::wanted(services.kinds, resource, now);
  if (wanted.empty()) return view;
  const auto history = engine::task_history(services.store, services.kinds, resource);
  for (const engine::Outlook& task : engine::outlook(wanted, history, held, now))
    view["tasks"].push_back(task_view(task));
  return view;
}

Json page(Json items, const std::string& next) {
  return {{"items", std::move(items)}, {"next", next.empty() ? Json() : Json(next)}};
}

Json counted_page(Json items, const std::string& next, long long total) {
  Json view = page(std::move(items), next);
  view["total"] = total;
  return view;
}

Json plan_view(const engine::Engine::Preview& preview) {
  Json view = to_json(preview.plan);
  view["empty"] = preview.plan.empty();
  view["resourceId"] = preview.existing ? Json(preview.existing->id) : Json();
  view["generation"] = preview.existing ? Json(preview.existing->generation) : Json();
  view["specChanges"] = Json::array();
  if (preview.existing)
    for (const SpecChange& change : spec_difference(preview.existing->spec, preview.accepted.spec))
      view["specChanges"].push_back(to_json(change));
  return view;
}

http::Response deploy_answer(const std::vector<engine::Engine::Accepted>& accepted) {
  Json correlation_id;
  Json operations = Json::array();
  for (const auto& [resource, operation, summary] : accepted) {
    const Json id = operation ? Json(operation->id) : Json();
    if (correlation_id.is_null()) correlation_id = id;
    operations.push_back({{"correlationId", id},
                          {"resourceId", resource.id},
                          {"kind", resource.kind},
                          {"name", resource.name},
                          {"generation", resource.generation},
                          {"changed", operation.has_value()},
                          {"summary", operation         ? operation->summary
                                      : summary.empty() ? "no machine needs to change"
                                                        : summary}});
  }
  const int status = correlation_id.is_null() ? 200 : 202;
  return http::Response::json(
      status, {{"correlationId", correlation_id}, {"operations", std::move(operations)}});
}

Resource find_server(const Services& services, const Call& call) {
  const std::string& id = call.path_parameter("id");
  auto resource = services.store.find_resource(call.organization(), id);
  if (!resource || resource->state == ResourceState::kDeleted)
    throw Error(ErrorCode::kNotFound, fmt::format("there is no resource '{}'", id),
                "list the resources to see their ids");
  return std::move(*resource);
}

std::function<http::Response(const Call&)> of_kind(const Services& services,
                                                   const engine::Kind& kind,
                                                   http::Response (*handle)(const Services&,
                                                                            const Call&)) {
  return [&services, &kind, handle](const Call& call) {
    const std::string& id = call.path_parameter("id");
    const auto resource = services.store.find_resource(call.organization(), id);
    if (resource && resource->kind != kind.name)
      throw Error(
          ErrorCode::kNotFound,
          fmt::format("'{}' is a resource of the kind {}, not {}", id, resource->kind, kind.name),
          fmt::format("ask for /servers/{}", id));
    return handle(services, call);
  };
}

Operation find_operation(const Services& services, const Call& call) {
  const std::string& id = call.path_parameter("id");
  auto operation = services.store.find_operation(call.organization(), id);
  if (!operation)
    throw Error(ErrorCode::kNotFound, fmt::format("there is no operation '{}'", id),
                "list the operations to see their ids");
  return std::move(*operation);
}

}  // namespace ashlar::api
