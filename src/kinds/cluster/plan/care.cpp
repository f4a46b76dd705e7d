#include "kinds/cluster/plan/care.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "kinds/cluster/spec/words.hpp"

namespace ashlar::cluster {
namespace {

constexpr Millis kDay{24 * 3'600'000LL};
constexpr int kUsualCertificateDays = 1'095;
constexpr Millis kCorrectedByItself{20'000};
/// A machine that reboots, or is cut off for a moment, is not to be replaced; nor is one destroyed
/// at first sight.
constexpr Millis kBeyondDoubt{40'000};

const Json& list_in(const Json& object, const char* member) {
  static const Json none = Json::array();
  const auto found = object.find(member);
  return found != object.end() && found->is_array() ? *found : none;
}

/// What is unknown is not done.
Heal policy_in(const Json& object, const char* member) {
  const std::string text = text_in(object, member);
  for (const Heal policy : {Heal::kSafe, Heal::kReplace})
    if (text == to_string(policy)) return policy;
  return Heal::kNone;
}

/// Services that stopped and machines that are off do not come back by themselves.
Millis lasts_at_least(const std::string& what, Heal needed, const Care& care) {
  if (needed == Heal::kReplace || what == "unrecorded-machine") return kBeyondDoubt;
  return care.corrected.contains(what) ? kCorrectedByItself : Millis{0};
}

std::vector<engine::Task> repairs(const Json& status, Heal policy, const Care& care) {
  std::vector<engine::Task> tasks;
  for (const Json& item : list_in(status, "drift")) {
    const Heal needed = policy_in(item, "heals");
    const std::string what = text_in(item, "what");
    // A certificate that is merely old is not mended, but renewed in time.
    if (needed == Heal::kNone || needed > policy || what == kCertificateExpiring) continue;
    tasks.push_back({.node = text_in(item, "node"),
                     .what = what,
                     .because = text_in(item, "message"),
                     .action = "heal",
                     .lasts_at_least = lasts_at_least(what, needed, care),
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

/// Changes pass them by, and so does the renewal.
std::set<std::string> held_nodes(const Json& spec) {
  std::set<std::string> held;
  const auto desired = spec.find("desiredState");
  if (desired == spec.end()) return held;
  for (const Json& role : desired->value("roles", Json::object()))
    for (const Json& node : list_in(role, "nodes"))
      if (node.value("held", false)) held.insert(text_in(node, "id"));
  return held;
}

std::string not_working(const Json& status) {
  for (const Json& node : list_in(status, "nodes"))
    if (text_in(node, "state") != "active")
      return fmt::format("{} does not work", text_in(node, "name"));
  return {};
}

/// All certificates are renewed together, those whose time has not come, too: services may restart
/// for it, and one round of restarts is better than several.
std::vector<engine::Task> renewals(const Json& spec, const Json& status, Time now,
                                   const Care& care) {
  const Millis before = renewal_before(spec.value("certificateDays", kUsualCertificateDays));
  const std::set<std::string> held = held_nodes(spec);
  std::vector<engine::Task> tasks;
  for (const Json& node : list_in(status, "nodes")) {
    const auto ends = certificate_ends(node);
    const std::string name = text_in(node, "name");
    if (!ends || *ends - now > before || held.contains(name)) continue;
    tasks.push_back({.node = name,
                     .what = kCertificateExpiring,
                     .because = renewal_reason(name, *ends, now),
                     .action = "rotate",
                     .arguments = {{"what", "certificates"}},
                     .actor = schedule("certificates")});
  }
  if (tasks.empty()) return tasks;
  // Only a cluster that works otherwise can do without a node for a moment.
  const std::string down = care.what_is_down ? care.what_is_down() : not_working(status);
  for (engine::Task& task : tasks) task.waits_for = down;
  return tasks;
}

}  // namespace

Millis renewal_before(int certificate_days) {
  return std::min<Millis>(30 * kDay, certificate_days * kDay / 3);
}

std::vector<engine::Task> wants(const Json& spec, const Json& status, Time now, const Care& care) {
  const Heal policy = policy_in(spec, "heal");
  const bool stopped = text_in(spec, "power") == "off";
  if (stopped || policy == Heal::kNone || !status.is_object()) return {};
  std::vector<engine::Task> tasks = repairs(status, policy, care);
  for (engine::Task& renewal : renewals(spec, status, now, care))
    tasks.push_back(std::move(renewal));
  return tasks;
}

}  // namespace ashlar::cluster
