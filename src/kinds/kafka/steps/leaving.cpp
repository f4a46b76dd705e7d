// A node leaves the cluster for good: it holds nothing any more, and nobody counts on it.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/kafka/steps/work.hpp"

namespace ashlar::kafka {
namespace {

constexpr Millis kStopTimeout{200'000};

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

/// Replicas that it still holds, by Kafka's own count.
int replicas_on(const std::vector<AdminResult>& results, int number) {
  constexpr size_t kSummary = 2;  // of questions()
  for (const Json& broker : results.at(kSummary).data.value("brokers", Json::array()))
    if (broker.at("id") == number) return broker.at("replicas");
  return 0;
}

/// What the cluster still has of it: a vote, or a registration; a null operation: nothing.
Json what_is_left(const std::vector<AdminResult>& results, int number) {
  constexpr size_t kCluster = 0;  // of questions()
  constexpr size_t kQuorum = 1;
  for (const Json& voter : results.at(kQuorum).data.at("voters"))
    if (voter.at("id") == number)
      return {{"op", "remove_voter"},
              {"via", "controllers"},
              {"id", number},
              {"directoryId", voter.at("directoryId")}};
  for (const Json& broker : results.at(kCluster).data.at("brokers"))
    if (broker.at("id") == number) return {{"op", "unregister_broker"}, {"id", number}};
  return nullptr;
}

bool serves(const std::vector<AdminResult>& results, int number) {
  for (const Json& broker : results.at(0).data.at("brokers"))
    if (broker.at("id") == number) return !broker.value("fenced", false);
  return false;
}

StepOutcome part_ways(Work& work, const Leaver& leaver, bool must_be_empty) {
  auto results = work.ask_or_throw(questions(false), true);
  const int replicas = replicas_on(results, leaver.number);
  if (must_be_empty && replicas > 0)
    return Wait{kSoon, fmt::format("{} to hold no replicas: it has {}", leaver.name, replicas)};
  halt(work, leaver.name);
  if (serves(results, leaver.number))
    return Wait{kSoon, fmt::format("the controllers to see that {} is gone", leaver.name)};
  const Json operation = what_is_left(results, leaver.number);
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
