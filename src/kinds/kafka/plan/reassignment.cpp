#include "kinds/kafka/plan/reassignment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/field_reader.hpp"
#include "base/quantity.hpp"
#include "kinds/cluster/plan/machines.hpp"
#include "kinds/cluster/plan/parts.hpp"
#include "kinds/kafka/plan/placement.hpp"
#include "kinds/kafka/plan/planned.hpp"

namespace ashlar::kafka {
namespace {

struct Bytes {
  long long leaving = 0;  // held by those that leave
  long long all = 0;
  long long free = 0;  // of those that stay
};

long long bytes_of(const Json& node, const char* member) {
  const Json value = node.value(member, Json());
  return value.is_number() ? value.get<long long>() : 0;
}

Bytes bytes_in(const Json& observed, const Membership& members) {
  Bytes bytes;
  for (const char* list : {"nodes", "surplus"})
    for (const Json& node : observed.value(list, Json::array())) {
      bytes.all += bytes_of(node, "logBytes");
      if (members.leaving.contains(node.at("name").get<std::string>()))
        bytes.leaving += bytes_of(node, "logBytes");
      else
        bytes.free += bytes_of(node, "diskFreeBytes");
    }
  return bytes;
}

void refuse_too_few_brokers(const Spec& spec, const ObservedFacts& facts) {
  const auto brokers = spec.nodes(Role::kBroker).size();
  std::vector<std::string> homeless;
  for (const auto& [name, topic] : facts.topics) {
    const bool is_declared =
        std::ranges::find(spec.topics, name, &Topic::name) != spec.topics.end();
    if (!is_declared && static_cast<size_t>(topic.replication_factor) > brokers)
      homeless.push_back(name);
  }
  if (homeless.empty()) return;
  throw Error(ErrorCode::kConflict,
              fmt::format("topics have more replicas than the {} that would be left: {}",
                          cluster::count_of(brokers, "broker"), list_for_people(homeless, 5)),
              "declare them with a lower replicationFactor, or keep more brokers");
}

}  // namespace

void refuse_homeless_replicas(const Spec& spec, const ObservedFacts& facts,
                              const Membership& members, const Json& observed) {
  if (members.leaving.empty()) return;
  refuse_too_few_brokers(spec, facts);
  const Bytes bytes = bytes_in(observed, members);
  if (bytes.free == 0 ||
      static_cast<double>(bytes.leaving) <= kMayBeFilled * static_cast<double>(bytes.free))
    return;
  throw Error(ErrorCode::kConflict,
              fmt::format("there is no room for the replicas of the brokers that leave: {}, and "
                          "the others have {} free",
                          bytes_for_people(bytes.leaving), bytes_for_people(bytes.free)),
              "give the others larger machines first, keep less, or keep more brokers");
}

void describe_moves(Plan& plan, const Spec& spec, const Membership& members, const Json& observed) {
  const Bytes bytes = bytes_in(observed, members);
  const auto brokers = static_cast<long long>(spec.nodes(Role::kBroker).size());
  const auto come = static_cast<long long>(members.joining.size());
  const long long moved = bytes.leaving + (brokers > 0 ? bytes.all * come / brokers : 0);
  const long long rate = spec.reassignment_bytes_per_second;
  plan.notes.push_back(
      rate == 0 ? fmt::format("about {} of replicas move, as fast as the machines can",
                              bytes_for_people(moved))
                : fmt::format("about {} of replicas move, with at most {} a second of each broker; "
                              "reassignmentBytesPerSecond can be changed while they move",
                              bytes_for_people(moved), bytes_for_people(rate)));
}

Plan plan_balancing(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog) {
  const Topology topology = topology_of(spec);
  for (const auto& node : topology.nodes)
    if (node.broker && !facts.of(node.name).working)
      throw Error(ErrorCode::kConflict,
                  fmt::format("{} of {} does not work: nothing is moved before it does", node.name,
                              spec.name),
                  fmt::format("ashlar heal kafka {}, or look at ashlar drift", spec.name));
  Plan plan;
  plan.kind = "kafka";
  plan.resource_name = spec.name;
  plan.action = "reassign";
  plan.summary = fmt::format("Spread the replicas of {} evenly over its {}", spec.name,
                             cluster::count_of(topology.brokers().size(), "broker"));
  cluster::describe_cost(plan, spec.name, spec.node_count(), monthly_usd(spec, catalog));
  cluster::add(
      plan,
      planned::reassign("Move replicas until each broker has its share", topology, topology, true),
      {});
  plan.notes.emplace_back(
      "clients stay connected; who leads a partition changes while its replicas move");
  return plan;
}

}  // namespace ashlar::kafka
