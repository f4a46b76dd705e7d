// A sentinel forgets machines that are gone: what it never does by itself.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {
namespace {

constexpr int kMostResets = 3;  // that count as progress

/// A sentinel that was reset finds replicas by the master's INFO. Is none connected then, it can
/// promote nobody for as long as that lasts. Why to wait; empty: there is one.
std::string nobody_to_find(const ClusterView& view, const std::string& group) {
  const auto members = view.members_of(group);
  if (members.size() < 2) return {};
  const bool connected = std::ranges::any_of(members, [](const NodeView* node) {
    return node->active() && text_of(node->info, "master_link_status") == "up";
  });
  return connected ? std::string()
                   : fmt::format("no replica of {} is connected to its master", group);
}

/// Whom of those at work the sentinel has yet to find again; empty: it knows them all. Those that
/// do not work are for others to mend.
std::string yet_to_find(const ClusterView& view, const NodeView& sentinel) {
  const std::string& name = sentinel.part.name;
  for (const auto& group : view.groups) {
    const auto found = sentinel.watched.find(group.name);
    if (found == sentinel.watched.end()) return fmt::format("{} to watch {}", name, group.name);
    const SentinelView& seen = found->second;
    if (seen.failing_over || seen.master_down || !seen.has_quorum)
      return fmt::format("{} to be calm about {}", name, group.name);
    const auto lacks = [&](const NodeView* node, const std::vector<std::string>& known) {
      const auto has = [&](const std::vector<std::string>& list) {
        return std::ranges::find(list, node->address()) != list.end();
      };
      return node->active() && (!has(known) || has(seen.unreached));
    };
    for (const NodeView* node : view.members_of(group.name))
      if (node->part.name != group.master && lacks(node, seen.replicas))
        return fmt::format("{} to find {} again", name, node->part.name);
    for (const NodeView* other : view.sentinels())
      if (other != &sentinel && lacks(other, seen.sentinels))
        return fmt::format("{} to find {} again", name, other->part.name);
  }
  return {};
}

}  // namespace

StepOutcome forget(Work& work) {
  const ClusterView view = observe_cluster(work.observer());
  const NodeView* sentinel = view.find_node(work.part().name);
  if (!sentinel->active()) return Wait{Millis{1'000}, sentinel->error};
  const auto current = view.addresses();
  std::vector<Command> resets;
  for (const auto& [group, watched] : sentinel->watched)
    if (watched.stale(current) || watched.remembers_hidden())
      resets.push_back({"SENTINEL", "RESET", group});

  if (resets.empty()) {
    // The next sentinel may forget only when this one knows all its peers again.
    const std::string missing = yet_to_find(view, *sentinel);
    return missing.empty() ? StepOutcome{Done{}} : Wait{Millis{500}, missing};
  }
  for (const NodeView* other : view.sentinels())
    for (const auto& [group, watched] : other->watched)
      if (watched.failing_over || !watched.has_quorum || watched.master_down)
        return Wait{Millis{1'000}, fmt::format("{} must be calm and {} have its quorum first",
                                               group, other->part.name)};
  for (const auto& reset : resets)
    if (const auto why = nobody_to_find(view, reset.back()); !why.empty())
      return Wait{Millis{1'000}, why};
  machine::Batch batch;
  batch.operations.push_back(
      redis_operation(work.speaker(sentinel->part, *sentinel->machine), resets, false, true));
  work.run(*sentinel->machine, batch, kAskTimeout).or_throw(sentinel->machine->name);
  // Who is remembered at once again is still alive: that is for a person to see, not to be reset
  // for ever.
  const Json& data = work.context.step.state_data;
  const int times = 1 + (data.is_object() ? data.value("resets", 0) : 0);
  work.keep("resets", times);
  const bool progress = times <= kMostResets;
  return Wait{progress ? Millis{500} : Millis{30'000},
              progress ? "rediscovers its peers"
                       : fmt::format("{} remembers who left again after {} resets; a machine that "
                                     "left must still be at work",
                                     sentinel->part.name, times),
              progress};
}

}  // namespace ashlar::redis
