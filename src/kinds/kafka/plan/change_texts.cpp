#include "kinds/kafka/plan/change_texts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/field_reader.hpp"
#include "kinds/cluster/plan/machines.hpp"
#include "kinds/cluster/plan/parts.hpp"
#include "kinds/kafka/plan/rolling.hpp"

namespace ashlar::kafka {
namespace {

using cluster::count_of;

std::string lower_first(std::string text) {
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z')
    text.front() = static_cast<char>(text.front() - 'A' + 'a');
  return text;
}

std::vector<std::string> parts_of(const ChangeTold& told) {
  const Membership& members = told.members;
  std::vector<std::string> parts;
  const auto say = [&](const char* verb, size_t number, const char* thing, const char* how = "") {
    if (number > 0) parts.push_back(fmt::format("{} {}{}", verb, count_of(number, thing), how));
  };
  say("add", members.joining.size(), "node");
  say("remove", members.leaving.size(), "node");
  if (told.spec.version != told.applied.version)
    parts.push_back("bring Kafka to " + told.spec.version);
  say("replace", members.replaced.size(), "machine", ", one at a time");
  say("resize", members.resized.size(), "machine");
  say("restart", members.restarted.size(), "node", ", one at a time");
  if (!told.topics.nothing_to_do(told.spec.prune))
    parts.push_back(lower_first(title_of(told.topics, told.spec.prune)));
  say("change the replicas of", told.topics.replicated.size(), "topic");
  if (told.spec.users != told.applied.users) parts.emplace_back("change users");
  if (told.spec.client_ranges != told.applied.client_ranges)
    parts.emplace_back("change the firewall");
  return parts;
}

void describe_machines(Plan& plan, const ChangeTold& told) {
  const Catalog& catalog = told.input.catalog;
  const Topology before = topology_of(told.applied);
  for (const auto& name : told.members.leaving) {
    const std::string size = before.node(name).size;
    plan.changes.push_back(
        {ChangeAction::kDestroy, "machine", fmt::format("{}-{}", told.spec.name, name),
         fmt::format("{}, when nothing is on it any more", size), catalog.monthly_usd_of(size), 0});
  }
  for (auto& change : plan.changes)
    for (const auto& name : told.members.replaced) {
      if (change.name != fmt::format("{}-{}", told.spec.name, name)) continue;
      change.action = ChangeAction::kReplace;
      change.monthly_usd_before = catalog.monthly_usd_of(told.facts.of(name).size);
    }
}

/// What stays is part of the price before and after.
void describe_rest(Plan& plan, const ChangeTold& told) {
  const auto touched = [&](const std::string& node) {
    return told.members.joining.contains(node) || told.members.replaced.contains(node) ||
           told.members.resized.contains(node);
  };
  std::vector<std::string> sizes;
  for (const auto& node : topology_of(told.spec).nodes)
    if (!touched(node.name)) sizes.push_back(node.size);
  if (sizes.empty()) return;
  cluster::describe_cost(plan, told.spec.name, sizes.size(),
                         cluster::monthly_usd(told.input.catalog, sizes));
}

std::string address_at(const std::string& host, int port) {
  return host.empty() ? std::string() : fmt::format("{}:{}", host, port);
}

void describe_addresses(Plan& plan, const ChangeTold& told) {
  const char* used_by = "clients, to begin";
  const auto change = [&](AddressFate fate, const std::string& name, const Topology& topology) {
    if (!topology.node(name).broker) return;
    plan.address_changes.push_back(
        {fate, name, address_at(told.facts.of(name).address, kClientPort), used_by});
  };
  const Topology now = topology_of(told.spec);
  const Topology before = topology_of(told.applied);
  for (const auto& name : told.members.leaving) change(AddressFate::kGoes, name, before);
  for (const auto& name : told.members.replaced) change(AddressFate::kMoves, name, now);
  for (const auto& name : told.members.joining) change(AddressFate::kComes, name, now);
}

void describe_listeners(Plan& plan, const ChangeTold& told) {
  if (told.spec.tls == told.applied.tls) return;
  const char* protocol =
      told.spec.tls ? "SASL_SSL, and trust the cluster's authority" : "SASL_PLAINTEXT";
  plan.disruptions.push_back(
      fmt::format("each broker, from its restart on, answers only clients that use {} TLS",
                  told.spec.tls ? "" : "no"));
  plan.required_actions.push_back({"every client",
                                   fmt::format("change security.protocol to {}", protocol),
                                   "while the brokers restart: a client meets both kinds until "
                                   "the last of them has"});
  if (!told.spec.tls)
    plan.dangers.push_back({DangerKind::kEncryption,
                            "records and passwords' proofs cross the network unencrypted from then "
                            "on"});
}

void describe_leaving(Plan& plan, const ChangeTold& told) {
  const auto& leaving = told.members.leaving;
  if (leaving.empty()) return;
  plan.dangers.push_back(
      {DangerKind::kMachine,
       fmt::format("the machine{} of {} {} destroyed, when the cluster needs {} no more",
                   leaving.size() == 1 ? "" : "s", fmt::join(leaving, ", "),
                   leaving.size() == 1 ? "is" : "are", leaving.size() == 1 ? "it" : "them")});
}

void describe_held(Plan& plan, const ChangeTold& told) {
  for (const auto& name : told.members.held)
    plan.notes.push_back(
        fmt::format("{} is held out: it runs on as it is configured now, and is restarted when "
                    "`held` is taken away",
                    name));
  const Topology now = topology_of(told.spec);
  if (!told.members.controllers_move(topology_of(told.applied), now)) return;
  for (const auto& node : now.nodes)
    if (node.held)
      plan.notes.push_back(fmt::format(
          "{} is held out: it is told where the controllers are, without a restart", node.name));
}

void describe_disruptions(Plan& plan, const ChangeTold& told) {
  describe_held(plan, told);
  if (!told.members.others_rolled()) return;
  describe_rolling(plan, told.spec);
  if (told.spec.version != told.applied.version)
    plan.notes.push_back(
        fmt::format("the last step raises the metadata version to {}: from then on there is no "
                    "way back to {}",
                    told.spec.version, told.applied.version));
  if (!told.members.replaced.empty())
    plan.notes.emplace_back(
        "from the first machine that is replaced on, this cannot be cancelled; a machine takes its "
        "disk along: its replicas are copied from the other "
        "brokers before the next one goes, and are one fewer until then");
  const Topology now = topology_of(told.spec);
  if (std::ranges::any_of(told.members.replaced,
                          [&](const std::string& name) { return now.node(name).controller; }))
    plan.notes.emplace_back(
        "while the machine of a controller is replaced, the loss of another one would take the "
        "majority, and the cluster with it: choose a quiet time");
}

void describe_pruning(Plan& plan, const ChangeTold& told) {
  const auto& topics = told.topics.undeclared;
  if (!told.spec.prune || topics.empty()) return;
  plan.dangers.push_back(
      {DangerKind::kData,
       fmt::format(
           "{} deleted with all their records, since the spec does not declare them: {}",
           topics.size() == 1 ? "one topic is" : fmt::format("{} topics are", topics.size()),
           list_for_people(topics, 10))});
}

}  // namespace

void describe_change(Plan& plan, const ChangeTold& told) {
  const auto parts = parts_of(told);
  plan.summary = plan.steps.empty() ? fmt::format("Nothing of {} needs to change", told.spec.name)
                 : parts.empty()
                     ? fmt::format("Note the new spec of {}, and prove it", told.spec.name)
                     : fmt::format("Update {}: {}", told.spec.name, fmt::join(parts, ", "));
  if (plan.steps.empty()) return;
  describe_machines(plan, told);
  describe_rest(plan, told);
  describe_addresses(plan, told);
  describe_listeners(plan, told);
  describe_disruptions(plan, told);
  describe_leaving(plan, told);
  describe_pruning(plan, told);
}

void describe_resize(Plan& plan, const Spec& spec, const NodePart& node, const std::string& from,
                     const Catalog& catalog) {
  plan.changes.push_back({ChangeAction::kUpdate, "machine",
                          fmt::format("{}-{}", spec.name, node.name),
                          fmt::format("{} → {}, address and data stay", from, node.size),
                          catalog.monthly_usd_of(from), catalog.monthly_usd_of(node.size)});
}

}  // namespace ashlar::kafka
