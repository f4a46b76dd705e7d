// From bare machines to a cluster that was proved.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "kinds/cluster/observe/status_patch.hpp"
#include "kinds/fleet/job.hpp"
#include "kinds/fleet/package_file.hpp"
#include "kinds/kafka/observe/status.hpp"
#include "kinds/kafka/server/secrets.hpp"
#include "kinds/kafka/steps/work.hpp"

namespace ashlar::kafka {
namespace {

constexpr Millis kLookTimeout{30'000};
constexpr Millis kStartTimeout{180'000};
constexpr const char* kProofTopic = "__ashlar_proof";

/// Those that form the first quorum. Decided when the first of them is set up, and never again: a
/// controller whose machine is replaced later joins what there is.
std::string initial_controllers(Work& work) {
  return work.context.secrets
      .ensure(
          secret_name::kInitialControllers,
          [&] {
            std::string all;
            for (const auto& [part, machine] : machines_of(work.topology, work.context.machines))
              if (part.controller)
                all += (all.empty() ? "" : ",") +
                       initial_controller(
                           {part.number, cluster::address_of(machine)},
                           ensure_directory_id(work.context.secrets, machine.provider_id));
            return Secret(all);
          })
      .reveal();
}

/// A machine that took the place of one of the first is known by its folder's id.
FormatRequest format_request(Work& work, const Machine& machine) {
  FormatRequest request{cluster_id(work.context.secrets), {}};
  if (!work.part().controller) return request;
  const std::string all = initial_controllers(work);
  const std::string self =
      initial_controller({work.part().number, cluster::address_of(machine)},
                         ensure_directory_id(work.context.secrets, machine.provider_id));
  if (all.find(self) != std::string::npos) request.initial_controllers = all;
  return request;
}

/// A partition led by each broker, so that each has to take a record.
Json proof_topic(const Topology& topology, int replication_factor) {
  std::vector<int> numbers;
  for (const auto& node : topology.nodes)
    if (node.broker) numbers.push_back(node.number);
  Json assignment = Json::array();
  for (size_t i = 0; i < numbers.size(); ++i) {
    Json replicas = Json::array();
    for (int r = 0; r < replication_factor; ++r)
      replicas.push_back(numbers[(i + static_cast<size_t>(r)) % numbers.size()]);
    assignment.push_back({{"partition", i}, {"replicas", replicas}});
  }
  return {{"name", kProofTopic},
          {"assignment", assignment},
          {"configs", {{"retention.ms", "3600000"}, {"segment.bytes", "1048576"}}}};
}

}  // namespace

StepOutcome make_credentials(Work& work) {
  ensure_credentials(work.context.secrets, work.spec, work.context.clock.now());
  return Done{};
}

StepOutcome fetch(Work& work) {
  // The spec of now: one that says so no more needs nothing.
  if (work.spec.package)
    if (auto wait = fleet::fetch_package(work.tools, work.context, source_of(*work.spec.package)))
      return *std::move(wait);
  return Done{};
}

namespace {

/// Nothing once the machine has Kafka, or the archive that it is unpacked from.
std::optional<Wait> bring_archive(Work& work, const Machine& machine) {
  if (!work.spec.package) return std::nullopt;
  const machine::Batch look{
      .operations = {machine::query({"/usr/bin/test", "-d", Paths::libraries(work.spec.version)})},
      .check_only = true};
  if (work.run(machine, look, kLookTimeout).ok()) return std::nullopt;
  return fleet::copy_package(work.tools, work.context, machine, source_of(*work.spec.package),
                             Paths::archive(work.spec.version));
}

fleet::JobOutcome install_on(Work& work, const Machine& machine) {
  const fleet::Job job{"install", install_batch(work.spec), "its packages are being installed"};
  // Once it is at work, it may have the archive unpacked and gone.
  if (auto outcome = fleet::follow_job(work.tools, work.context, machine, job))
    return *std::move(outcome);
  if (auto wait = bring_archive(work, machine)) return *std::move(wait);
  return fleet::run_as_job(work.tools, work.context, machine, job);
}

}  // namespace

StepOutcome install(Work& work) {
  const Machine machine = work.machine_of(work.part().name);
  const auto outcome = install_on(work, machine);
  if (const auto* wait = std::get_if<Wait>(&outcome)) return *wait;
  const auto& result = std::get<machine::BatchResult>(outcome);
  result.or_throw(machine.name);
  return Done{{{"changed", result.changed()}}};
}

StepOutcome configure(Work& work) {
  const Machine machine = work.machine_of(work.part().name);
  const auto batch = start_batch(work.config(), work.tls_files(machine),
                                 work.args().at("heapMegabytes"), format_request(work, machine));
  const auto result = work.run(machine, batch, kStartTimeout);
  result.or_throw(machine.name);
  return Done{{{"changed", result.changed()}}};
}

StepOutcome restore(Work& work) {
  const Machine machine = work.machine_of(work.part().name);
  const int heap = heap_megabytes(work.spec, work.part(), work.tools.cloud.catalog());
  machine::Batch batch = declared_batch(work.config(), work.tls_files(machine), heap);
  batch.keep_going = false;
  const auto result = work.run(machine, batch, kStartTimeout);
  result.or_throw(machine.name);
  return Done{{{"changed", result.changed()}}};
}

namespace {

/// Whether each broker leads one of the topic's partitions by preference.
bool covers(const Json& topic, const Topology& topology) {
  std::set<int> leaders;
  for (const Json& partition : topic.at("partitions"))
    leaders.insert(partition.at("replicas").at(0).get<int>());
  return std::ranges::all_of(topology.nodes, [&](const NodePart& node) {
    return !node.broker || leaders.contains(node.number);
  });
}

/// One that was made for other brokers is made anew.
std::optional<StepOutcome> drop_former_topic(Work& work) {
  const auto found = work.ask(
      {{{"op", "topics"}, {"names", Json::array({kProofTopic})}, {"configs", false}}}, true);
  if (!found.front().ok || covers(found.front().data.at("topics").at(0), work.topology))
    return std::nullopt;
  work.ask_or_throw({{{"op", "delete_topics"}, {"names", Json::array({kProofTopic})}}}, false);
  return Wait{kSoon, "the topic of the last proof to go: it was made for other brokers", true};
}

}  // namespace

StepOutcome prove(Work& work) {
  const ClusterView before = work.look();
  if (!before.service.answered) return Wait{kSoon, before.service.error};
  if (auto wait = drop_former_topic(work)) return *std::move(wait);
  const auto made = work.ask(
      {{{"op", "create_topics"},
        {"topics",
         Json::array({proof_topic(work.topology, work.spec.defaults.replication_factor)})}}},
      false);
  if (!made.front().ok && made.front().type != "TopicExistsException")
    return Wait{kSoon, made.front().error};
  const auto probed = work.ask({{{"op", "probe"}, {"topic", kProofTopic}}}, false);
  if (!probed.front().ok) return Wait{kSoon, probed.front().error};
  const ClusterView view = observe_cluster(work.observer());
  if (const auto faults = faults_of(view); !faults.empty()) return Wait{kSoon, in_brief(faults)};
  const Time now = work.context.clock.now();
  const Kept kept{{{"at", to_rfc3339(now)}, {"partitions", probed.front().data.at("done")}},
                  to_json(view.spec)};
  ClusterView applied = view;
  applied.applied = view.spec;
  const Json status = status_of(applied, kept, work.context.resource.id, now);
  work.context.patch_status(cluster::replacing(work.context.resource.status, status));
  return Done{{{"proof", kept.proof}}};
}

}  // namespace ashlar::kafka
