#include "kinds/redis/plan/care.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "kinds/redis/plan/difference.hpp"
#include "kinds/redis/plan/observed.hpp"
#include "kinds/redis/plan/occasions.hpp"
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

const Json& list_in(const Json& object, const char* member) {
  static const Json none = Json::array();
  const auto found = object.find(member);
  return found != object.end() && found->is_array() ? *found : none;
}

std::vector<engine::Task> repairs(const Json& status, Heal policy) {
  std::vector<engine::Task> tasks;
  for (const Json& item : list_in(status, "drift")) {
    const Heal needed = policy_in(item, "heals");
    const std::string what = text_in(item, "what");
    if (needed == Heal::kNone || needed > policy || what == kCertificateExpiring) continue;
    tasks.push_back({.node = text_in(item, "node"),
                     .what = what,
                     .because = text_in(item, "message"),
                     .action = "heal",
                     .lasts_at_least = lasts_at_least(what, needed),
                     .by_node = true});
  }
  return tasks;
}

/// Of a node in the status; nothing: it has none, or its end is not known.
std::optional<Time> certificate_ends(const Json& node) {
  const auto certificate = node.find("certificate");
  if (certificate == node.end() || !certificate->is_object()) return std::nullopt;
  const auto ends = from_rfc3339(text_in(*certificate, "expiresAt"));
  return ends ? std::optional(*ends) : std::nullopt;
}

std::string renewal_reason(const std::string& node, Time ends, Time now) {
  return fmt::format("the certificate of {} {} on {}", node, ends > now ? "expires" : "expired",
                     to_rfc3339(ends).substr(0, 10));
}

/// All certificates are renewed together, those whose time has not come, too: a sentinel restarts
/// for it, and one round of restarts is better than several.
std::vector<engine::Task> renewals(const Json& spec, const Json& status, Time now) {
  if (!spec.value("enableTLS", false)) return {};
  const Millis before = renewal_before(spec.value("certificateDays", Spec{}.certificate_days));
  std::vector<engine::Task> tasks;
  for (const Json& node : list_in(status, "nodes")) {
    const auto ends = certificate_ends(node);
    if (!ends || *ends - now > before) continue;
    const std::string name = text_in(node, "name");
    tasks.push_back({.node = name,
                     .what = kCertificateExpiring,
                     .because = renewal_reason(name, *ends, now),
                     .action = "rotate",
                     .arguments = {{"what", "certificates"}},
                     .actor = schedule("certificates")});
  }
  if (tasks.empty()) return tasks;
  // Only a cluster that works otherwise can do without a sentinel for a moment.
  const std::string down = what_is_down(spec_from_json(spec), facts_of(status));
  for (engine::Task& task : tasks) task.waits_for = down;
  return tasks;
}

}  // namespace

std::vector<engine::Task> wants(const Json& spec, const Json& status, Time now) {
  const Heal policy = policy_in(spec, "heal");
  const bool stopped = spec.value("power", std::string("on")) == "off";
  if (stopped || policy == Heal::kNone || !status.is_object()) return {};
  std::vector<engine::Task> tasks = repairs(status, policy);
  for (engine::Task& renewal : renewals(spec, status, now)) tasks.push_back(std::move(renewal));
  return tasks;
}

Millis renewal_before(int certificate_days) {
  constexpr Millis kDay{24 * 3'600'000LL};
  return std::min<Millis>(30 * kDay, certificate_days * kDay / 3);
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
