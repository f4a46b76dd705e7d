#include "kinds/cluster/steps/work.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ashlar::cluster {

std::optional<Machine> Work::find_machine(const std::string& record) const {
  auto machine = context.machines.find_node(record);
  if (machine && address_of(*machine).empty()) machine.reset();
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

Json Work::kept() const {
  if (kept_here) return *kept_here;
  const Json& data = context.step.state_data;
  return data.is_object() ? data : Json::object();
}

void Work::keep(const std::string& name, const Json& value) const {
  Json data = kept();
  data[name] = value;
  context.remember(data);
  kept_here = std::move(data);
}

Observer Work::observer() const {
  return {tools, context.resource, context.secrets, context.machines};
}

bool is_silence(const Error& error) {
  return error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout ||
         error.code() == ErrorCode::kForbidden;
}

StepOutcome outcome_on_machines(const Error& error) {
  if (error.code() == ErrorCode::kForbidden || error.code() == ErrorCode::kMachine)
    return Retry{error};
  return engine::outcome_of(error);
}

std::string in_brief(const std::vector<std::string>& faults) {
  constexpr size_t kShown = 2;
  const size_t shown = std::min(kShown, faults.size());
  std::string text =
      fmt::format("{}", fmt::join(faults.begin(), faults.begin() + static_cast<long>(shown), "; "));
  if (faults.size() > shown) text += fmt::format("; and {} more", faults.size() - shown);
  return text;
}

}  // namespace ashlar::cluster
