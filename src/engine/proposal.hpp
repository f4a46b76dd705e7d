#pragma once
// What accepting a plan stores, as data, and the checks that need no store. Pure.

#include <optional>
#include <string>
#include <vector>

#include "engine/kind.hpp"
#include "model/operation.hpp"
#include "model/resource.hpp"

namespace ashlar::engine {

/// The operation and its steps as they are stored first: steps without dependencies are ready.
struct Proposal {
  Operation operation;
  std::vector<StepRecord> steps;
};
Proposal propose(const Plan& plan, const Resource& resource, Time now);

/// Throws Error(kInternal) naming every fault of the plan: unsound graph or unknown step types.
void check_plan(const Kind& kind, const Plan& plan);

/// Throws Error(kConflict), naming the operation and what to do, unless it is over.
void refuse_unless_over(const Resource& resource, const std::optional<Operation>& current);

/// Throws Error(kPrecondition) when `expected` is given and `existing` is not of that generation.
void check_generation(const std::string& name, const std::optional<Resource>& existing,
                      std::optional<long long> expected);

/// Throws Error(kPrecondition), naming the resource and what to do, unless there is none yet.
void check_new(const std::string& name, const std::optional<Resource>& existing);

/// Throws Error(kNotConfirmed), telling every danger of the plan and how to accept them, unless it
/// has none or its resource is among the `confirmed`.
void check_confirmed(const Plan& plan, const std::vector<std::string>& confirmed);

/// A digest of what a request asks for, without its secrets: the same idempotency key with another
/// request is a mistake of the caller.
std::string digest_of(const std::string& what, const std::vector<AcceptedSpec>& specs);

}  // namespace ashlar::engine
