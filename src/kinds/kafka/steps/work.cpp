#include "kinds/kafka/steps/work.hpp"

#include <algorithm>

namespace ashlar::kafka {

Work::Work(const fleet::Tools& given_tools, StepContext& given_context)
    : cluster::Work{given_tools, given_context},
      spec(spec_from_json(context.resource.spec)),
      topology(topology_of(spec)) {}

std::vector<AdminResult> Work::ask(std::vector<Json> operations, bool read_only,
                                   const std::string& without) const {
  const auto machines = machines_of(topology, context.machines);
  AdminRequest request = admin_request(machines);
  request.read_only = read_only;
  // A look is soon repeated; what changes something should rather be waited for.
  if (read_only) request.timeout = Millis{8'000};
  std::vector<Machine> where;
  for (const auto& [part, machine] : machines)
    if (part.name != without) where.push_back(machine);
  return ask_cluster(tools, spec, where, std::move(request), std::move(operations));
}

std::vector<AdminResult> Work::ask_or_throw(std::vector<Json> operations, bool read_only) const {
  auto results = ask(std::move(operations), read_only);
  for (const auto& result : results)
    if (!result.ok)
      throw Error(result.retriable ? ErrorCode::kMachine : ErrorCode::kConflict,
                  "Kafka refused: " + result.error);
  return results;
}

namespace {

ClusterView nobody_asked(const Spec& spec, const Topology& topology) {
  ClusterView view;
  view.spec = spec;
  view.topology = topology;
  for (const auto& part : topology.nodes) {
    NodeView node;
    node.part = part;
    view.nodes.push_back(std::move(node));
  }
  return view;
}

}  // namespace

ClusterView Work::look_at_controllers() const {
  constexpr Millis kQuick{6'000};
  const auto machines = machines_of(topology, context.machines);
  AdminRequest request = admin_request(machines);
  request.brokers.clear();
  request.timeout = kQuick;
  std::vector<Machine> where;
  for (const auto& [part, machine] : machines)
    if (part.controller) where.push_back(machine);
  const auto results = ask_cluster(tools, spec, where, std::move(request), {{{"op", "quorum"}}});
  ClusterView view = nobody_asked(spec, topology);
  view.service = read_quorum(view, results.front());
  return view;
}

ClusterView Work::look(const std::string& without) const {
  const auto results = ask(questions(false), true, without);
  ClusterView view = nobody_asked(spec, topology);
  view.service = read_service(results, false);
  spread(view, results);
  return view;
}

ServerConfig Work::config() const {
  return server_config(spec, topology, part(), context.machines);
}

cluster::TlsFiles Work::tls_files(const Machine& machine) const {
  return cluster::ensure_tls_files(context.secrets, cluster::certificate_request(machine),
                                   machine.name, spec.certificate_days, context.clock.now());
}

}  // namespace ashlar::kafka
