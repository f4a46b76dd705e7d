#pragma once
// A batch that may take minutes, for steps of any kind: carried out by a job on the machine, which
// outlives connections and the control plane, while the step waits and its output is read along.

#include <optional>
#include <string>
#include <variant>

#include "kinds/fleet/fleet.hpp"

namespace ashlar::fleet {

struct Job {
  std::string purpose;  // tells it from other jobs of the same step: "install"
  machine::Batch batch;
  std::string because;  // what people read while it is at work
};

/// What the machine answered, or that the step is to look again later.
using JobOutcome = std::variant<machine::BatchResult, engine::Wait>;

/// Starts the job, or looks how far it is; the step calls it again until there is a result. New
/// output counts as progress. A job that died with its machine is started again, one that ended is
/// collected once and removed. Where no package is to be installed, and no command to be run that
/// is given more than a minute, the batch is sent as it is, at the cost of one more look. Throws as
/// machine::Machines::run(), and Error(kMachine) when the job ended without a result.
JobOutcome run_as_job(const Tools& tools, engine::StepContext& context, const Machine& machine,
                      const Job& job);

/// The same for a job that was started before. Nothing: the machine knows of none, since it was
/// never started, was collected, or died with the machine.
std::optional<JobOutcome> follow_job(const Tools& tools, engine::StepContext& context,
                                     const Machine& machine, const Job& job);

}  // namespace ashlar::fleet
