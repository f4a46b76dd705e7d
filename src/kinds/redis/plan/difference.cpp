#include "kinds/redis/plan/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ashlar::redis {
namespace {

/// The number at the end of `name` behind `mark`; 0 when there is none.
int number_behind(const std::string& name, std::string_view mark) {
  const auto at = name.rfind(mark);
  int number = 0;
  if (at == std::string::npos) return number;
  const char* begin = name.data() + at + mark.size();
  const auto [end, fault] = std::from_chars(begin, name.data() + name.size(), number);
  return fault == std::errc() && end == name.data() + name.size() ? number : 0;
}

/// Fields that only another cluster can have.
void refuse_what_cannot_change(const Spec& spec, const Json& applied) {
  const Json wanted = to_json(spec);
  for (const char* field : {"region", "vpcUUID", "type"}) {
    if (applied.at(field) == wanted.at(field)) continue;
    throw Error(ErrorCode::kConflict,
                fmt::format("{} of Redis cluster {} cannot change from {} to {}", field, spec.name,
                            dump(applied.at(field)), dump(wanted.at(field))),
                "deploy a cluster with that under another name, and move the data");
  }
}

class Finder {
 public:
  Finder(const Spec& spec, const Topology& topology, const ObservedFacts& facts,
         const Catalog& catalog, const Licence& licence)
      : spec_(spec), topology_(topology), facts_(facts), catalog_(catalog), licence_(licence) {}

  Difference run() {
    if (facts_.applied.is_object()) refuse_what_cannot_change(spec_, facts_.applied);
    compare_groups();
    for (const auto& node : topology_.nodes) judge(node);
    for (const auto& node : topology_.nodes) {
      if (must_be_resized(node)) difference_.resized.push_back(node);
      if (must_change_version(node)) difference_.reversioned.push_back(node);
    }
    find_leavers();
    find_settings();
    find_drift();
    compare_spec();
    find_restored();
    return std::move(difference_);
  }

 private:
  void judge(const NodePart& node) {
    const NodeFacts facts = facts_.of(node.name);
    if (licence_.new_machines && !facts.missing && cannot_become_declared(node, facts))
      difference_.unfitting.insert(node.name);
    if (needs_machine(facts)) {
      if (licence_.new_machines) difference_.newcomers.push_back({node, node.name});
    } else if (needs_another_machine(node, facts)) {
      if (licence_.new_machines)
        difference_.newcomers.push_back({node, next_record(node.name, facts_)});
    } else if (!facts.working) {
      // Where nobody lets Ashlar work, a repair could only fail.
      if (!is_closed(node)) difference_.repairs.push_back(node);
    } else if (node.holds_data() && !facts.group.empty() && facts.group != node.group) {
      difference_.movers.push_back(node);
    }
  }

  bool has_other_image() const {
    return facts_.applied.is_object() && facts_.applied.value("image", spec_.image) != spec_.image;
  }

  /// A machine that is made or repaired gets the declared version in any case.
  bool must_change_version(const NodePart& node) const {
    const NodeFacts facts = facts_.of(node.name);
    if (!licence_.versions || spec_.package_version.empty() || !facts.working ||
        difference_.newcomer_for(node.name) != nullptr)
      return false;
    if (!facts.package_version.empty()) return facts.package_version != spec_.package_version;
    return facts_.applied.is_object() &&
           spec_from_json(facts_.applied).package_version != spec_.package_version;
  }

  static bool has_other_size(const NodePart& node, const NodeFacts& facts) {
    return !facts.size.empty() && facts.size != node.size;
  }

  /// Providers refuse a size whose disk is smaller than the machine's.
  bool disk_fits(const NodePart& node, const NodeFacts& facts) const {
    const Size* wanted = catalog_.find_size(node.size);
    const Size* present = catalog_.find_size(facts.size);
    const long long disk =
        facts.disk_bytes == 0 && present != nullptr ? present->disk_bytes : facts.disk_bytes;
    return wanted == nullptr || wanted->disk_bytes >= disk;
  }

  bool can_be_resized(const NodePart& node, const NodeFacts& facts) const {
    return licence_.resize_in_place && !has_other_image() && disk_fits(node, facts);
  }

  /// What does not answer is waited for first, since it may be at work.
  bool must_be_resized(const NodePart& node) const {
    const NodeFacts facts = facts_.of(node.name);
    return licence_.new_machines && difference_.newcomer_for(node.name) == nullptr &&
           has_other_size(node, facts) && can_be_resized(node, facts) &&
           (facts.reachable || facts.working || facts.off);
  }

  bool cannot_become_declared(const NodePart& node, const NodeFacts& facts) const {
    if (!licence_.replace_differing) return false;
    return has_other_image() || (has_other_size(node, facts) && !can_be_resized(node, facts));
  }

  /// It answers, and is not to be trusted, or does not trust Ashlar: it may well work.
  bool is_closed(const NodePart& node) const {
    return facts_.drifted("host-key", node.name) || facts_.drifted("ssh-access", node.name);
  }

  static bool needs_machine(const NodeFacts& facts) { return facts.missing; }

  bool needs_another_machine(const NodePart& node, const NodeFacts& facts) const {
    // What is merely off is switched on.
    if (!facts.reachable && !facts.working)
      return licence_.replace_unreachable && !facts.off && !is_closed(node);
    return cannot_become_declared(node, facts);
  }

  void find_leavers() {
    const auto leave = [&](const std::string& record, const NodeFacts& facts) {
      if (licence_.destroy && !(facts.missing && facts.machine.empty()))
        difference_.leavers.push_back({record, facts});
    };
    for (const auto& [name, facts] : facts_.nodes)
      if (topology_.find_node(name) == nullptr) leave(name, facts);
    for (const auto& [record, facts] : facts_.leftovers) leave(record, facts);
  }

  void compare_groups() {
    std::set<std::string> known;
    for (const auto& [name, facts] : facts_.nodes)
      if (!facts.group.empty()) known.insert(facts.group);
    // An observation that does not tell groups tells nothing about them.
    if (known.empty()) return;
    for (const auto& group : topology_.groups)
      if (!known.contains(group.name)) difference_.new_groups.insert(group.name);
    for (const auto& name : known)
      if (topology_.find_group(name) == nullptr) difference_.gone_groups.insert(name);
  }

  void find_settings() {
    for (const auto& node : topology_.nodes) {
      const NodeFacts facts = facts_.of(node.name);
      if (!node.holds_data() || !facts.working || !facts.settings.is_object()) continue;
      const Settings wanted = settings_of(spec_, topology_.group(node.group));
      if (facts.settings != to_json(wanted)) difference_.settings[node.name] = wanted;
    }
  }

  void find_drift() {
    difference_.firewall = facts_.drifted("firewall", "");
    for (const auto& node : topology_.nodes) {
      if (facts_.drifted("wrong-master", node.name) || facts_.drifted("foreign-master", node.name))
        difference_.strayed_groups.insert(node.group);
      if (node.holds_data()) continue;
      if (facts_.drifted("unknown-replica", node.name)) difference_.rememberers.insert(node.name);
      if (facts_.drifted("sentinels-disagree", node.name) ||
          facts_.drifted("configuration", node.name))
        difference_.watchers.insert(node.name);
    }
  }

  /// Who gets another machine, or is repaired, has everything set with that.
  void find_restored() {
    for (const auto& node : topology_.nodes)
      if (facts_.of(node.name).working && difference_.newcomer_for(node.name) == nullptr &&
          (was_changed_by_hand(facts_, node) || (node.holds_data() && reset_data_nodes_)))
        difference_.restored.push_back(node);
  }

  void compare_spec() {
    const Json wanted = to_json(spec_);
    difference_.restated = facts_.applied != wanted;
    if (!facts_.applied.is_object()) return;
    difference_.firewall =
        difference_.firewall || facts_.applied.at("clientRanges") != wanted.at("clientRanges");
    const Spec applied = spec_from_json(facts_.applied);
    reset_data_nodes_ = applied.client_rights != spec_.client_rights ||
                        restart_seconds(applied) != restart_seconds(spec_);
    difference_.renamed = spec_.tls && applied.domain != spec_.domain;
    const bool all_sentinels = quorum_of(applied) != quorum_of(spec_) ||
                               applied.down_after_milliseconds != spec_.down_after_milliseconds ||
                               !difference_.new_groups.empty() || !difference_.gone_groups.empty();
    for (const auto& node : topology_.nodes)
      if (all_sentinels && !node.holds_data()) difference_.watchers.insert(node.name);
  }

  const Spec& spec_;
  const Topology& topology_;
  const ObservedFacts& facts_;
  const Catalog& catalog_;
  const Licence& licence_;
  bool reset_data_nodes_ = false;  // what is set on them is declared otherwise now
  Difference difference_;
};

}  // namespace

const Newcomer* Difference::newcomer_for(const std::string& node) const {
  for (const auto& newcomer : newcomers)
    if (newcomer.part.name == node) return &newcomer;
  return nullptr;
}

bool Difference::is_resized(const std::string& node) const {
  return std::ranges::find(resized, node, &NodePart::name) != resized.end();
}

bool Difference::is_reversioned(const std::string& node) const {
  return std::ranges::find(reversioned, node, &NodePart::name) != reversioned.end();
}

bool Difference::changes_in_place(const std::string& node) const {
  return is_resized(node) || is_reversioned(node);
}

bool Difference::nothing() const {
  return !restated && touches_nothing();
}

bool Difference::only_restated() const {
  return restated && touches_nothing();
}

bool Difference::touches_nothing() const {
  return newcomers.empty() && resized.empty() && reversioned.empty() && repairs.empty() &&
         leavers.empty() && movers.empty() && settings.empty() && restored.empty() &&
         strayed_groups.empty() && watchers.empty() && rememberers.empty() && !firewall && !renamed;
}

Difference difference_of(const Spec& spec, const Topology& topology, const ObservedFacts& facts,
                         const Catalog& catalog, const Licence& licence) {
  return Finder(spec, topology, facts, catalog, licence).run();
}

bool was_changed_by_hand(const ObservedFacts& facts, const NodePart& node) {
  static constexpr const char* kSet[] = {"managed-file", "unit", "kernel-parameter", "access",
                                         "directive"};
  return facts.of(node.name).working && std::ranges::any_of(kSet, [&](const char* what) {
           return facts.drifted(what, node.name);
         });
}

std::string next_record(const std::string& node, const ObservedFacts& facts) {
  int highest = 1;
  const auto see = [&](const std::string& record, const NodeFacts& seen) {
    if (base_of(record) != node) return;
    highest = std::max({highest, number_behind(record, "~"), number_behind(seen.machine, "-v")});
  };
  for (const auto& [name, seen] : facts.nodes) see(name, seen);
  for (const auto& [record, seen] : facts.leftovers) see(record, seen);
  return fmt::format("{}~{}", node, highest + 1);
}

}  // namespace ashlar::redis
