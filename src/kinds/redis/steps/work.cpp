#include "kinds/redis/steps/work.hpp"

#include <fmt/format.h>

#include "kinds/redis/plan/difference.hpp"
#include "kinds/redis/server/secrets.hpp"

namespace ashlar::redis {

Work::Work(const fleet::Tools& given_tools, StepContext& given_context)
    : cluster::Work{given_tools, given_context},
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

Info Work::info(const NodePart& part, const Machine& machine) const {
  return parse_info(ask(part, machine, {{"INFO"}}, true).at(0).get<std::string>());
}

void Work::save(const NodePart& part, const Machine& machine) const {
  constexpr Millis kMostGigabytes{300'000};
  ask(part, machine, {{"SAVE"}}, false, kMostGigabytes);
}

Speaker Work::speaker(const NodePart& part, const Machine& machine) const {
  const auto password = context.secrets.find(secret_name::kOperator);
  return speaker_for(spec, part, machine, password.value_or(Secret()));
}

}  // namespace ashlar::redis
