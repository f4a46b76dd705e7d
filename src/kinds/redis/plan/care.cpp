#include "kinds/redis/plan/care.hpp"

#include <set>
#include <string>

#include "kinds/cluster/plan/care.hpp"
#include "kinds/redis/plan/difference.hpp"
#include "kinds/redis/plan/observed.hpp"
#include "kinds/redis/plan/occasions.hpp"
#include "kinds/redis/spec/topology.hpp"

namespace ashlar::redis {
namespace {

bool concerns_everybody(const std::string& type) {
  return type.starts_with("redis.password.") || type == "redis.transport" ||
         type == "redis.settled";
}

}  // namespace

std::vector<engine::Task> wants(const Json& spec, const Json& status, Time now) {
  // The sentinels correct whom a node follows, and what they remember.
  return cluster::wants(
      spec, status, now,
      {{"wrong-master", "foreign-master", "sentinels-disagree", "unknown-replica"},
       [&] { return what_is_down(spec_from_json(spec), facts_of(status)); }});
}

std::set<std::string> nodes_touched(const Spec& spec, const PlannedStep& step) {
  const Topology topology = topology_of(spec);
  std::set<std::string> nodes;
  if (concerns_everybody(step.type)) {
    for (const auto& node : topology.nodes) nodes.insert(node.name);
    return nodes;
  }
  if (!step.node.empty()) nodes.insert(base_of(step.node));
  for (const char* member : {"from", "to", "with"})
    if (const std::string name = base_of(text_in(step.args, member)); topology.find_node(name))
      nodes.insert(name);
  if (step.node.empty())
    if (const Group* group = topology.find_group(text_in(step.args, "group")))
      for (const auto& member : group->members()) nodes.insert(member);
  // Of "redis.agreed/sentinel-1".
  if (const std::string subject = step.key.substr(step.key.find('/') + 1);
      step.node.empty() && topology.find_node(subject))
    nodes.insert(subject);
  return nodes;
}

}  // namespace ashlar::redis
