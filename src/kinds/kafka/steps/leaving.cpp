// A node leaves the cluster for good: it holds nothing any more, and nobody counts on it.

#include <fmt/format.h>

#include "kinds/kafka/steps/work.hpp"

namespace ashlar::kafka {
namespace {

struct Leaver {
  std::string name;
  int number = 0;
};

/// Not at the next boot either. A machine that does not answer is destroyed next, and was emptied.
void halt(Work& work, const std::string& name) {
  const auto machine = work.find_machine(name);
  if (!machine) return;
  machine::Batch batch;
  batch.operations.push_back(machine::systemd_unit(kUnit, false, "stopped"));
  try {
    work.run(*machine, batch, kStopTimeout).or_throw(machine->name);
  } catch (const Error& error) {
    // Whether the cluster still sees it is what counts, and is asked next.
    work.context.log(fmt::format("{} could not be stopped: {}", name, error.message()));
  }
}

/// What the cluster still has of it: a vote, or a registration; a null operation: nothing.
Json what_is_left(const ServiceView& service, int number) {
  for (const Json& voter : service.voters)
    if (voter.at("id") == number) return removal_of(voter);
  const auto broker = service.brokers.find(number);
  if (broker == service.brokers.end() || !broker->second.registered) return nullptr;
  return {{"op", "unregister_broker"}, {"id", number}};
}

StepOutcome part_ways(Work& work, const Leaver& leaver, bool must_be_empty) {
  const ServiceView service = work.look().service;
  if (!service.answered) return Wait{kSoon, "Kafka to answer: " + service.error};
  const auto found = service.brokers.find(leaver.number);
  const BrokerView broker = found == service.brokers.end() ? BrokerView{} : found->second;
  if (must_be_empty && broker.replicas > 0)
    return Wait{kSoon,
                fmt::format("{} to hold no replicas: it has {}", leaver.name, broker.replicas)};
  halt(work, leaver.name);
  if (broker.serves)
    return Wait{kSoon, fmt::format("the controllers to see that {} is gone", leaver.name)};
  const Json operation = what_is_left(service, leaver.number);
  if (operation.is_null()) return Done{};
  work.ask_or_throw({operation}, false);
  return Wait{kSoon, fmt::format("the cluster to forget {}", leaver.name), true};
}

}  // namespace

StepOutcome leave(Work& work) {
  return part_ways(work, {work.context.step.planned.node, work.args().at("number")}, true);
}

/// The machine of one that was to come is destroyed next: the cluster must not count on it.
StepOutcome undo_configure(Work& work) {
  if (!work.args().value("joins", false)) return Done{};
  return part_ways(work, {work.context.step.planned.node, work.args().at("number")}, false);
}

}  // namespace ashlar::kafka
