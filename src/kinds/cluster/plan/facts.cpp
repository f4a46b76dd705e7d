#include "kinds/cluster/plan/facts.hpp"

namespace ashlar::cluster {
namespace {

std::string text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// 0: unknown.
long long number(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<long long>() : 0;
}

}  // namespace

NodeFacts node_facts(const Json& node) {
  const std::string state = text(node, "state");
  NodeFacts facts;
  facts.missing = state == "missing";
  facts.off = state == "off";
  facts.reachable = node.value("reachable", false);
  facts.working = state == "active";
  facts.role = node.contains("declaredRole") ? text(node, "declaredRole") : text(node, "role");
  facts.size = text(node, "machineSize");
  facts.machine = text(node, "machine");
  facts.address = text(node, "privateAddress");
  if (facts.address.empty()) facts.address = text(node, "publicAddress");
  facts.disk_bytes = number(node, "machineDiskBytes");
  return facts;
}

}  // namespace ashlar::cluster
