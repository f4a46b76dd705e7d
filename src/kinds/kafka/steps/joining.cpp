// Controllers get their votes, brokers their registration.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/kafka/server/secrets.hpp"
#include "kinds/kafka/steps/work.hpp"

namespace ashlar::kafka {
namespace {

const Json* with_number(const Json& list, int number) {
  for (const Json& one : list)
    if (one.at("id") == number) return &one;
  return nullptr;
}

VoteChange removal(const Json& voter, const std::string& name) {
  return {removal_of(voter), fmt::format("{} to lose its vote", name)};
}

/// Who is declared and no voter yet, or votes with the folder of a machine that is gone: Kafka
/// takes a number for one voter, so that the former vote has to go first.
VoteChange next_vote(const Work& work, const ServiceView& service) {
  for (const auto& [part, machine] : machines_of(work.topology, work.context.machines))
    if (part.controller)
      if (auto change = vote_of(service, part, machine); !change.operation.is_null()) return change;
  return {};
}

/// Once all who shall vote do, so that a majority is never further away than before.
VoteChange next_leaver(const Work& work, const ServiceView& service) {
  for (const Json& voter : service.voters) {
    const NodePart* part = work.topology.find_number(voter.at("id"));
    if (part != nullptr && part->controller) continue;
    return removal(voter, part ? part->name : fmt::format("node {}", voter.at("id").get<int>()));
  }
  return {};
}

std::vector<std::string> absent_controllers(const ClusterView& view) {
  std::vector<std::string> absent;
  for (const auto& node : view.nodes)
    if (node.part.controller && !node.votes.value_or(false))
      absent.push_back(fmt::format("{} is no voter yet", node.part.name));
    else if (node.part.controller && node.behind_milliseconds.value_or(0) > 5'000)
      absent.push_back(
          fmt::format("{} is {} s behind", node.part.name, *node.behind_milliseconds / 1'000));
  return absent;
}

StepOutcome carry_out(const Work& work, const VoteChange& change) {
  work.ask_or_throw({change.operation}, false);
  return Wait{kSoon, change.because, true};
}

}  // namespace

Json removal_of(const Json& voter) {
  return {{"op", "remove_voter"},
          {"via", "controllers"},
          {"id", voter.at("id")},
          {"directoryId", voter.at("directoryId")}};
}

VoteChange vote_of(const ServiceView& service, const NodePart& part, const Machine& machine) {
  const Json* observer = with_number(service.observers, part.number);
  if (observer == nullptr) return {};
  if (const Json* voter = with_number(service.voters, part.number))
    return removal(*voter, "the machine that " + part.name + " had before");
  return {{{"op", "add_voter"},
           {"via", "controllers"},
           {"id", part.number},
           {"directoryId", observer->at("directoryId")},
           {"endpoints", Json::array({{{"listener", "CONTROLLER"},
                                       {"host", cluster::address_of(machine)},
                                       {"port", kControllerPort}}})}},
          fmt::format("{} to get its vote", part.name)};
}

StepOutcome settle_quorum(Work& work) {
  const ClusterView view = work.look_at_controllers();
  if (!view.service.answered) return Wait{kSoon, view.service.error};
  if (!view.service.active_controller) return Wait{kSoon, "no controller leads yet"};
  if (const auto change = next_vote(work, view.service); !change.operation.is_null())
    return carry_out(work, change);
  if (const auto absent = absent_controllers(view); !absent.empty())
    return Wait{kSoon, in_brief(absent)};
  if (const auto change = next_leaver(work, view.service); !change.operation.is_null())
    return carry_out(work, change);
  return Done{{{"activeController", view.name_of(*view.service.active_controller)}}};
}

StepOutcome await_brokers(Work& work) {
  const ClusterView view = work.look();
  if (!view.service.answered) return Wait{kSoon, view.service.error};
  std::vector<std::string> absent;
  for (const auto& node : view.nodes)
    if (node.part.broker && !node.serves.value_or(false))
      absent.push_back(fmt::format("{} is not registered yet", node.part.name));
  if (!absent.empty()) return Wait{kSoon, in_brief(absent)};
  return Done{};
}

}  // namespace ashlar::kafka
