#include "kinds/cluster/observe/drift.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/cluster/plan/care.hpp"

namespace ashlar::cluster {
namespace {

/// What keeps Ashlar from working on a node's machine.
std::vector<Drift> machine_drift(const std::string& name, const NodeState& node,
                                 const std::string& size) {
  if (node.state == "missing")
    return {{name, "machine-missing", size, "none", Heal::kReplace,
             fmt::format("{}: {}; an update makes a new one", name, node.error)}};
  if (node.state == "off")
    return {{name, "machine-off", "on", "off", Heal::kSafe,
             fmt::format("the machine of {} is switched off; it is switched on", name)}};
  if (node.untrusted)
    return {{name, "host-key", "the pinned one", "another one", Heal::kNone,
             fmt::format("the machine of {} shows another SSH host key than the one that was "
                         "made for it: either somebody changed it, or it is another machine; "
                         "look at it on the provider's console, put the key back or replace "
                         "the machine",
                         name)}};
  if (node.shut_out)
    return {{name, "ssh-access", "Ashlar's SSH key", "refused", Heal::kNone,
             fmt::format("the machine of {} no longer lets Ashlar's SSH key in; put it back "
                         "into /root/.ssh/authorized_keys, on the provider's console",
                         name)}};
  if (node.state == "error" && !node.reachable)
    return {{name, "unreachable", "reachable", node.error, Heal::kReplace,
             fmt::format("the machine of {} does not answer: {}", name, node.error)}};
  if (node.state == "error")
    return {{name, "not-running", "running", node.error, Heal::kSafe,
             fmt::format("{} does not work: {}; it is started again", name, node.error)}};
  return {};
}

}  // namespace

Json to_json(const std::vector<Drift>& drift) {
  Json list = Json::array();
  for (const auto& item : drift)
    list.push_back({{"node", text_or_null(item.node)},
                    {"what", item.what},
                    {"declared", text_or_null(item.declared)},
                    {"found", text_or_null(item.found)},
                    {"heals", to_string(item.heals)},
                    {"message", item.message}});
  return list;
}

void add_machine_drift(std::vector<Drift>& drift, const std::string& name, const NodeState& node,
                       const std::string& size) {
  auto found = machine_drift(name, node, size);
  if (found.empty() && !node.machine_size.empty() && node.machine_size != size)
    found.push_back({name, "size", size, node.machine_size, Heal::kReplace,
                     fmt::format("the machine of {} has another size; an update gives it the "
                                 "declared one",
                                 name)});
  std::ranges::move(found, std::back_inserter(drift));
}

void add_stopped_drift(std::vector<Drift>& drift, const std::string& name, const NodeState& node) {
  if (node.state == "off") return;
  drift.push_back({name, "machine-off", "off", node.state, Heal::kNone,
                   fmt::format("the cluster is stopped, but the machine of {} is {}; stop it again",
                               name, node.state == "missing" ? "missing" : "on")});
}

void add_deviations(std::vector<Drift>& drift, const std::string& name, const NodeState& node) {
  for (const auto& deviation : node.deviations)
    drift.push_back({name, deviation.what, "", deviation.found, Heal::kSafe,
                     fmt::format("{}: {}; it is set again", name, deviation.found)});
}

void add_surplus(std::vector<Drift>& drift, const std::string& name, const NodeState& node) {
  drift.push_back({name, "surplus-machine", "", node.machine ? node.machine->name : "",
                   Heal::kReplace,
                   fmt::format("the machine {} plays no part any more; an update destroys it",
                               node.machine ? node.machine->name : name)});
}

void add_certificate_drift(std::vector<Drift>& drift, const std::string& name,
                           const NodeState& node, int certificate_days, Time now) {
  if (!node.certificate_expires_at) return;
  const Millis left = *node.certificate_expires_at - now;
  if (left > renewal_before(certificate_days)) return;
  drift.push_back({name, kCertificateExpiring, "", to_rfc3339(*node.certificate_expires_at),
                   Heal::kSafe,
                   fmt::format("the certificate of {} {}; a rotation renews it", name,
                               left > Millis{0} ? "expires in " + to_human(left) : "has expired")});
}
}  // namespace ashlar::cluster
