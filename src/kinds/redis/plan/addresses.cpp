#include "kinds/redis/plan/addresses.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "kinds/redis/spec/host_names.hpp"

namespace ashlar::redis {
namespace {

bool is_sentinel(const AddressChange& change, const ChangeView& view) {
  const NodePart* part = view.topology.find_node(change.node);
  return part != nullptr ? !part->holds_data() : view.facts.of(change.node).role == "sentinel";
}

std::string used_by(bool sentinel, const Spec& spec) {
  if (sentinel) return "clients, to find the master; the other sentinels";
  if (spec.sentinel) return "sentinels and replicas; clients learn it from the sentinels";
  return "clients";
}

AddressChange change_of(AddressFate fate, const std::string& node, const NodeFacts& before,
                        bool sentinel, const Spec& spec) {
  const int port = sentinel ? kSentinelPort : kRedisPort;
  return {fate, node,
          before.address.empty() ? std::string() : fmt::format("{}:{}", before.address, port),
          used_by(sentinel, spec)};
}

std::vector<AddressChange> changes_of(const ChangeView& view) {
  std::vector<AddressChange> changes;
  for (const auto& newcomer : view.difference.newcomers) {
    const NodeFacts before = view.facts.of(newcomer.part.name);
    const bool had_one = newcomer.replaces() || !before.address.empty();
    changes.push_back(change_of(had_one ? AddressFate::kMoves : AddressFate::kComes,
                                newcomer.part.name, before, !newcomer.part.holds_data(),
                                view.spec));
  }
  // A machine that an earlier change left behind is no node of its own.
  for (const auto& leaver : view.difference.leavers)
    if (view.facts.nodes.contains(leaver.record))
      changes.push_back(change_of(AddressFate::kGoes, leaver.record, leaver.facts,
                                  leaver.is_sentinel(), view.spec));
  return changes;
}

/// The sentinels that clients may still ask at their former addresses until these are destroyed.
std::vector<std::string> leading_on(const ChangeView& view) {
  std::vector<std::string> nodes;
  for (const auto& newcomer : view.difference.newcomers)
    if (newcomer.replaces() && !newcomer.part.holds_data() &&
        !view.facts.of(newcomer.part.name).missing)
      nodes.push_back(newcomer.part.name);
  return nodes;
}

RequiredAction what_clients_do(const ChangeView& view, const std::vector<std::string>& gone) {
  const std::string& name = view.spec.name;
  RequiredAction action{fmt::format("clients of {}", name), {}, "as soon as the change is done"};
  if (!view.spec.domain.empty())
    action.what = fmt::format(
        "resolve the names of {} anew: `ashlar credentials {} --hosts` and `--zone` print them "
        "afterwards",
        fmt::join(gone, ", "), name);
  else
    action.what = fmt::format(
        "replace the {} of {}: `ashlar credentials {} --connect` prints the new {} afterwards",
        view.spec.sentinel ? "addresses" : "address", fmt::join(gone, ", "), name,
        view.spec.sentinel ? "list" : "one");
  if (const auto nodes = leading_on(view); !nodes.empty())
    action.until = fmt::format(
        "before the old machines are destroyed, which is the last step; until then those of {} "
        "lead to the new ones",
        fmt::join(nodes, ", "));
  return action;
}

}  // namespace

void describe_addresses(Plan& plan, const ChangeView& view) {
  plan.address_changes = changes_of(view);
  std::vector<std::string> gone;
  for (const auto& change : plan.address_changes)
    if (change.fate != AddressFate::kComes && (is_sentinel(change, view) || !view.spec.sentinel))
      gone.push_back(change.node);
  if (!gone.empty()) plan.required_actions.push_back(what_clients_do(view, gone));
}

}  // namespace ashlar::redis
