#include "kinds/redis/change.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/advice.hpp"
#include "kinds/redis/change_texts.hpp"
#include "kinds/redis/plan.hpp"
#include "kinds/redis/versions_plan.hpp"

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
        difference_(difference_of(spec, topology_, facts, licence)) {
    plan_.kind = "redis";
    plan_.resource_name = spec.name;
    plan_.action = action;
  }

  Plan run() {
    describe_change(plan_, {spec_, topology_, facts_, difference_, catalog_});
    if (difference_.nothing()) return std::move(plan_);
    check_change({spec_, topology_, facts_, difference_, catalog_});
    make_machines();
    if (needs_credentials()) add(planned::credentials(spec_), {});
    install_all();
    versions_.fetch({});
    shrink_limits();
    resize_in_place();
    for (const auto& group : topology_.groups) bring_in(group);
    change_replicas();
    for (const auto& group : topology_.groups) hand_over(group);
    for (const auto& group : topology_.groups) change_master(group);
    change_sentinels();
    adjust();
    check_groups();
    forget_leavers();
    prove();
    retire();
    return std::move(plan_);
  }

 private:
  // The plan so far.

  const std::string& add(PlannedStep step, Keys after) {
    step.after = std::move(after);
    plan_.steps.push_back(std::move(step));
    return plan_.steps.back().key;
  }

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
    if (const auto found = facts_.masters.find(group.name); found != facts_.masters.end())
      return found->second;
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
    return versions_.leader_after(group, now);
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
    return !difference_.newcomers.empty() || !difference_.repairs.empty() ||
           !difference_.resized.empty();
  }

  void install_all() {
    for (const auto& newcomer : difference_.newcomers)
      add(planned::install(newcomer.record, newcomer.part.holds_data()),
          {fleet::ready_key(newcomer.record)});
    for (const auto& node : difference_.repairs)
      add(planned::install(node.name, node.holds_data()), switch_on(node));
  }

  Keys switch_on(const NodePart& node) {
    if (!facts_.of(node.name).off) return {};
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
      if (shrinks(node)) add(planned::settings(node, topology_.node(node).group, wanted), {});
  }

  Keys shrunk(const Group& group) const {
    Keys keys;
    for (const auto& member : group.members())
      if (shrinks(member)) keys.push_back("redis.settings/" + member);
    return keys;
  }

  /// Stopped with all its data on disk, since switching off is what makes a machine resizable.
  void resize_in_place() {
    for (const auto& node : difference_.resized) {
      const Group& group = topology_.group(node.group);
      const std::string saved = add(planned::save(node.name, group.name), shrunk(group));
      Keys after = fleet::plan_resize(plan_, fleet_request(spec_, {node.name}),
                                      {{node.name, facts_.of(node.name).size}}, {saved});
      after.emplace_back(kCredentialsKey);
      const std::string started = add(planned::configure(node.name, group, {}), std::move(after));
      if (spec_.tls) add(planned::tls(node.name), {started});
      after_hand_over_.push_back(started);
    }
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
    for (const auto& node : difference_.repairs)
      if (node.group == group.name) present.push_back(start(node.name, group, leader, fresh));
    for (const auto& node : difference_.movers)
      if (node.group == group.name) movers_after_[node.name] = present;
    in_place_[group.name] = std::move(present);
  }

  /// The last key of the node's own steps.
  std::string start(const std::string& record, const Group& group, const std::string& leader,
                    bool fresh) {
    const bool leads = record == leader;
    Keys after{install_key(record), kCredentialsKey};
    std::ranges::move(shrunk(group), std::back_inserter(after));
    if (!leads)
      for (auto& key : if_planned({fleet::ready_key(leader)})) after.push_back(std::move(key));
    PlannedStep configured = planned::configure(record, group, leads ? std::string() : leader);
    if (difference_.newcomer_for(base_of(record)) == nullptr) configured.args["repair"] = true;
    if (!fresh && spec_.sentinel) configured.args["joins"] = true;
    std::string last = add(std::move(configured), std::move(after));
    if (spec_.tls) add(planned::tls(record), {last});
    if (leads) return last;
    Keys before{last};
    // A fresh group's master starts at the same time.
    if (fresh)
      for (auto& key : if_planned({configure_key(leader)})) before.push_back(std::move(key));
    return add(planned::synced(record, group.name), std::move(before));
  }

  /// In place, before anybody hands over: who takes over then runs the new version already. One at
  /// a time over all groups, so that a version that does not work stops at the first node.
  void change_replicas() {
    Keys leaders;
    Keys present = after_hand_over_;
    for (const auto& group : topology_.groups) {
      leaders.push_back(leader_now(group));
      present.insert(present.end(), in_place_[group.name].begin(), in_place_[group.name].end());
    }
    if (difference_.reversioned.empty()) return;
    replicas_changed_ = versions_.replicas(leaders, std::move(present));
  }

  /// One group after the other.
  void change_master(const Group& group) {
    const std::string leader = leader_now(group);
    if (difference_.reversioned.empty() || leaves(leader)) return;
    after_hand_over_ = versions_.master(group, leader, std::move(after_hand_over_));
  }

  /// One after the other: replaced replicas, replicas that leave, and the master last.
  void hand_over(const Group& group) {
    Keys chain = in_place_[group.name];
    chain.insert(chain.end(), replicas_changed_.begin(), replicas_changed_.end());
    const std::string leader = leader_now(group);
    for (const auto& newcomer : difference_.newcomers)
      if (newcomer.part.group == group.name && newcomer.replaces() && newcomer.part.name != leader)
        chain = take_over(newcomer, group.name, std::move(chain));
    for (const auto& leaver : difference_.leavers)
      if (leaver.facts.group == group.name && leaver.record != leader)
        chain = take_out(leaver, std::move(chain));
    chain = hand_over_master(group, leader, std::move(chain));
    after_hand_over_.insert(after_hand_over_.end(), chain.begin(), chain.end());
  }

  Keys hand_over_master(const Group& group, const std::string& leader, Keys chain) {
    if (const Newcomer* heir = difference_.newcomer_for(leader); heir && heir->replaces()) {
      chain = {add(planned::switchover(group.name, leader, heir->record), std::move(chain))};
      return take_over(*heir, group.name, std::move(chain));
    }
    const auto leaver = std::ranges::find(difference_.leavers, leader, &Leaver::record);
    if (leaver == difference_.leavers.end()) return chain;
    chain = {add(planned::switchover(group.name, leader, group.master), std::move(chain))};
    return take_out(*leaver, std::move(chain));
  }

  Keys take_over(const Newcomer& newcomer, const std::string& group, Keys after) {
    const std::string& node = newcomer.part.name;
    // One that did not answer may do so again by then; one that never will is switched off.
    const bool is_there = !facts_.of(node).missing;
    Keys chain{add(planned::adopt(node, newcomer.record), std::move(after))};
    retiring_.push_back(newcomer.record);
    if (is_there)
      chain = {
          add(planned::leave(newcomer.record, fmt::format("Take the old machine of {} out", node),
                             newcomer.part.role, group),
              std::move(chain))};
    return chain;
  }

  Keys take_out(const Leaver& leaver, Keys after) {
    retiring_.push_back(leaver.record);
    if (leaver.facts.missing) return after;
    return {add(planned::leave(leaver.record, fmt::format("Take {} out", leaver.record),
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
  void change_sentinels() {
    Keys chain = after_hand_over_;
    for (const auto& newcomer : difference_.newcomers) {
      if (newcomer.part.holds_data()) continue;
      const std::string& node = newcomer.part.name;
      if (newcomer.replaces()) {
        // Only once it is installed: from then on the node's record is the new machine's.
        chain.push_back(install_key(newcomer.record));
        chain = take_over(newcomer, {}, std::move(chain));
      }
      chain = start_sentinel(node, install_key(newcomer.record), std::move(chain));
    }
    for (const auto& node : difference_.repairs)
      if (!node.holds_data())
        chain = start_sentinel(node.name, install_key(node.name), std::move(chain));
    for (const auto& leaver : difference_.leavers)
      if (leaver.is_sentinel()) chain = take_out(leaver, std::move(chain));
    after_sentinels_ = versions_.sentinels(std::move(chain));
  }

  Keys start_sentinel(const std::string& node, const std::string& installed, Keys after) {
    after.push_back(installed);
    after.emplace_back(kCredentialsKey);
    const std::string started =
        add(planned::sentinel(node, masters_in_the_end(), quorum_of(spec_)), std::move(after));
    if (spec_.tls) add(planned::tls(node), {started});
    return {add(planned::agreed(node), {started})};
  }

  // The rest.

  void adjust() {
    Keys watching;
    for (const auto& sentinel : difference_.watchers)
      if (!difference_.newcomer_for(sentinel))
        watching.push_back(add(planned::watch(sentinel, masters_in_the_end(), quorum_of(spec_),
                                              spec_.down_after_milliseconds),
                               after_sentinels_));
    leave_gone_groups(watching);
    for (const auto& node : difference_.movers) move(node, watching);
    for (const auto& [node, wanted] : difference_.settings)
      if (!shrinks(node) && !difference_.newcomer_for(node))
        add(planned::settings(node, topology_.node(node).group, wanted), after_hand_over_);
    after_adjusting_ = watching.empty() ? after_sentinels_ : std::move(watching);
  }

  /// Only when no sentinel watches it any more: one that does would put its master back to work.
  void leave_gone_groups(const Keys& watching) {
    for (const auto& leaver : difference_.leavers) {
      if (leaver.is_sentinel() || topology_.find_group(leaver.facts.group) != nullptr) continue;
      for (auto& key : take_out(leaver, watching)) after_sentinels_.push_back(std::move(key));
    }
  }

  void move(const NodePart& node, const Keys& watching) {
    Keys after = watching;
    std::ranges::copy(movers_after_[node.name], std::back_inserter(after));
    const Group& group = topology_.group(node.group);
    const std::string moved =
        add(planned::follow(node.name, group.name, leader_in_the_end(group)), std::move(after));
    after_sentinels_.push_back(add(planned::synced(node.name, group.name), {moved}));
  }

  bool touches(const Group& group) const {
    const auto members = group.members();
    return difference_.strayed_groups.contains(group.name) || !in_place_.at(group.name).empty() ||
           std::ranges::any_of(
               members, [&](const std::string& name) { return movers_after_.contains(name); });
  }

  void check_groups() {
    for (const auto& group : topology_.groups)
      if (touches(group)) checks_.push_back(add(planned::replication(group), after_sentinels_));
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
    chain.insert(chain.end(), after_sentinels_.begin(), after_sentinels_.end());
    chain.insert(chain.end(), checks_.begin(), checks_.end());
    std::ranges::sort(chain);
    chain.erase(std::ranges::unique(chain).begin(), chain.end());
    for (const auto& node : topology_.nodes) {
      if (node.holds_data() || difference_.newcomer_for(node.name)) continue;
      if (!someone_left() && !difference_.rememberers.contains(node.name)) continue;
      chain = {add(planned::forget(node.name), std::move(chain))};
    }
    after_forgetting_ = std::move(chain);
  }

  void prove() {
    Keys after = after_forgetting_;
    for (const auto& step : plan_.steps)
      if (step.type == "redis.settings" || step.type == "redis.tls" ||
          step.type == "fleet.firewall")
        after.push_back(step.key);
    add(planned::prove(spec_), std::move(after));
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
  VersionsPlan versions_{plan_, spec_, topology_, facts_, difference_};
  Keys replicas_changed_;
  std::map<std::string, Keys> in_place_;      // by group: everyone new is there
  std::map<std::string, Keys> movers_after_;  // by node
  Keys after_hand_over_;
  Keys after_sentinels_;
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
