// Nobody may depend on a node that is about to be away.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/steps/presence.hpp"

namespace ashlar::redis {
namespace {

/// The group's other nodes. What ails the node itself is no reason not to restart it.
ClusterView others_of(const ClusterView& view, const NodePart& part) {
  ClusterView others;
  others.spec = view.spec;
  for (const auto& node : view.nodes)
    if (node.part.group == part.group && node.part.name != part.name) others.nodes.push_back(node);
  std::ranges::copy_if(view.groups, std::back_inserter(others.groups),
                       [&](const GroupView& group) { return group.name == part.group; });
  return others;
}

/// Why a replica must not be away now; empty when the rest of its group is whole.
std::string unrest(const ClusterView& view, const NodePart& part) {
  for (const NodeView* sentinel : view.sentinels()) {
    const auto watched = sentinel->watched.find(part.group);
    if (!sentinel->active() || watched == sentinel->watched.end()) continue;
    if (watched->second.failing_over || watched->second.master_down)
      return fmt::format("{} to see a master of {} again", sentinel->part.name, part.group);
  }
  return in_brief(faults_of(others_of(view, part)));
}

class MakingWay {
 public:
  MakingWay(Work& work, const NodePart& part, const std::string& key)
      : work_(work), part_(part), key_(key) {}

  std::optional<StepOutcome> run() {
    if (!part_.holds_data()) return wait_for(needed_sentinel(work_, part_));
    if (!work_.spec.sentinel) return save();
    const auto leader = master_by_sentinels(work_, part_.group);
    if (!leader)
      return wait_for(fmt::format("most of the sentinels to name a master of {}", part_.group));
    if (leader->node == part_.name) return hand_over();
    return wait_for(unrest(observe_cluster(work_.observer()), part_));
  }

 private:
  static std::optional<StepOutcome> wait_for(const std::string& why) {
    if (why.empty()) return std::nullopt;
    return Wait{Millis{500}, why};
  }

  /// There is nobody to hand it to.
  std::optional<StepOutcome> save() {
    StepOutcome saved = save_and_stop(work_);
    if (std::holds_alternative<Done>(saved)) return std::nullopt;
    return saved;
  }

  /// It was a replica when the plan was made, and has been promoted since.
  StepOutcome hand_over() {
    const std::string kept_as = key_ + "-heir";
    std::string heir = work_.kept().value(kept_as, std::string());
    if (heir.empty()) {
      heir = find_heir();
      if (heir.empty())
        return Wait{Millis{1'000}, fmt::format("a replica that can lead {} while {} restarts",
                                               part_.group, part_.name)};
      work_.keep(kept_as, heir);
      return Wait{kSoon, fmt::format("{} to lead while {} restarts", heir, part_.name), true};
    }
    const StepOutcome handed = redis::hand_over(work_, part_.group, heir, key_ + "-switchover");
    if (!std::holds_alternative<Done>(handed)) return handed;
    return Wait{kSoon, fmt::format("the sentinels to name {}", heir), true};
  }

  std::string find_heir() const {
    const ClusterView view =
        observe_members(work_.observer(), work_.topology.group(part_.group).members());
    for (const auto& node : view.nodes)
      if (node.part.name != part_.name && node.active() && !node.is_master() &&
          text_of(node.info, "master_link_status") == "up")
        return node.part.name;
    return {};
  }

  Work& work_;
  const NodePart& part_;
  const std::string& key_;
};

}  // namespace

std::optional<StepOutcome> make_way(Work& work, const NodePart& part, const std::string& key) {
  return MakingWay(work, part, key).run();
}

}  // namespace ashlar::redis
