// One node away at a time: gates before, catching up after.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/field_reader.hpp"
#include "kinds/kafka/observe/survey.hpp"
#include "kinds/kafka/steps/work.hpp"

namespace ashlar::kafka {
namespace {

constexpr long long kCaughtUpWithin = 2'000;  // milliseconds behind the active controller

/// Partitions that would have too few replicas in sync without the broker.
std::string needed_broker(const ServiceView& service, const NodePart& part) {
  const auto broker = service.brokers.find(part.number);
  if (broker == service.brokers.end() || broker->second.needed_by.count == 0) return {};
  const Finding& needed_by = broker->second.needed_by;
  return fmt::format("{} partitions to have another replica in sync than that of {}, such as {}",
                     needed_by.count, part.name, needed_by.named.at(0));
}

/// The others must be a majority that has caught up.
std::string needed_controller(const ClusterView& view, const NodePart& part) {
  const size_t voters = view.service.voters.size();
  if (voters <= 1) return {};
  size_t ready = 0;
  for (const Json& voter : view.service.voters) {
    if (voter.at("id") == part.number) continue;
    const Json behind = voter.value("behindMs", Json());
    const bool leads = view.service.active_controller == voter.at("id").get<int>();
    if (leads || (behind.is_number() && behind.get<long long>() <= kCaughtUpWithin)) ++ready;
  }
  if (ready >= voters / 2 + 1) return {};
  return fmt::format("a majority of controllers without {} to have caught up: {} of {} have",
                     part.name, ready, voters);
}

/// Others that are away: two at once are more than the cluster was made to bear.
std::string away(const ClusterView& view, const NodePart& part) {
  for (const auto& node : view.nodes)
    if (node.part.name != part.name && node.part.broker && !node.serves.value_or(false))
      return fmt::format("{}, which is away, to come back first", node.part.name);
  return {};
}

/// A node that became a controller by this restart has none yet, and under the number of one whose
/// machine was replaced still votes the folder that is gone.
std::optional<StepOutcome> settle_vote(Work& work, const ClusterView& view) {
  const NodePart& part = work.part();
  const auto change = vote_of(view.service, part, work.machine_of(part.name));
  if (!change.operation.is_null()) {
    work.ask_or_throw({change.operation}, false);
    return Wait{kSoon, change.because, true};
  }
  const NodeView& node = *view.find_node(part.name);
  if (!node.votes.value_or(false)) return Wait{kSoon, fmt::format("{} to vote", part.name)};
  if (node.behind_milliseconds.value_or(0) > kCaughtUpWithin)
    return Wait{kSoon, fmt::format("{} to catch up with the controllers", part.name)};
  return std::nullopt;
}

void set_unit(Work& work, const char* state) {
  const Machine machine = work.machine_of(work.part().name);
  machine::Batch batch;
  batch.operations.push_back(machine::systemd_unit(kUnit, true, state));
  work.run(machine, batch, kStopTimeout).or_throw(machine.name);
}

}  // namespace

std::string why_not_away(Work& work, const NodePart& part) {
  if (work.spec.type == Type::kSingle) return {};
  const ClusterView view = work.look(part.name);
  if (!view.service.answered) return "Kafka to answer: " + view.service.error;
  if (auto why = away(view, part); !why.empty()) return why;
  if (part.controller)
    if (auto why = needed_controller(view, part); !why.empty()) return why;
  return part.broker ? needed_broker(view.service, part) : std::string();
}

namespace {

/// A replica that nobody else has, and that would go with the machine's disk.
std::string only_copy(Work& work, const NodePart& part) {
  const Survey survey = read_survey(work.ask_or_throw(survey_questions(), true));
  for (const auto& partition : survey.partitions)
    if (partition.in_sync == std::vector<int>{part.number})
      return fmt::format("{} to have a replica in sync beside that of {}", partition.name(),
                         part.name);
  return {};
}

}  // namespace

StepOutcome withdraw(Work& work) {
  // Once it may, it may: what it then holds up is only itself.
  if (!work.kept().value("mayGo", false)) {
    if (auto why = why_not_away(work, work.part()); !why.empty())
      return Wait{kSoon, std::move(why)};
    work.keep("mayGo", true);
  }
  set_unit(work, "stopped");
  return Done{};
}

StepOutcome vacate(Work& work) {
  if (!work.kept().value("mayGo", false) && work.part().broker)
    if (auto why = only_copy(work, work.part()); !why.empty()) return Wait{kSoon, std::move(why)};
  return withdraw(work);
}

/// A machine that was replaced meanwhile, and is gone again, has nothing to start.
StepOutcome undo_withdraw(Work& work) {
  if (!work.find_machine(work.part().name)) return Done{};
  set_unit(work, "started");
  return Done{};
}

StepOutcome resume(Work& work) {
  set_unit(work, "started");
  const NodePart& part = work.part();
  const ClusterView view = work.spec.type == Type::kSingle ? work.look() : work.look(part.name);
  if (!view.service.answered) return Wait{kSoon, view.service.error};
  const NodeView& node = *view.find_node(part.name);
  if (part.controller)
    if (auto wait = settle_vote(work, view)) return *std::move(wait);
  if (part.broker && !node.serves.value_or(false))
    return Wait{kSoon, fmt::format("{} to register with the controllers", part.name)};
  if (part.broker && node.not_in_sync > 0) {
    const int before = work.kept().value("notInSync", node.not_in_sync + 1);
    work.keep("notInSync", node.not_in_sync);
    return Wait{kSoon,
                fmt::format("{} of {} replicas on {} to catch up", node.not_in_sync, node.replicas,
                            part.name),
                node.not_in_sync < before};
  }
  return Done{};
}

StepOutcome stop(Work& work) {
  set_unit(work, "stopped");
  return Done{};
}

StepOutcome start(Work& work) {
  set_unit(work, "started");
  return Done{};
}

StepOutcome raise_features(Work& work) {
  const std::string version = work.args().at("version");
  const std::string release = version.substr(0, version.rfind('.'));
  const auto results =
      work.ask_or_throw({{{"op", "update_features"}, {"release", release}}}, false);
  return Done{{{"changed", results.front().data.value("changed", Json::object())}}};
}

}  // namespace ashlar::kafka
