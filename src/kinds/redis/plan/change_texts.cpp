#include "kinds/redis/plan/change_texts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "kinds/fleet/names.hpp"
#include "kinds/redis/plan/addresses.hpp"
#include "kinds/redis/plan/dangers.hpp"
#include "kinds/redis/plan/rolling_plan.hpp"
#include "kinds/redis/spec/advice.hpp"
#include "model/spec_difference.hpp"

namespace ashlar::redis {
namespace {

constexpr double kFull = 0.9;  // of a limit: data that grows a little must still fit

std::string counted(size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string mebibytes(long long bytes) {
  return fmt::format("{} MiB", bytes / (1024 * 1024));
}

class Describer {
 public:
  Describer(Plan& plan, const ChangeView& view) : plan_(plan), view_(view) {}

  void run() {
    plan_.summary = summary();
    if (view_.difference.nothing()) return;
    list_machines();
    list_kept();
    describe_rolling(plan_, view_.spec, view_.topology, view_.facts, difference(), view_.catalog);
    list_settings();
    list_disruptions();
    tell_narrowed_clients();
    plan_.dangers = dangers_of(view_.spec, view_.facts, difference());
    describe_addresses(plan_, view_);
    for (auto& note : advice(view_.spec, view_.topology, view_.catalog))
      plan_.notes.push_back(std::move(note));
    note_nothing_touched();
    note_unreachable();
  }

 private:
  const Difference& difference() const { return view_.difference; }

  std::string machine(const std::string& record) const {
    return fleet::machine_name(view_.spec.name, record);
  }

  std::string summary() const {
    const std::string& name = view_.spec.name;
    size_t added = 0;
    size_t restored = 0;
    size_t replaced = 0;
    for (const auto& newcomer : difference().newcomers) {
      const bool known = view_.facts.nodes.contains(newcomer.part.name);
      ++(newcomer.replaces() ? replaced : known ? restored : added);
    }
    std::vector<std::string> parts;
    if (added) parts.push_back(counted(added, "node to add", "nodes to add"));
    if (restored)
      parts.push_back(counted(restored, "lost node to restore", "lost nodes to restore"));
    if (replaced) parts.push_back(counted(replaced, "machine to replace", "machines to replace"));
    if (const size_t count = difference().resized.size())
      parts.push_back(counted(count, "machine to resize", "machines to resize"));
    if (const size_t count = difference().reversioned.size())
      parts.push_back(fmt::format("{} to Redis {}", counted(count, "node", "nodes"),
                                  view_.spec.package_version));
    if (const size_t count = difference().repairs.size())
      parts.push_back(counted(count, "node to repair", "nodes to repair"));
    if (const size_t count = difference().leavers.size())
      parts.push_back(counted(count, "node to remove", "nodes to remove"));
    if (const size_t count = difference().movers.size())
      parts.push_back(counted(count, "node to move", "nodes to move"));
    if (const size_t count = difference().restored.size())
      parts.push_back(counted(count, "node to set again", "nodes to set again"));
    if (difference().renamed) parts.emplace_back("certificates for other names");
    if (parts.empty() && !difference().nothing()) parts.emplace_back("settings");
    if (parts.empty()) return fmt::format("Keep Redis cluster {} as it is", name);
    return fmt::format("{} Redis cluster {}: {}", verb(), name, fmt::join(parts, ", "));
  }

  std::string verb() const {
    std::string verb = plan_.action;
    if (!verb.empty() && verb[0] >= 'a') verb[0] = static_cast<char>(verb[0] - 'a' + 'A');
    return verb;
  }

  void list_machines() {
    for (const auto& newcomer : difference().newcomers) {
      const NodeFacts before = view_.facts.of(newcomer.part.name);
      const double paid = newcomer.replaces() ? view_.catalog.monthly_usd_of(before.size) : 0;
      plan_.changes.push_back(
          {newcomer.replaces() ? ChangeAction::kReplace : ChangeAction::kCreate, "machine",
           machine(newcomer.record),
           newcomer.replaces() && !before.size.empty()
               ? fmt::format("{} → {} in {}, for {}", before.size, newcomer.part.size,
                             view_.spec.region, before.machine)
               : fmt::format("{} in {}", newcomer.part.size, view_.spec.region),
           paid, view_.catalog.monthly_usd_of(newcomer.part.size)});
    }
    for (const auto& leaver : difference().leavers)
      plan_.changes.push_back(
          {ChangeAction::kDestroy, "machine",
           leaver.facts.machine.empty() ? machine(leaver.record) : leaver.facts.machine,
           leaver.facts.size, view_.catalog.monthly_usd_of(leaver.facts.size), 0});
  }

  /// Machines that stay are part of the price before and after.
  void list_kept() {
    double monthly_usd = 0;
    size_t kept = 0;
    for (const auto& node : view_.topology.nodes) {
      const NodeFacts facts = view_.facts.of(node.name);
      if (facts.missing || difference().newcomer_for(node.name) ||
          difference().is_resized(node.name))
        continue;
      monthly_usd += view_.catalog.monthly_usd_of(facts.size.empty() ? node.size : facts.size);
      ++kept;
    }
    if (kept > 0)
      plan_.changes.push_back({ChangeAction::kUpdate, "cluster", view_.spec.name,
                               counted(kept, "machine kept", "machines kept"), monthly_usd,
                               monthly_usd});
  }

  void list_settings() {
    if (!view_.facts.applied.is_object()) return;
    for (const auto& change : spec_difference(view_.facts.applied, to_json(view_.spec)))
      if (!change.path.starts_with("desiredState"))
        plan_.changes.push_back(
            {ChangeAction::kUpdate, "setting", change.path, before_and_after(change), 0, 0});
  }

  void list_disruptions() {
    for (const auto& group : view_.topology.groups) {
      const std::string leader = leader_of(view_.facts, group);
      const Newcomer* heir = difference().newcomer_for(leader);
      const bool leaves = std::ranges::find(difference().leavers, leader, &Leaver::record) !=
                          difference().leavers.end();
      if (leaves || (heir && heir->replaces())) plan_.disruptions.push_back(writes_pause(group));
      if (!view_.spec.sentinel && !view_.facts.of(group.master).working)
        plan_.disruptions.push_back(
            fmt::format("{} answers nobody until it runs again", view_.spec.name));
    }
    for (const auto& node : difference().movers)
      plan_.disruptions.push_back(fmt::format(
          "{} drops the data of its former group and copies that of {}", node.name, node.group));
  }

  void tell_narrowed_clients() {
    if (!view_.facts.applied.is_object()) return;
    const auto before = spec_from_json(view_.facts.applied).client_rights;
    const auto& after = view_.spec.client_rights;
    if (std::ranges::includes(after, before) || after.contains(ClientRight::kAdministration))
      return;
    const bool administered = before.contains(ClientRight::kAdministration);
    plan_.required_actions.push_back(
        {fmt::format("clients of {}", view_.spec.name),
         fmt::format("do without {}",
                     administered && after.contains(ClientRight::kFlush)
                         ? "the commands of administration (CONFIG, ACL, SHUTDOWN)"
                     : administered ? "the commands of administration (CONFIG, ACL, SHUTDOWN) "
                                      "and FLUSHALL, FLUSHDB"
                                    : "FLUSHALL, FLUSHDB and SWAPDB"),
         fmt::format("before this is applied; clientRights: [{}] keeps them",
                     administered ? "administration" : "flush")});
  }

  /// Fields such as `heal`: they count once the operation is accepted, and the proof records them.
  void note_nothing_touched() {
    if (difference().only_restated())
      plan_.notes.emplace_back("no machine is changed: the cluster is only proved again");
  }

  void note_unreachable() {
    for (const auto& node : difference().repairs)
      if (!view_.facts.of(node.name).reachable)
        plan_.notes.push_back(
            fmt::format("the machine of {} exists but cannot be reached; it is waited for, not "
                        "replaced, since it may hold data",
                        node.name));
  }

  Plan& plan_;
  const ChangeView& view_;
};

void refuse_lost_group(const ChangeView& view, const Group& group) {
  const auto members = group.members();
  const auto present = [&](const std::string& name) { return !view.facts.of(name).missing; };
  const bool leaver_holds = std::ranges::any_of(view.difference.leavers, [&](const Leaver& leaver) {
    return leaver.facts.group == group.name && !leaver.facts.missing;
  });
  if (std::ranges::any_of(members, present) || leaver_holds) {
    if (view.facts.leader_of(group.name) || view.facts.of(group.master).working || leaver_holds)
      return;
    // An empty machine in the master's place would empty those that still hold the data.
    if (view.difference.newcomer_for(group.master))
      throw Error(ErrorCode::kConflict,
                  fmt::format("nobody leads group {} of Redis cluster {} at the moment", group.name,
                              view.spec.name),
                  "wait for the sentinels to agree on a master, then try again");
    return;
  }
  if (!view.facts.sentinels_at_work) return;
  throw Error(ErrorCode::kConflict,
              fmt::format("every data node of group {} of Redis cluster {} is gone, and its data "
                          "with them",
                          group.name, view.spec.name),
              "delete the cluster and deploy it again");
}

/// What a group's nodes hold must fit the smallest machine that it will have.
void refuse_what_does_not_fit(const ChangeView& view, const Group& group) {
  for (const auto& name : group.members()) {
    const NodeFacts facts = view.facts.of(name);
    const long long limit =
        facts.settings.is_object() ? facts.settings.value("maxMemoryBytes", 0LL) : 0;
    if (limit <= group.max_memory_bytes) continue;
    if (static_cast<double>(facts.used_memory_bytes) <=
        kFull * static_cast<double>(group.max_memory_bytes))
      continue;
    throw Error(ErrorCode::kConflict,
                fmt::format("the data of group {} does not fit: {} holds {}, and the wanted sizes "
                            "leave {} to Redis",
                            group.name, name, mebibytes(facts.used_memory_bytes),
                            mebibytes(group.max_memory_bytes)),
                "choose larger sizes, or delete data first");
  }
}

/// A node that is alone has nobody to hand its data to without sentinels that tell the clients.
/// What does not answer just now is judged as well: accepted, its size could never come true.
void refuse_replacing_single(const ChangeView& view) {
  if (view.spec.sentinel) return;
  if (view.difference.unfitting.empty() &&
      std::ranges::none_of(view.difference.newcomers, &Newcomer::replaces))
    return;
  throw Error(ErrorCode::kConflict,
              fmt::format("{} is a single node: replacing its machine would change the address "
                          "that its clients know, and stop it meanwhile",
                          view.spec.name),
              "keep the image and choose a size whose disk is no smaller, or deploy a cluster "
              "of type sentinel and move the data");
}

/// A node that is only started where it is declared now is still watched where it was: sentinels of
/// both groups would tell it whom to follow, and each time it would drop its data for the other's.
void refuse_moving_what_is_down(const ChangeView& view) {
  for (const NodePart& node : view.difference.repairs) {
    const NodeFacts facts = view.facts.of(node.name);
    if (!node.holds_data() || facts.group.empty() || facts.group == node.group) continue;
    throw Error(ErrorCode::kConflict,
                fmt::format("cannot move {} from {} to {}: it does not answer", node.name,
                            facts.group, node.group),
                "heal the cluster first, or wait until it answers; then apply the spec again");
  }
}

/// Before every restart the group is looked at, and a node that is on its way to another group
/// belongs to neither.
void refuse_moving_and_restarting(const ChangeView& view) {
  const Difference& difference = view.difference;
  if (difference.movers.empty() || (difference.reversioned.empty() && difference.resized.empty()))
    return;
  throw Error(ErrorCode::kConflict,
              fmt::format("{} of {} changes, and so does the group of {}",
                          difference.reversioned.empty() ? "the size of nodes" : "packageVersion",
                          view.spec.name, difference.movers.front().name),
              "change one after the other");
}

}  // namespace

void describe_change(Plan& plan, const ChangeView& view) {
  Describer(plan, view).run();
}

void check_change(const ChangeView& view) {
  refuse_replacing_single(view);
  refuse_moving_what_is_down(view);
  refuse_moving_and_restarting(view);
  for (const auto& group : view.topology.groups) {
    if (view.difference.new_groups.contains(group.name)) continue;
    refuse_lost_group(view, group);
    refuse_what_does_not_fit(view, group);
  }
}

}  // namespace ashlar::redis
