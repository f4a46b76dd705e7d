#include "kinds/kafka/observe/observe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kinds/cluster/observe/glance.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/kafka/server/batches.hpp"

namespace ashlar::kafka {
namespace {

constexpr Millis kBatchTimeout{20'000};
constexpr Millis kAdminTimeout{12'000};

/// Every wanted node with its stored machine; nobody was asked yet.
ClusterView view_of_records(const Observer& observer) {
  ClusterView view;
  view.spec = spec_from_json(observer.resource.spec);
  view.topology = topology_of(view.spec);
  const Json applied = observer.resource.status.value("applied", Json());
  if (applied.is_object()) view.applied = spec_from_json(applied);
  const auto records = observer.machines.all();
  for (const auto& part : view.topology.nodes) {
    NodeView node;
    node.part = part;
    const auto record = std::ranges::find(records, part.name, &Machine::node);
    if (record != records.end()) {
      node.machine = *record;
      node.certificate_expires_at = cluster::certificate_expiry(observer.secrets, record->name);
    }
    view.nodes.push_back(std::move(node));
  }
  for (const auto& machine : records) {
    if (view.topology.find_node(machine.node) != nullptr) continue;
    NodeView node;
    node.part.name = machine.node;
    node.part.size = machine.size;
    node.part.broker = machine.role == to_string(Role::kBroker);
    node.part.controller = !node.part.broker;
    node.machine = machine;
    view.surplus.push_back(std::move(node));
  }
  return view;
}

/// What on the node's machine is to be as it was set: by the spec that was last proved, since a
/// change that has yet to be carried out is no drift. Empty while nothing was.
machine::Batch declared_of(const Observer& observer, const ClusterView& view,
                           const NodeView& node) {
  if (!view.applied) return {};
  const Topology topology = topology_of(*view.applied);
  const NodePart* part = topology.find_node(node.part.name);
  const auto tls = cluster::find_tls_files(observer.secrets, node.machine->name);
  if (part != nullptr && part->held) return {};  // it is as some former spec has it
  const Size* size = part ? view.catalog.find_size(part->size) : nullptr;
  if (!tls || size == nullptr) return {};
  try {
    return declared_batch(server_config(*view.applied, topology, *part, observer.machines), *tls,
                          heap_megabytes(*view.applied, part->role(), size->memory_bytes));
  } catch (const Error&) {
    return {};  // a controller's machine is missing: that is told by itself
  }
}

long long number_at(std::string_view text, size_t word) {
  size_t begin = 0;
  for (size_t i = 0;; ++i) {
    begin = text.find_first_of("0123456789", begin);
    if (begin == std::string_view::npos) return 0;
    const size_t end = std::min(text.find_first_not_of("0123456789", begin), text.size());
    if (i == word) {
      long long value = 0;
      std::from_chars(text.data() + begin, text.data() + end, value);
      return value;
    }
    begin = end;
  }
}

void read_machine(NodeView& view, const std::vector<machine::OperationResult>& results) {
  view.unit_state = results.at(0).data.value("active_state", std::string());
  if (results.at(1).ok) {
    // Below a line of titles, which has a digit of its own.
    const std::string said = results[1].data.value("stdout", std::string());
    const std::string text = said.substr(std::min(said.find('\n'), said.size()));
    view.disk_bytes = number_at(text, 0);
    view.disk_free_bytes = number_at(text, 1);
  }
  if (view.unit_state == "active") return;
  view.error = view.unit_state.empty() || view.unit_state == "inactive"
                   ? std::string("Kafka does not run")
                   : fmt::format("Kafka does not run: its unit is {}", view.unit_state);
}

void look_at(NodeView& view, const Observer& observer, const ClusterView& cluster) {
  machine::Batch batch = declared_of(observer, cluster, view);
  const machine::Batch declared = batch;
  batch.keep_going = true;
  batch.check_only = true;
  batch.operations.insert(
      batch.operations.begin(),
      {machine::systemd_unit(kUnit, true, ""),
       machine::query({"/bin/df", "-B1", "--output=size,avail", cluster.spec.data_directory})});
  view.state = "error";
  try {
    const auto result =
        observer.tools.machines.run(fleet::target_of(*view.machine), batch, kBatchTimeout);
    view.reachable = true;
    const auto& results = result.results;
    if (results.size() != batch.operations.size()) {
      view.error = "the machine answered nothing";
      return;
    }
    read_machine(view, results);
    if (view.error.empty()) view.state = "active";
    view.deviations = cluster::deviations_in(declared, {results.begin() + 2, results.end()});
  } catch (const Error& error) {
    cluster::note_failure(view, error);
  }
}

void ask_service(ClusterView& view, const Observer& observer) {
  std::vector<Machine> where;
  for (const auto& node : view.nodes)
    if (node.active()) where.push_back(*node.machine);
  if (where.empty()) return;
  AdminRequest request = admin_request(machines_of(view.topology, observer.machines));
  request.timeout = kAdminTimeout;
  try {
    // While another version is on its way, only the former one is sure to be on every machine.
    const Spec& installed = view.applied ? *view.applied : view.spec;
    const auto results = ask_cluster(observer.tools, installed, where, request, questions(true));
    view.service = read_service(results, true);
    spread(view, results);
  } catch (const Error& error) {
    view.service.error = error.message();
  }
}

/// Of nodes whose process runs, those that the cluster does not count on.
void judge_service(ClusterView& view) {
  for (auto& node : view.nodes) {
    if (!node.active() || !view.service.answered) continue;
    if (node.part.broker && !node.serves.value_or(true))
      node.error = "Kafka runs, and is not registered with the controllers";
    else if (node.part.controller && !node.votes.value_or(true))
      node.error = "Kafka runs, and has no vote among the controllers";
    else
      continue;
    node.state = "error";
  }
}

}  // namespace

std::vector<std::pair<NodePart, Machine>> machines_of(const Topology& topology,
                                                      engine::MachineRecords& records) {
  std::vector<std::pair<NodePart, Machine>> machines;
  const auto all = records.all();
  for (const auto& part : topology.nodes) {
    const auto found = std::ranges::find(all, part.name, &Machine::node);
    if (found != all.end() && !cluster::address_of(*found).empty())
      machines.emplace_back(part, *found);
  }
  return machines;
}

AdminRequest admin_request(const std::vector<std::pair<NodePart, Machine>>& machines) {
  AdminRequest request;
  for (const auto& [part, machine] : machines) {
    if (part.broker) request.brokers.push_back(cluster::address_of(machine));
    if (part.controller) request.controllers.push_back(cluster::address_of(machine));
  }
  return request;
}

std::vector<AdminResult> ask_cluster(const fleet::Tools& tools, const Spec& spec,
                                     const std::vector<Machine>& where, AdminRequest request,
                                     std::vector<Json> operations) {
  const size_t count = operations.size();
  request.operations = std::move(operations);
  machine::Batch batch;
  batch.check_only = request.read_only;  // so that it waits for nobody who changes something
  batch.operations.push_back(admin_operation(request, spec.version));
  Error last(ErrorCode::kUnavailable, "no machine of the cluster can be reached");
  for (const auto& machine : where) {
    try {
      const auto result =
          tools.machines.run(fleet::target_of(machine), batch, request.timeout + Millis{20'000});
      if (result.results.empty()) continue;
      return admin_results(result.results.front(), count, machine.name);
    } catch (const Error& error) {
      last = error;
    }
  }
  throw Error(ErrorCode::kUnavailable, last.message(), last.remedy());
}

ServerConfig server_config(const Spec& spec, const Topology& topology, const NodePart& part,
                           engine::MachineRecords& records) {
  ServerConfig config{part, {}, {}, spec};
  for (const auto& [other, machine] : machines_of(topology, records)) {
    const std::string host = cluster::address_of(machine);
    if (other.name == part.name) config.host = host;
    if (other.controller) config.controllers.push_back({other.number, host});
  }
  if (config.host.empty() || config.controllers.size() != topology.controllers().size())
    throw Error(ErrorCode::kConflict,
                fmt::format("{} cannot be configured: {} has no machine with an address", part.name,
                            config.host.empty() ? "it" : "a controller"),
                "apply the spec again: the plan will make the machine");
  return config;
}

engine::Glance glance(const Observer& observer) {
  const Topology topology = topology_of(spec_from_json(observer.resource.spec));
  return cluster::glance(
      observer, [&](const std::string& node, const Machine& machine) -> std::optional<Json> {
        constexpr Millis kConnect{1'000};
        const NodePart* part = topology.find_node(node);
        if (part == nullptr) return std::nullopt;
        return machine::wait_for_port(cluster::address_of(machine),
                                      part->broker ? kInternalPort : kControllerPort, kConnect);
      });
}

ClusterView observe_cluster(const Observer& observer) {
  ClusterView view = view_of_records(observer);
  const bool any = !view.surplus.empty() || std::ranges::any_of(view.nodes, [](const auto& node) {
    return node.machine.has_value();
  });
  if (view.applied) view.catalog = observer.tools.cloud.catalog();
  const auto listed = any ? observer.tools.cloud.find_machines_by_tag(
                                fleet::tag_of(observer.resource), cluster::kListAge)
                          : std::vector<cloud::CloudMachine>{};
  for (auto& node : view.surplus) cluster::judge_machine(node, listed);
  std::vector<NodeView*> asked;
  for (auto& node : view.nodes)
    if (cluster::judge_machine(node, listed)) asked.push_back(&node);
  cluster::ask_each(observer, asked.size(), [&](size_t i) { look_at(*asked[i], observer, view); });
  ask_service(view, observer);
  judge_service(view);
  return view;
}

}  // namespace ashlar::kafka
