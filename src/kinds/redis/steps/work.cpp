#include "kinds/redis/steps/work.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "kinds/redis/plan/difference.hpp"
#include "kinds/redis/server/secrets.hpp"

namespace ashlar::redis {

Work::Work(const fleet::Tools& given_tools, StepContext& given_context)
    : tools(given_tools),
      context(given_context),
      spec(spec_from_json(context.resource.spec)),
      topology(topology_of(spec)) {}

NodePart Work::part() const {
  const std::string& record = context.step.planned.node;
  if (const NodePart* declared = topology.find_node(base_of(record))) {
    NodePart part = *declared;
    part.name = record;
    return part;
  }
  NodePart part;
  part.name = record;
  const std::string role = args().value("role", "replica");
  part.role = role == "sentinel" ? Role::kSentinel : Role::kReplica;
  if (const auto group = args().find("group"); group != args().end() && group->is_string())
    part.group = *group;
  return part;
}

std::optional<Machine> Work::find_machine(const std::string& record) const {
  auto machine = context.machines.find_node(record);
  if (machine && redis_address(*machine).empty()) machine.reset();
  return machine;
}

Machine Work::machine_of(const std::string& record) const {
  if (auto machine = find_machine(record)) return *machine;
  throw Error(ErrorCode::kConflict, fmt::format("node {} has no machine with an address", record),
              "apply the spec again: the plan will make the machine");
}

machine::BatchResult Work::run(const Machine& machine, const machine::Batch& batch,
                               Millis timeout) const {
  return tools.machines.run(fleet::target_of(machine), batch, timeout);
}

std::vector<Json> Work::ask(const NodePart& part, const Machine& machine,
                            const std::vector<Command>& commands, bool read_only,
                            Millis timeout) const {
  machine::Batch batch;
  batch.operations.push_back(
      redis_operation(speaker(part, machine), commands, read_only, true, timeout));
  const auto result = run(machine, batch, timeout + kAskTimeout);
  result.or_throw(machine.name);
  return result.results.at(0).data.at("replies").get<std::vector<Json>>();
}

Json Work::kept() const {
  const Json& data = context.step.state_data;
  return data.is_object() ? data : Json::object();
}

void Work::keep(const std::string& name, const Json& value) const {
  Json data = kept();
  data[name] = value;
  context.remember(data);
}

Speaker Work::speaker(const NodePart& part, const Machine& machine) const {
  const auto password = context.secrets.find(secret_name::kOperator);
  return speaker_for(spec, part, machine, password.value_or(Secret()));
}

Observer Work::observer() const {
  return {tools, context.resource, context.secrets, context.machines};
}

bool is_silence(const Error& error) {
  return error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout ||
         error.code() == ErrorCode::kForbidden;
}

StepOutcome outcome_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kForbidden:
    case ErrorCode::kTimeout:
    case ErrorCode::kTooManyRequests:
    case ErrorCode::kMachine:
      return Retry{error};
    default:
      return Fail{error};
  }
}

std::string in_brief(const std::vector<std::string>& faults) {
  constexpr size_t kShown = 2;
  const size_t shown = std::min(kShown, faults.size());
  std::string text =
      fmt::format("{}", fmt::join(faults.begin(), faults.begin() + static_cast<long>(shown), "; "));
  if (faults.size() > shown) text += fmt::format("; and {} more", faults.size() - shown);
  return text;
}

}  // namespace ashlar::redis
