#include "kinds/redis/plan/change.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/plan/change_texts.hpp"
#include "kinds/redis/plan/plan.hpp"
#include "kinds/redis/plan/repairs_plan.hpp"
#include "kinds/redis/plan/rolling_plan.hpp"
#include "kinds/redis/spec/advice.hpp"

namespace ashlar::redis {
namespace {

class Change {
 public:
  Change(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
         const Licence& licence, const std::string& action)
      : spec_(spec),
        facts_(facts),
        catalog_(catalog),
        topology_(topology_of(spec, &catalog)),
        difference_(difference_of(spec, topology_, facts, catalog, licence)) {
    plan_.kind = "redis";
    plan_.resource_name = spec.name;
    plan_.action = action;
  }

  Plan run() {
    describe_change(plan_, {spec_, topology_, facts_, difference_, catalog_});
    if (difference_.nothing()) return std::move(plan_);
    check_change({spec_, topology_, facts_, difference_, catalog_});
    make_machines();
    if (needs_credentials()) add(plan_, planned::credentials(spec_), {});
    install_all();
    restore();
    rolling_.fetch({});
    shrink_limits();
    repairs_.sentinels();
    for (const auto& group : topology_.groups) bring_in(group);
    change_replicas();
    for (const auto& group : topology_.groups) hand_over(group);
    for (const auto& group : topology_.groups) change_master(group);
    change_sentinels();
    adjust();
    check_groups();
    forget_leavers();
    rename();
    prove();
    retire();
    return std::move(plan_);
  }

 private:
  // The plan so far.

  bool planned(const std::string& key) const {
    return std::ranges::find(plan_.steps, key, &PlannedStep::key) != plan_.steps.end();
  }

  Keys if_planned(Keys keys) const {
    std::erase_if(keys, [&](const std::string& key) { return !planned(key); });
    return keys;
  }

  // Who leads a group, now and in the end; by record, as long as nobody has taken over.

  std::string leader_now(const Group& group) const {
    if (difference_.new_groups.contains(group.name)) return group.master;
    if (auto leader = facts_.leader_of(group.name)) return *std::move(leader);
    for (const auto& leaver : difference_.leavers)
      if (leaver.facts.leads && leaver.facts.group == group.name) return leaver.record;
    return group.master;
  }

  bool leaves(const std::string& record) const {
    return std::ranges::find(difference_.leavers, record, &Leaver::record) !=
           difference_.leavers.end();
  }

  /// Who shall lead when everything is over: the present master, or the machine that follows it;
  /// when it leaves, the declared master, which is a replica until then.
  std::string leader_in_the_end(const Group& group) const {
    const std::string now = leader_now(group);
    if (leaves(now) || topology_.find_node(now) == nullptr) return group.master;
    return rolling_.leader_after(group, now);
  }

  // New machines.

  void make_machines() {
    fleet::Request request = fleet_request(spec_);
    request.nodes.clear();
    for (const auto& newcomer : difference_.newcomers)
      request.nodes.push_back(
          {newcomer.record, std::string(to_string(newcomer.part.role)), newcomer.part.size});
    const std::vector<ashlar::Change> described = std::exchange(plan_.changes, {});
    if (!request.nodes.empty())
      fleet::plan_create(plan_, request, catalog_);
    else if (difference_.firewall)
      fleet::plan_firewall(plan_, request);
    plan_.changes = described;
    for (auto& step : plan_.steps) step.phase = phase::kMachines;
  }

  bool needs_credentials() const {
    return !difference_.newcomers.empty() || !difference_.repairs.empty() || difference_.renamed;
  }

  void restore() {
    for (const auto& node : difference_.restored)
      aside_.push_back(add(plan_, planned::restore(node.name), {}));
  }

  void install_all() {
    for (const auto& newcomer : difference_.newcomers)
      add(plan_, planned::install(newcomer.record, newcomer.part.holds_data()),
          {fleet::ready_key(newcomer.record)});
    repairs_.install([this](const NodePart& node) { return switch_on(node); });
  }

  Keys switch_on(const NodePart& node) {
    const NodeFacts facts = facts_.of(node.name);
    if (!facts.off) return {};
    if (difference_.is_resized(node.name))
      return fleet::plan_resize(plan_, fleet_request(spec_, {node.name}), {{node.name, facts.size}},
                                {});
    return fleet::plan_power(plan_, fleet_request(spec_, {node.name}), true, {});
  }

  // Limits.

  bool shrinks(const std::string& node) const {
    const auto found = difference_.settings.find(node);
    return found != difference_.settings.end() &&
           found->second.max_memory_bytes < facts_.of(node).settings.value("maxMemoryBytes", 0LL);
  }

  /// Before any smaller machine joins: a replica must be able to hold what its master may hold.
  void shrink_limits() {
    for (const auto& [node, wanted] : difference_.settings)
      if (shrinks(node))
        aside_.push_back(
            add(plan_, planned::settings(node, topology_.node(node).group, wanted), {}));
  }

  Keys shrunk(const Group& group) const {
    Keys keys;
    for (const auto& member : group.members())
      if (shrinks(member)) keys.push_back("redis.settings/" + member);
    return keys;
  }

  // Data nodes.

  /// Starts the group's newcomers and broken nodes as replicas of its master, and moves to it who
  /// comes from another group.
  void bring_in(const Group& group) {
    const std::string leader = leader_now(group);
    const bool fresh = difference_.new_groups.contains(group.name);
    Keys present;
    for (const auto& newcomer : difference_.newcomers)
      if (newcomer.part.group == group.name)
        present.push_back(start(newcomer.record, group, leader, fresh));
    Keys before = shrunk(group);
    extend(before, if_planned({fleet::ready_key(leader)}));
    repairs_.data_nodes(group, before);
    in_place_[group.name] = std::move(present);
    for (const auto& node : difference_.movers)
      if (node.group == group.name) movers_after_[node.name] = everyone_in(group);
  }

  /// Who takes over from whom, restarts one by one, or drops its data for another's is safe only
  /// when the whole group works; so this waits for what is repaired, too.
  Keys everyone_in(const Group& group) {
    Keys keys = in_place_[group.name];
    extend(keys, repairs_.of(group));
    extend(keys, restored_in(group));
    return keys;
  }

  Keys restored_in(const Group& group) const {
    Keys keys;
    for (const auto& node : difference_.restored)
      if (node.group == group.name) keys.push_back(restore_key(node.name));
    return keys;
  }

  /// The last key of the node's own steps.
  std::string start(const std::string& record, const Group& group, const std::string& leader,
                    bool fresh) {
    const bool leads = record == leader;
    Keys after{install_key(record), kCredentialsKey};
    extend(after, shrunk(group));
    if (!leads) extend(after, if_planned({fleet::ready_key(leader)}));
    PlannedStep configured = planned::configure(record, group, leads ? std::string() : leader);
    if (!fresh && spec_.sentinel) configured.args["joins"] = true;
    std::string last = add(plan_, std::move(configured), std::move(after));
    if (spec_.tls) aside_.push_back(add(plan_, planned::tls(record), {last}));
    if (leads) return last;
    Keys before{last};
    // A fresh group's master starts at the same time.
    if (fresh) extend(before, if_planned({configure_key(leader)}));
    return add(plan_, planned::synced(record, group.name), std::move(before));
  }

  /// In place, before anybody hands over: who takes over then runs the new version already. One at
  /// a time over all groups, so that a version that does not work stops at the first node.
  void change_replicas() {
    Keys leaders;
    Keys present = after_hand_over_;
    for (const auto& group : topology_.groups) {
      leaders.push_back(leader_now(group));
      extend(present, everyone_in(group));
      extend(present, shrunk(group));
    }
    if (!difference_.resized.empty() || !difference_.reversioned.empty())
      replicas_changed_ = rolling_.replicas(leaders, std::move(present));
  }

  /// One group after the other.
  void change_master(const Group& group) {
    const std::string leader = leader_now(group);
    if (leaves(leader)) return;
    after_hand_over_ = rolling_.master(group, leader, std::move(after_hand_over_));
  }

  /// One after the other: replaced replicas, replicas that leave, and the master last.
  void hand_over(const Group& group) {
    Keys chain = everyone_in(group);
    extend(chain, replicas_changed_);
    const size_t steps_before = plan_.steps.size();
    const std::string leader = leader_now(group);
    for (const auto& newcomer : difference_.newcomers)
      if (newcomer.part.group == group.name && newcomer.replaces() && newcomer.part.name != leader)
        chain = take_over(newcomer, group.name, std::move(chain));
    for (const auto& leaver : difference_.leavers)
      if (leaver.facts.group == group.name && leaver.record != leader)
        chain = take_out(leaver, std::move(chain));
    chain = hand_over_master(group, leader, std::move(chain));
    if (plan_.steps.size() == steps_before) {
      // Nobody hands over, so nobody waits for what is repaired, or replaces what is missing.
      extend(arrived_, in_place_[group.name]);
      chain = replicas_changed_;
    }
    extend(after_hand_over_, chain);
  }

  Keys hand_over_master(const Group& group, const std::string& leader, Keys chain) {
    if (const Newcomer* heir = difference_.newcomer_for(leader); heir && heir->replaces()) {
      chain = {add(plan_, planned::switchover(group.name, leader, heir->record), std::move(chain))};
      return take_over(*heir, group.name, std::move(chain));
    }
    const auto leaver = std::ranges::find(difference_.leavers, leader, &Leaver::record);
    if (leaver == difference_.leavers.end()) return chain;
    chain = {add(plan_, planned::switchover(group.name, leader, group.master), std::move(chain))};
    return take_out(*leaver, std::move(chain));
  }

  Keys take_over(const Newcomer& newcomer, const std::string& group, Keys after) {
    const std::string& node = newcomer.part.name;
    // One that did not answer may do so again by then; one that never will is switched off.
    const bool is_there = !facts_.of(node).missing;
    Keys chain{add(plan_, planned::adopt(node, newcomer.record), std::move(after))};
    retiring_.push_back(newcomer.record);
    if (!is_there) return chain;
    PlannedStep leave =
        planned::leave(newcomer.record, fmt::format("Take the old machine of {} out", node),
                       newcomer.part.role, group);
    if (!newcomer.part.holds_data()) leave.args["successor"] = node;
    return {add(plan_, std::move(leave), std::move(chain))};
  }

  Keys take_out(const Leaver& leaver, Keys after) {
    retiring_.push_back(leaver.record);
    if (leaver.facts.missing) return after;
    return {add(plan_,
                planned::leave(leaver.record, fmt::format("Take {} out", leaver.record),
                               leaver.is_sentinel() ? Role::kSentinel : Role::kReplica,
                               leaver.is_sentinel() ? std::string() : leaver.facts.group),
                std::move(after))};
  }

  // Sentinels.

  Json masters_in_the_end() const {
    Json masters = Json::object();
    for (const auto& group : topology_.groups) masters[group.name] = leader_in_the_end(group);
    return masters;
  }

  /// One at a time, so that the others keep the quorum: who is added, who is replaced, who leaves.
  /// One that is added in vain keeps no other from being added, but nobody is taken away then.
  void change_sentinels() {
    Keys chain = after_hand_over_;
    Keys added;
    for (const auto& newcomer : difference_.newcomers)
      if (!newcomer.part.holds_data() && !newcomer.replaces()) {
        extend(added, arrived_);
        added = {start_sentinel(newcomer, chain, std::move(added))};
      }
    const size_t steps_before = plan_.steps.size();
    Keys everyone = chain;
    extend(everyone, arrived_);
    extend(everyone, added);
    extend(everyone, repairs_.of_sentinels());
    for (const auto& newcomer : difference_.newcomers) {
      if (newcomer.part.holds_data() || !newcomer.replaces()) continue;
      // Only once it is installed: from then on the node's record is the new machine's.
      everyone.push_back(install_key(newcomer.record));
      everyone = take_over(newcomer, {}, std::move(everyone));
      everyone = {start_sentinel(newcomer, everyone, {})};
    }
    for (const auto& leaver : difference_.leavers)
      if (leaver.is_sentinel()) everyone = take_out(leaver, std::move(everyone));
    everyone = rolling_.sentinels(std::move(everyone));
    after_sentinels_ = plan_.steps.size() == steps_before ? std::move(chain) : std::move(everyone);
    sentinels_mended_ = std::move(added);
    extend(sentinels_mended_, repairs_.of_sentinels());
  }

  std::string start_sentinel(const Newcomer& newcomer, Keys after, Keys after_ended) {
    const std::string& node = newcomer.part.name;
    after.push_back(install_key(newcomer.record));
    after.emplace_back(kCredentialsKey);
    const std::string started =
        add(plan_, planned::sentinel(node, masters_in_the_end(), quorum_of(spec_)),
            std::move(after), std::move(after_ended));
    if (spec_.tls) aside_.push_back(add(plan_, planned::tls(node), {started}));
    return add(plan_, planned::agreed(node), {started});
  }

  // The rest.

  void adjust() {
    Keys watching;
    for (const auto& sentinel : difference_.watchers)
      if (!difference_.newcomer_for(sentinel)) watching.push_back(watch(sentinel));
    leave_gone_groups(watching);
    for (const auto& node : difference_.movers) move(node, watching);
    for (const auto& [node, wanted] : difference_.settings)
      if (!shrinks(node) && !difference_.newcomer_for(node))
        aside_.push_back(add(plan_, planned::settings(node, topology_.node(node).group, wanted),
                             everyone_arrived()));
    after_adjusting_ = watching.empty() ? after_sentinels_ : std::move(watching);
  }

  Keys everyone_arrived() const {
    Keys keys = after_hand_over_;
    extend(keys, arrived_);
    return keys;
  }

  /// What a sentinel watches is its own affair, so only its own repair must have succeeded.
  std::string watch(const std::string& sentinel) {
    Keys after = after_sentinels_;
    extend(after, if_planned({configure_key(sentinel)}));
    return add(plan_,
               planned::watch(sentinel, masters_in_the_end(), quorum_of(spec_),
                              spec_.down_after_milliseconds),
               std::move(after), sentinels_mended_);
  }

  /// Only when no sentinel watches it any more: one that does would put its master back to work.
  void leave_gone_groups(Keys watching) {
    extend(watching, arrived_);
    for (const auto& leaver : difference_.leavers) {
      if (leaver.is_sentinel() || topology_.find_group(leaver.facts.group) != nullptr) continue;
      for (auto& key : take_out(leaver, watching)) after_sentinels_.push_back(std::move(key));
    }
  }

  void move(const NodePart& node, const Keys& watching) {
    Keys after = watching;
    extend(after, movers_after_[node.name]);
    const Group& group = topology_.group(node.group);
    const std::string moved = add(
        plan_, planned::follow(node.name, group.name, leader_in_the_end(group)), std::move(after));
    after_sentinels_.push_back(add(plan_, planned::synced(node.name, group.name), {moved}));
  }

  bool touches(const Group& group) const {
    const auto members = group.members();
    return difference_.strayed_groups.contains(group.name) || !in_place_.at(group.name).empty() ||
           !repairs_.of(group).empty() || !restored_in(group).empty() ||
           std::ranges::any_of(
               members, [&](const std::string& name) { return movers_after_.contains(name); });
  }

  void check_groups() {
    for (const auto& group : topology_.groups)
      if (touches(group)) checks_.push_back(check(group));
  }

  std::string check(const Group& group) {
    Keys after = after_sentinels_;
    extend(after, in_place_.at(group.name));
    extend(after, restored_in(group));
    return add(plan_, planned::replication(group), after, repaired_in(group));
  }

  /// Those that could not be repaired are left out when their group is looked at.
  Keys repaired_in(const Group& group) const {
    Keys keys = sentinels_mended_;
    extend(keys, repairs_.of(group));
    for (const auto& member : group.members())
      if (repairs_.has(member)) keys.push_back(configure_key(member));
    return keys;
  }

  bool someone_left() const {
    return !retiring_.empty() ||
           std::ranges::any_of(difference_.newcomers, [](const Newcomer& newcomer) {
             return newcomer.part.holds_data() || newcomer.replaces();
           });
  }

  /// A sentinel never forgets by itself. One at a time, so that the others keep the quorum.
  void forget_leavers() {
    Keys chain = after_adjusting_;
    extend(chain, after_sentinels_);
    extend(chain, checks_);
    for (const auto& node : topology_.nodes) {
      if (node.holds_data() || difference_.newcomer_for(node.name)) continue;
      if (!someone_left() && !difference_.rememberers.contains(node.name)) continue;
      chain = {add(plan_, planned::forget(node.name), std::move(chain), sentinels_mended_)};
    }
    after_forgetting_ = std::move(chain);
  }

  /// Who is made or repaired gets the certificate for its names with that.
  void rename() {
    if (!difference_.renamed) return;
    std::vector<NodePart> nodes = topology_.nodes;
    std::erase_if(nodes, [&](const NodePart& node) {
      return planned(configure_key(node.name)) || difference_.newcomer_for(node.name) != nullptr;
    });
    Keys after = after_forgetting_;
    after.emplace_back(kCredentialsKey);
    after_forgetting_ = add_certificates(plan_, spec_, nodes, after);
  }

  void prove() {
    Keys after = after_forgetting_;
    extend(after, sentinels_mended_);
    extend(after, arrived_);
    for (const auto& group : topology_.groups) extend(after, repairs_.of(group));
    // What nobody else waits for.
    Keys others = aside_;
    extend(others, repairs_.certificates());
    extend(others, {fleet::kFirewallKey, fleet::kCountKey});
    extend(after, planned_among(plan_, others));
    add(plan_, planned::prove(spec_), std::move(after));
  }

  /// From here on there is no way back.
  void retire() {
    if (retiring_.empty()) return;
    fleet::Request request = fleet_request(spec_);
    request.nodes.clear();
    for (const auto& record : retiring_) request.nodes.push_back({record, "", ""});
    const size_t first = plan_.steps.size();
    fleet::plan_retire(plan_, request, {kProveKey});
    for (size_t i = first; i < plan_.steps.size(); ++i) plan_.steps[i].phase = phase::kRetire;
  }

  const Spec& spec_;
  const ObservedFacts& facts_;
  const Catalog& catalog_;
  const Topology topology_;
  const Difference difference_;
  Plan plan_;
  RollingPlan rolling_{plan_, spec_, topology_, facts_, difference_};
  RepairsPlan repairs_{
      plan_, spec_, topology_, facts_, difference_.repairs, [this](const Group& group) {
        return leader_now(group);
      }};
  Keys aside_;  // what only the proof waits for
  Keys replicas_changed_;
  std::map<std::string, Keys> in_place_;      // by group: everyone new is there
  std::map<std::string, Keys> movers_after_;  // by node
  Keys arrived_;                              // everyone new in groups that do not hand over
  Keys after_hand_over_;
  Keys after_sentinels_;   // what is done to the others
  Keys sentinels_mended_;  // what is ended when nobody is added or repaired any more
  Keys after_adjusting_;
  Keys after_forgetting_;
  Keys checks_;
  std::vector<std::string> retiring_;
};

}  // namespace

Plan plan_change(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                 const Licence& licence, const std::string& action) {
  return Change(spec, facts, catalog, licence, action).run();
}

}  // namespace ashlar::redis
