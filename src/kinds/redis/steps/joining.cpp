// A machine joins a group, has its data, and takes a node's place.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {
namespace {

/// As far as a healthy replica is behind a busy master at any moment.
constexpr long long kMostBytesBehind = 1 << 20;

/// Whom the node follows, when it follows one of the cluster's machines.
std::optional<Machine> leader_of(const Work& work, const Info& replica) {
  const std::string address = text_of(replica, "master_host");
  for (const Machine& machine : work.context.machines.all())
    if (!address.empty() && address_of(machine) == address) return machine;
  return std::nullopt;
}

/// Nothing: the master may be what is mended next, and a repaired node that is connected to it has
/// done its part.
std::optional<Info> info_of_leader(const Work& work, const NodePart& part, const Machine& leader) {
  try {
    return work.info(part, leader);
  } catch (const Error&) {
    if (!work.args().value("repair", false)) throw;
    return std::nullopt;
  }
}

}  // namespace

std::vector<Machine> followers_of(const Work& work, const std::string& group,
                                  const Machine& leader) {
  std::vector<Machine> followers;
  for (const Machine& machine : work.context.machines.all()) {
    const bool other = machine.provider_id != leader.provider_id;
    if (machine.role == "sentinel" || !other || address_of(machine).empty()) continue;
    try {
      const Info info = work.info({machine.node, Role::kReplica, group, {}, {}}, machine);
      if (text_of(info, "master_host") == address_of(leader) &&
          text_of(info, "master_link_status") == "up")
        followers.push_back(machine);
    } catch (const Error&) {
      continue;  // it could not lead either
    }
  }
  return followers;
}

/// A machine that joined is about to be destroyed. It may have come to lead, by a failover that no
/// step of the plan knows of, and would take with it what was written since.
StepOutcome undo_join(Work& work) {
  const Json& args = work.args();
  const auto machine = work.find_machine(work.context.step.planned.node);
  if (!args.value("joins", false) || args.value("repair", false) || !machine) return Done{};
  const Json& data = work.context.step.state_data;
  if (data.is_object() && data.contains("heir"))
    return hand_over(work, args.at("group"), data["heir"], "back");
  if (named_as_master(work, address_of(*machine)).empty()) return Done{};
  const std::string group = args.at("group");
  const auto followers = followers_of(work, group, *machine);
  const auto heir = std::ranges::find_if(followers, [&](const Machine& follower) {
    return follower.created_at < work.context.operation.created_at;
  });
  if (heir == followers.end())
    return Wait{Millis{1'000},
                fmt::format("{} leads {}, and no machine from before has its data: undone, they "
                            "would be lost",
                            machine->node, group)};
  work.keep("heir", heir->node);
  return Wait{Millis{1}, fmt::format("{} to lead {} again", heir->node, group), true};
}

StepOutcome wait_until_synced(Work& work) {
  const NodePart part = work.part();
  const Info replica = work.info(part, work.machine_of(part.name));
  if (text_of(replica, "role") == "master") {
    // It may have been promoted meanwhile; or it came up alone, and has yet to be corrected.
    const auto named = master_by_sentinels(work, part.group);
    if (!named || named->node == part.name) return Done{};
    return Wait{Millis{500}, fmt::format("{} calls itself a master, but the sentinels name {}",
                                         part.name, named->node)};
  }
  const auto leader = leader_of(work, replica);
  if (!leader)
    return Wait{Millis{1'000}, fmt::format("{} follows {}, which is none of the cluster's machines",
                                           part.name, text_of(replica, "master_host"))};
  const long long left = number_of(replica, "master_sync_left_bytes");
  if (text_of(replica, "master_link_status") != "up") {
    const bool progress = left > 0 && left != work.context.step.state_data.value("bytesLeft", 0LL);
    if (progress) work.keep("bytesLeft", left);
    return Wait{progress ? Millis{1'000} : kSoon,
                left > 0
                    ? fmt::format("{} copies its master's data: {} bytes left", part.name, left)
                    : fmt::format("{} is not connected to its master yet", part.name),
                progress};
  }
  const auto master = info_of_leader(work, part, *leader);
  if (!master) return Done{{{"master", leader->node}}};
  const long long behind =
      number_of(*master, "master_repl_offset") - number_of(replica, "master_repl_offset");
  if (behind > kMostBytesBehind)
    return Wait{Millis{300}, fmt::format("{} is {} bytes behind its master", part.name, behind)};
  return Done{{{"master", leader->node}, {"behindBytes", std::max(0LL, behind)}}};
}

namespace {

/// In what a sentinel differs from the others that work; empty: in nothing.
std::string disagreement(const NodeView& sentinel, const SentinelView& watched,
                         const std::vector<const NodeView*>& others, const std::string& group) {
  for (const NodeView* other : others) {
    if (std::ranges::find(watched.unreached, other->address()) != watched.unreached.end())
      return fmt::format("{} does not reach {} yet", sentinel.part.name, other->part.name);
    const auto seen = other->watched.find(group);
    if (seen != other->watched.end() && seen->second.master_address != watched.master_address)
      return fmt::format("{} and {} name different masters of {}", sentinel.part.name,
                         other->part.name, group);
  }
  return {};
}

}  // namespace

StepOutcome wait_until_agreed(Work& work) {
  const std::string& key = work.context.step.planned.key;
  const size_t begin = key.find('/') + 1;
  const std::string joining = key.substr(begin, key.find('/', begin) - begin);
  const ClusterView view = observe_cluster(work.observer());
  // Sentinels join one at a time, so others may not have begun yet; and one that fails meanwhile is
  // for the proof to tell of.
  std::vector<const NodeView*> working = view.sentinels();
  std::erase_if(working, [](const NodeView* sentinel) { return !sentinel->active(); });
  for (const NodeView* sentinel : view.sentinels())
    if (sentinel->part.name == joining && !sentinel->active())
      return Wait{Millis{500}, sentinel->part.name + ": " + sentinel->error};
  for (const NodeView* sentinel : working) {
    for (const auto& group : view.groups) {
      const auto watched = sentinel->watched.find(group.name);
      // A group that is as new as the sentinel: the others are told of it when all sentinels are
      // there, and the proof looks at all of them.
      if (watched == sentinel->watched.end() && sentinel->part.name != joining) continue;
      if (watched == sentinel->watched.end())
        return Wait{Millis{500},
                    fmt::format("{} does not watch {} yet", sentinel->part.name, group.name)};
      const size_t others = working.size() - 1;
      if (watched->second.sentinels.size() < others)
        return Wait{Millis{500},
                    fmt::format("{} knows {} of {} other sentinels", sentinel->part.name,
                                watched->second.sentinels.size(), others)};
      if (!watched->second.has_quorum)
        return Wait{Millis{500},
                    fmt::format("{}: {}", sentinel->part.name, watched->second.quorum_message)};
      if (const auto fault = disagreement(*sentinel, watched->second, working, group.name);
          !fault.empty())
        return Wait{Millis{500}, fault};
    }
  }
  return Done{};
}

/// The exchange is its own inverse, so a repeated attempt must know whether it has happened: the
/// machine that shall take over is noted before.
StepOutcome adopt(Work& work) {
  const std::string& node = work.context.step.planned.node;
  const std::string successor = work.args().at("with");
  const Json& noted = work.context.step.state_data;
  std::string heir = noted.is_object() ? noted.value("heir", "") : "";
  if (heir.empty()) {
    heir = work.machine_of(successor).provider_id;
    work.keep("heir", heir);
  }
  if (work.machine_of(node).provider_id != heir) work.context.machines.exchange(node, successor);
  return Done{{{"heir", heir}}};
}

StepOutcome undo_adopt(Work& work) {
  const std::string& node = work.context.step.planned.node;
  const Json& noted = work.context.step.state_data;
  const std::string heir = noted.is_object() ? noted.value("heir", "") : "";
  const auto machine = work.context.machines.find_node(node);
  if (!heir.empty() && machine && machine->provider_id == heir)
    work.context.machines.exchange(node, work.args().at("with"));
  return Done{};
}

}  // namespace ashlar::redis
