#pragma once
// What the step functions of every cluster share.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kinds/cluster/observe/node_state.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::cluster {

using engine::Done;
using engine::Fail;
using engine::Retry;
using engine::StepContext;
using engine::StepOutcome;
using engine::Wait;

/// What every step needs, read once an attempt. A kind derives from it what it reads besides.
struct Work {
  const fleet::Tools& tools;
  StepContext& context;

  const Json& args() const { return context.step.planned.args; }

  /// The stored machine, if there is one with an address.
  std::optional<Machine> find_machine(const std::string& record) const;
  /// Throws Error(kConflict) when there is none with an address.
  Machine machine_of(const std::string& record) const;
  machine::BatchResult run(const Machine& machine, const machine::Batch& batch,
                           Millis timeout) const;
  /// What the step kept, in this attempt or an earlier one; an empty object: nothing.
  Json kept() const;
  /// Keeps one thing more, beside the rest.
  void keep(const std::string& name, const Json& value) const;
  Observer observer() const;

  mutable std::optional<Json> kept_here = {};  // the context still tells what there was before
};

/// The machine did not answer; so it may be dead, or come back at any time.
bool is_silence(const Error& error);

/// As engine::outcome_of(), but for trouble of machines, which may pass, too: one that boots lets
/// nobody in, and a program that failed on one may do better when its neighbours are there.
StepOutcome outcome_on_machines(const Error& error);

/// The first faults, and how many more there are: a cluster that has just started has dozens.
std::string in_brief(const std::vector<std::string>& faults);

/// A step function from one that takes the kind's own work (made from tools and context). An
/// ashlar::Error becomes an outcome. Null: none.
template <typename OwnWork>
engine::StepFn guarded(std::shared_ptr<const fleet::Tools> tools, StepOutcome (*body)(OwnWork&)) {
  if (body == nullptr) return {};
  return [tools = std::move(tools), body](StepContext& context) -> StepOutcome {
    try {
      OwnWork work(*tools, context);
      return body(work);
    } catch (const Error& error) {
      return outcome_on_machines(error);
    }
  };
}

}  // namespace ashlar::cluster
