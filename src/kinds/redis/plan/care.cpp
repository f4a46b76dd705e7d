#include "kinds/redis/plan/care.hpp"

#include <set>
#include <string>

#include "kinds/redis/plan/difference.hpp"
#include "kinds/redis/spec/topology.hpp"

namespace ashlar::redis {
namespace {

/// What is unknown is not healed.
Heal policy_in(const Json& object, const char* member) {
  const std::string text = object.is_object() ? object.value(member, std::string("none")) : "none";
  for (const Heal policy : {Heal::kSafe, Heal::kReplace})
    if (text == to_string(policy)) return policy;
  return Heal::kNone;
}

/// The sentinels correct whom a node follows, and what they remember, within twenty seconds.
constexpr Millis kCorrectedBySentinels{20'000};
/// A machine that reboots, or is cut off for a moment, is not to be replaced; nor is one destroyed
/// at first sight.
constexpr Millis kBeyondDoubt{40'000};

/// Services that stopped and machines that are off do not come back by themselves.
Millis lasts_at_least(const std::string& what, Heal needed) {
  if (needed == Heal::kReplace || what == "unrecorded-machine") return kBeyondDoubt;
  static const std::set<std::string> corrected{"wrong-master", "foreign-master",
                                               "sentinels-disagree", "unknown-replica"};
  return corrected.contains(what) ? kCorrectedBySentinels : Millis{0};
}

bool concerns_everybody(const std::string& type) {
  return type.starts_with("redis.password.") || type == "redis.transport" ||
         type == "redis.settled";
}

std::string text_in(const Json& item, const char* member) {
  const auto found = item.find(member);
  return found != item.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::vector<engine::Fault> faults_to_heal(const Json& spec, const Json& observed) {
  if (spec.value("power", std::string("on")) == "off" || !observed.is_object()) return {};
  const auto drift = observed.find("drift");
  if (drift == observed.end() || !drift->is_array()) return {};
  const Heal policy = policy_in(spec, "heal");
  std::vector<engine::Fault> faults;
  for (const Json& item : *drift) {
    const Heal needed = policy_in(item, "heals");
    if (needed == Heal::kNone || needed > policy) continue;
    const std::string what = text_in(item, "what");
    faults.push_back(
        {text_in(item, "node"), what, text_in(item, "message"), lasts_at_least(what, needed)});
  }
  return faults;
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
