#include "kinds/redis/observe/observe.hpp"

#include <algorithm>

#include "kinds/fleet/fleet.hpp"
#include "kinds/redis/observe/deviations.hpp"
#include "kinds/redis/plan/difference.hpp"
#include "kinds/redis/plan/plan.hpp"
#include "kinds/redis/server/secrets.hpp"

namespace ashlar::redis {
namespace {

constexpr Millis kBatchTimeout{15'000};

void read_packages(NodeView& view, const Json& data) {
  const Json versions = data.is_object() ? data.value("versions", Json()) : Json();
  const std::string name = packages_of(view.part.holds_data()).front();
  if (versions.is_object() && versions.contains(name) && versions[name].is_string())
    view.package_version = versions[name];
}

/// One node to be asked, and what on its machine is to be as declared; empty: nothing.
struct Question {
  NodeView* node = nullptr;
  machine::Batch declared;
};

/// Who plays no declared part is not held against anything.
Question question_about(NodeView& node, const Declared& declared, engine::Secrets& secrets) {
  Question question{&node, {}};
  if (!declared.passwords || declared.topology.find_node(node.part.name) == nullptr)
    return question;
  const Spec& spec = declared.spec;
  question.declared =
      declared_batch(spec, node.part.holds_data(),
                     spec.tls ? find_tls_files(secrets, node.machine->name) : std::nullopt);
  question.declared.operations.push_back(machine::file_content(conf_of(node.part)));
  return question;
}

/// `results`: those of the question's own operations.
std::vector<Deviation> deviations_of(const Question& question, const Declared& declared,
                                     std::vector<machine::OperationResult> results) {
  if (results.empty() || results.size() != question.declared.operations.size()) return {};
  const std::string conf = results.back().data.value("content", std::string());
  results.pop_back();
  // What was never set up has nothing that could have been changed.
  if (conf.empty() && !question.node->active()) return {};
  auto deviations = deviations_in(question.declared, results);
  const auto server = server_deviations(*question.node, declared, conf);
  deviations.insert(deviations.end(), server.begin(), server.end());
  return deviations;
}

void ask(const Question& question, const Observer& observer, const Declared& declared) {
  NodeView& view = *question.node;
  const Speaker speaker =
      speaker_for(declared.spec, view.part, *view.machine, declared.operator_password());
  machine::Batch batch;
  batch.keep_going = true;
  batch.check_only = true;  // so that it waits for nobody who changes something
  batch.operations = {
      redis_operation(speaker, observation_commands(declared.spec, declared.topology, view.part),
                      true, false),
      machine::installed_packages({packages_of(view.part.holds_data()).front()})};
  const size_t asked = batch.operations.size();
  batch.operations.insert(batch.operations.end(), question.declared.operations.begin(),
                          question.declared.operations.end());
  view.state = "error";
  try {
    const auto result =
        observer.tools.machines.run(fleet::target_of(*view.machine), batch, kBatchTimeout);
    const auto& results = result.results;
    view.reachable = true;
    if (results.empty())
      view.error = "the machine answered nothing";
    else if (!results.front().ok)
      view.error = results.front().message;
    else
      read_replies(view, declared.topology, results.front().data.value("replies", Json()));
    view.refuses = !results.empty() && is_refusal(results.front());
    if (results.size() > 1) read_packages(view, results[1].data);
    if (results.size() > asked)
      view.deviations = deviations_of(question, declared,
                                      {results.begin() + static_cast<long>(asked), results.end()});
  } catch (const Error& error) {
    cluster::note_failure(view, error);
  }
}

/// Every wanted node with its stored machine; nobody was asked yet.
ClusterView view_of_records(const Observer& observer, const std::vector<NodePart>& parts) {
  ClusterView view;
  view.spec = spec_from_json(observer.resource.spec);
  const auto records = observer.machines.all();
  for (const auto& part : parts) {
    NodeView node;
    node.part = part;
    const auto record = std::ranges::find(records, part.name, &Machine::node);
    if (record != records.end()) node.machine = *record;
    if (view.spec.tls && node.machine)
      node.certificate_expires_at =
          cluster::certificate_expiry(observer.secrets, node.machine->name);
    view.nodes.push_back(std::move(node));
  }
  return view;
}

/// What is stored besides the declared nodes: who left the spec, and machines of an unfinished
/// change.
std::vector<NodeView> surplus_of_records(const Observer& observer, const Topology& topology) {
  std::vector<NodeView> surplus;
  for (const auto& machine : observer.machines.all()) {
    if (topology.find_node(machine.node) != nullptr) continue;
    NodeView view;
    const NodePart* base = topology.find_node(base_of(machine.node));
    view.part.name = machine.node;
    view.part.role = machine.role == "sentinel" ? Role::kSentinel
                     : machine.role == "master" ? Role::kMaster
                                                : Role::kReplica;
    view.part.group = base == nullptr ? "" : base->group;
    view.part.size = machine.size;
    view.machine = machine;
    surplus.push_back(std::move(view));
  }
  return surplus;
}

/// Who left the spec belongs to the group whose master it is, or follows.
void find_groups_of_surplus(ClusterView& view) {
  for (auto& node : view.surplus) {
    if (!node.part.group.empty() || !node.part.holds_data() || !node.active()) continue;
    const std::string leader =
        node.is_master() ? node.address() : text_of(node.info, "master_host");
    for (const auto& sentinel : view.nodes)
      for (const auto& [group, watched] : sentinel.watched)
        if (watched.master_address == leader) node.part.group = group;
    for (const auto& group : view.groups)
      if (const NodeView* master = view.find_node(group.master);
          master != nullptr && master->address() == leader)
        node.part.group = group.name;
  }
}

void ask_all(const std::vector<Question>& questions, const Observer& observer,
             const Declared& declared) {
  cluster::ask_each(observer, questions.size(),
                    [&](size_t i) { ask(questions[i], observer, declared); });
}

}  // namespace

Speaker speaker_for(const Spec& spec, const NodePart& part, const Machine& machine,
                    const Secret& operator_password) {
  return {.server = {address_of(machine), part.holds_data() ? kRedisPort : kSentinelPort},
          .tls = spec.tls,
          .operator_password = operator_password,
          .paths = {}};
}

ClusterView observe_cluster(const Observer& observer) {
  const Topology topology = topology_of(spec_from_json(observer.resource.spec));
  ClusterView view = view_of_records(observer, topology.nodes);
  view.surplus = surplus_of_records(observer, topology);
  const bool any = !view.surplus.empty() || std::ranges::any_of(view.nodes, [](const auto& node) {
    return node.machine.has_value();
  });
  const auto listed = any ? observer.tools.cloud.find_machines_by_tag(
                                fleet::tag_of(observer.resource), cluster::kListAge)
                          : std::vector<cloud::CloudMachine>{};
  const Declared declared = read_declared(observer.secrets, view.spec, topology);
  std::vector<Question> questions;
  for (auto* nodes : {&view.nodes, &view.surplus})
    for (auto& node : *nodes)
      if (cluster::judge_machine(node, listed))
        questions.push_back(question_about(node, declared, observer.secrets));
  ask_all(questions, observer, declared);
  view.groups = groups_of(topology, view.nodes);
  find_groups_of_surplus(view);
  return view;
}

ClusterView observe_members(const Observer& observer, const std::vector<std::string>& nodes) {
  Topology topology = topology_of(spec_from_json(observer.resource.spec));
  const auto is_left_out = [&](const std::string& name) {
    return std::ranges::find(nodes, name) == nodes.end();
  };
  std::erase_if(topology.nodes, [&](const NodePart& part) { return is_left_out(part.name); });
  for (Group& group : topology.groups) {
    std::erase_if(group.replicas, is_left_out);
    // Whoever was declared to lead, it is the nodes that say who does.
    if (!is_left_out(group.master) || group.replicas.empty()) continue;
    group.master = group.replicas.front();
    group.replicas.erase(group.replicas.begin());
  }
  std::erase_if(topology.groups,
                [&](const Group& group) { return topology.find_node(group.master) == nullptr; });
  ClusterView view = view_of_records(observer, topology.nodes);
  const Declared declared = read_declared(observer.secrets, view.spec, topology);
  std::vector<Question> questions;
  for (auto& node : view.nodes) {
    node.state = "missing";
    node.error = "it has no machine with an address";
    if (node.machine && !node.address().empty()) questions.push_back({&node, {}});
  }
  ask_all(questions, observer, declared);
  view.groups = groups_of(topology, view.nodes);
  return view;
}

}  // namespace ashlar::redis
