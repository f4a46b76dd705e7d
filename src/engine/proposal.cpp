#include "engine/proposal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include <algorithm>

#include "base/id.hpp"

namespace ashlar::engine {
Proposal propose(const Plan& plan, const Resource& resource, Time now) {
  Proposal proposal;
  Operation& operation = proposal.operation;
  operation.id = new_id("op");
  operation.organization_id = resource.organization_id;
  operation.resource_id = resource.id;
  operation.kind = resource.kind;
  operation.resource_name = resource.name;
  operation.action = plan.action;
  operation.summary = plan.summary;
  operation.steps_total = static_cast<int>(plan.steps.size());
  operation.expected = plan.expected_duration();
  operation.monthly_usd_before = plan.monthly_usd_before();
  operation.monthly_usd_after = plan.monthly_usd_after();
  operation.outline = outline_of(plan);
  operation.created_at = now;
  for (const PlannedStep& planned : plan.steps) {
    StepRecord& step = proposal.steps.emplace_back();
    step.id = new_id("st");
    step.operation_id = operation.id;
    step.position = static_cast<int>(proposal.steps.size()) - 1;
    step.planned = planned;
    step.state = planned.predecessors().empty() ? StepState::kReady : StepState::kPending;
  }
  return proposal;
}

void check_plan(const Kind& kind, const Plan& plan) {
  std::vector<std::string> wrong = faults(plan);
  for (const PlannedStep& step : plan.steps)
    if (std::ranges::find(kind.steps, step.type, &StepType::name) == kind.steps.end())
      wrong.push_back(fmt::format("step '{}' has the unknown type '{}'", step.key, step.type));
  if (!wrong.empty())
    throw Error(ErrorCode::kInternal, fmt::format("kind '{}' made an unsound plan: {}", kind.name,
                                                  fmt::join(wrong, "; ")));
}

void refuse_unless_over(const Resource& resource, const std::optional<Operation>& current) {
  if (!current || is_final(current->state)) return;
  throw Error(
      ErrorCode::kConflict,
      fmt::format("{} '{}' has operation {} ({}) {}", resource.kind, resource.name, current->id,
                  current->summary, to_string(current->state)),
      fmt::format("wait for it: `ashlar watch {0}`, or stop it: `ashlar cancel {0}`", current->id));
}

void check_generation(const std::string& name, const std::optional<Resource>& existing,
                      std::optional<long long> expected) {
  if (!expected) return;
  if (!existing)
    throw Error(ErrorCode::kPrecondition,
                fmt::format("'{}' does not exist, but generation {} was expected", name, *expected),
                "leave the precondition out to create it");
  if (existing->generation != *expected)
    throw Error(ErrorCode::kPrecondition,
                fmt::format("'{}' is at generation {}, not {}: someone else changed it", name,
                            existing->generation, *expected),
                "read it again and decide anew");
}

void check_new(const std::string& name, const std::optional<Resource>& existing) {
  if (!existing) return;
  throw Error(ErrorCode::kPrecondition,
              fmt::format("there is a {} '{}' already ({})", existing->kind, name, existing->id),
              {{"name", fmt::format("'{}' is taken by {}", name, existing->id), 0, FaultOf::kRule}},
              "choose another name, or change the one that is there");
}

void check_confirmed(const Plan& plan, const std::vector<std::string>& confirmed) {
  if (plan.dangers.empty() || std::ranges::find(confirmed, plan.resource_name) != confirmed.end())
    return;
  std::string told;
  for (const Danger& danger : plan.dangers) told += (told.empty() ? "" : "; ") + danger.message;
  throw Error(
      ErrorCode::kNotConfirmed,
      fmt::format("what this plan destroys or weakens of '{}' is not confirmed: {}",
                  plan.resource_name, told),
      fmt::format("look at the plan; to accept it, name the resource: `--confirm {0}`, or the "
                  "header `Ashlar-Confirm: {0}`",
                  plan.resource_name));
}

std::string digest_of(const std::string& what, const std::vector<AcceptedSpec>& specs) {
  std::string text = what;
  for (const AcceptedSpec& spec : specs) text += "\n" + spec.name + "\n" + dump(spec.spec);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr);
  std::string hexadecimal;
  for (unsigned i = 0; i < length; ++i) hexadecimal += fmt::format("{:02x}", digest[i]);
  return hexadecimal;
}

}  // namespace ashlar::engine
