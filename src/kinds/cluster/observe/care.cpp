#include "kinds/cluster/observe/care.hpp"

#include <fmt/format.h>

#include "kinds/cluster/spec/actions.hpp"

namespace ashlar::cluster {

std::set<std::string> nodes_touched(const Json& spec, const PlannedStep& step) {
  if (!step.node.empty()) return {step.node.substr(0, step.node.find('~'))};
  const auto names = node_names(spec);
  return {names.begin(), names.end()};
}

std::vector<FieldError> vpc_faults(const fleet::Tools& tools, const Json& spec,
                                   const Json& stored) {
  const Json wanted = spec.value("vpcUUID", Json());
  if (!wanted.is_string() || wanted.get_ref<const std::string&>().empty() ||
      (stored.is_object() && stored.value("vpcUUID", Json()) == wanted))
    return {};
  const std::string id = wanted;
  const std::string fault =
      fleet::vpc_fault(tools.cloud.find_vpc(id), spec.at("region").get<std::string>());
  if (fault.empty()) return {};
  return {{"vpcUUID", fmt::format("{} {}", id, fault), 0, FaultOf::kRule}};
}

}  // namespace ashlar::cluster
