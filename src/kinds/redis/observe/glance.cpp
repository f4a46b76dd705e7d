#include "kinds/redis/observe/glance.hpp"

#include "kinds/cluster/observe/glance.hpp"
#include "kinds/redis/server/secrets.hpp"

namespace ashlar::redis {

engine::Glance glance(const Observer& observer) {
  const Spec spec = spec_from_json(observer.resource.spec);
  const Topology topology = topology_of(spec);
  const Secret password = observer.secrets.find(secret_name::kOperator).value_or(Secret());
  return cluster::glance(
      observer, [&](const std::string& node, const Machine& machine) -> std::optional<Json> {
        const NodePart* part = topology.find_node(node);
        if (part == nullptr) return std::nullopt;
        return redis_operation(speaker_for(spec, *part, machine, password), {{"PING"}}, true, true,
                               cluster::kGlancePatience);
      });
}

}  // namespace ashlar::redis
