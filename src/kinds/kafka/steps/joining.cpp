// Controllers get their votes, brokers their registration.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/kafka/server/secrets.hpp"
#include "kinds/kafka/steps/work.hpp"

namespace ashlar::kafka {
namespace {

/// Nothing to do, or what has to be done next. One vote is changed at a time: each must be agreed
/// on before the next.
struct QuorumChange {
  Json operation;
  std::string because;
};

const Json* with_number(const Json& list, int number) {
  for (const Json& one : list)
    if (one.at("id") == number) return &one;
  return nullptr;
}

/// A voter whose machine is gone keeps its vote until it is taken away. First the new ones get
/// theirs, so that a majority is never further away than before.
QuorumChange next_change(const Work& work, const ServiceView& service) {
  for (const auto& [part, machine] : machines_of(work.topology, work.context.machines)) {
    if (!part.controller) continue;
    const Json* observer = with_number(service.observers, part.number);
    if (with_number(service.voters, part.number) != nullptr || observer == nullptr) continue;
    return {{{"op", "add_voter"},
             {"via", "controllers"},
             {"id", part.number},
             {"directoryId", observer->at("directoryId")},
             {"endpoints", Json::array({{{"listener", "CONTROLLER"},
                                         {"host", cluster::address_of(machine)},
                                         {"port", kControllerPort}}})}},
            fmt::format("{} to get its vote", part.name)};
  }
  for (const Json& voter : service.voters) {
    const NodePart* part = work.topology.find_number(voter.at("id"));
    if (part != nullptr && part->controller) continue;
    return {
        {{"op", "remove_voter"}, {"id", voter.at("id")}, {"directoryId", voter.at("directoryId")}},
        fmt::format("node {} to lose its vote", voter.at("id").get<int>())};
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

}  // namespace

StepOutcome settle_quorum(Work& work) {
  const ClusterView view = work.look_at_controllers();
  if (!view.service.answered) return Wait{kSoon, view.service.error};
  if (!view.service.active_controller) return Wait{kSoon, "no controller leads yet"};
  if (const QuorumChange change = next_change(work, view.service); !change.operation.is_null()) {
    work.ask_or_throw({change.operation}, false);
    return Wait{kSoon, change.because, true};
  }
  if (const auto absent = absent_controllers(view); !absent.empty())
    return Wait{kSoon, in_brief(absent)};
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
