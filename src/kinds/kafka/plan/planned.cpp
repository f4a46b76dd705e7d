#include "kinds/kafka/plan/planned.hpp"

#include <fmt/format.h>

namespace ashlar::kafka {
namespace {

using cluster::make_step;
using cluster::step_of;

constexpr Millis kMinute{60'000};

const char* plays(const NodePart& node) {
  if (node.broker && node.controller) return "broker and controller";
  return node.broker ? "broker" : "controller";
}

}  // namespace

std::string install_key(const std::string& node) {
  return "kafka.install/" + node;
}

std::string configure_key(const std::string& node) {
  return "kafka.configure/" + node;
}

namespace planned {

PlannedStep credentials() {
  return make_step(kCredentialsKey, "kafka.credentials", "",
                   {"Make the cluster's certificate authority and the users' passwords",
                    phase::kInstall, Millis{50}});
}

PlannedStep package(const Spec& spec) {
  const std::string host = mirror::host_of(source_of(*spec.package));
  return step_of(kPackageKey, "",
                 {fmt::format("Fetch Kafka {} from {}", spec.version, host), phase::kInstall,
                  Millis{30'000}, 15 * kMinute});
}

PlannedStep install(const NodePart& node) {
  return step_of("kafka.install", node.name,
                 {fmt::format("Install Kafka on {}", node.name), phase::kInstall, Millis{20'000},
                  15 * kMinute});
}

PlannedStep configure(const NodePart& node, int heap_megabytes) {
  return step_of("kafka.configure", node.name,
                 {fmt::format("Start {} as {}", node.name, plays(node)), phase::kStart,
                  Millis{8'000}, 10 * kMinute},
                 {{"heapMegabytes", heap_megabytes}});
}

PlannedStep join(const NodePart& node, int heap_megabytes) {
  PlannedStep step = configure(node, heap_megabytes);
  step.args["joins"] = true;
  step.args["number"] = node.number;
  return step;
}

PlannedStep tell(const NodePart& node) {
  return step_of(
      "kafka.restore", node.name,
      {fmt::format("Tell {} where the controllers are", node.name), phase::kStart, Millis{800}});
}

namespace {

Json homes_json(const Topology& topology) {
  Json homes = Json::array();
  for (const auto& node : topology.nodes)
    if (node.broker) homes.push_back({{"number", node.number}, {"rack", node.zone}});
  return homes;
}

}  // namespace

PlannedStep reassign(const std::string& title, const Topology& homes, const Topology& before,
                     bool balanced) {
  return step_of(
      kReassignKey, "", {title, phase::kMoving, Millis{30'000}, 30 * kMinute},
      {{"homes", homes_json(homes)}, {"before", homes_json(before)}, {"balanced", balanced}});
}

PlannedStep leave(const NodePart& node) {
  return step_of(
      "kafka.leave", node.name,
      {fmt::format("Let {} go", node.name), phase::kLeaving, Millis{6'000}, 10 * kMinute},
      {{"number", node.number}});
}

PlannedStep restore(const NodePart& node) {
  return step_of(
      "kafka.restore", node.name,
      {fmt::format("Set on {} what was changed there", node.name), phase::kRepair, Millis{800}});
}

PlannedStep withdraw(const NodePart& node) {
  return step_of("kafka.withdraw", node.name,
                 {fmt::format("Stop {} when the others can do without it", node.name),
                  phase::kRolling, Millis{5'000}, 30 * kMinute});
}

PlannedStep vacate(const NodePart& node) {
  return step_of(
      "kafka.vacate", node.name,
      {fmt::format("Give up the machine of {} when others have all that it has", node.name),
       phase::kRolling, Millis{5'000}, 30 * kMinute});
}

PlannedStep resume(const NodePart& node) {
  return step_of("kafka.resume", node.name,
                 {fmt::format("Wait until {} has caught up", node.name), phase::kRolling,
                  Millis{8'000}, 30 * kMinute});
}

PlannedStep certificate(const NodePart& node) {
  return step_of(
      "kafka.certificate", node.name,
      {fmt::format("Make a new certificate for {}", node.name), phase::kRotation, Millis{50}});
}

PlannedStep authority(const std::string& stage, int overlap_seconds) {
  const std::string title = stage == "begin"
                                ? "Make another authority, trusted beside the present one"
                            : stage == "use" ? "Use the other authority"
                                             : "Trust the former authority no more";
  PlannedStep step = step_of("kafka.authority." + stage, "",
                             {title, phase::kRotation, Millis{1'000 + overlap_seconds * 1'000LL},
                              10 * kMinute + Millis{overlap_seconds * 1'000LL}},
                             {{"overlapSeconds", overlap_seconds}});
  return step;
}

PlannedStep passwords(const std::vector<std::string>& users) {
  return step_of("kafka.passwords", "",
                 {fmt::format("Give {} a new password", cluster::count_of(users.size(), "user")),
                  phase::kRotation, Millis{2'000}},
                 {{"users", users}});
}

PlannedStep stop(const NodePart& node) {
  return step_of("kafka.stop", node.name,
                 {fmt::format("Stop {}", node.name), phase::kPower, Millis{5'000}, 10 * kMinute});
}

PlannedStep start(const NodePart& node) {
  return step_of("kafka.start", node.name,
                 {fmt::format("Start {}", node.name), phase::kPower, Millis{3'000}, 10 * kMinute});
}

PlannedStep features(const std::string& version) {
  return step_of("kafka.features", "",
                 {fmt::format("Raise the metadata version to that of {}", version), phase::kRolling,
                  Millis{2'000}},
                 {{"version", version}});
}

PlannedStep quorum(const Topology& topology) {
  const auto count = topology.controllers().size();
  return step_of("kafka.quorum", "",
                 {count == 1 ? std::string("Check that the controller leads")
                             : fmt::format("Check that {} controllers agree on a leader", count),
                  phase::kStart, Millis{4'000}, 10 * kMinute});
}

PlannedStep brokers(const Topology& topology) {
  return step_of(
      "kafka.brokers", "",
      {fmt::format("Check that {} serve{}", cluster::count_of(topology.brokers().size(), "broker"),
                   topology.brokers().size() == 1 ? "s" : ""),
       phase::kStart, Millis{4'000}, 10 * kMinute});
}

PlannedStep users(size_t count) {
  return step_of("kafka.users", "",
                 {fmt::format("Set up {} and what they may do", cluster::count_of(count, "user")),
                  phase::kAccess, Millis{2'000}});
}

PlannedStep topics(const std::string& title, const std::vector<std::string>& names) {
  return step_of("kafka.topics", "", {title, phase::kAccess, Millis{2'000}}, {{"topics", names}});
}

PlannedStep prove() {
  return make_step(
      kProveKey, "kafka.prove", "",
      {"Prove that each broker takes a record that is read back", phase::kFinal, Millis{4'000}});
}

}  // namespace planned
}  // namespace ashlar::kafka
