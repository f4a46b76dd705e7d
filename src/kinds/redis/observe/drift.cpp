#include "kinds/redis/observe/drift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ashlar::redis {
namespace {

long long number_in(const std::map<std::string, std::string>& settings, const char* name) {
  long long value = 0;
  const auto found = settings.find(name);
  if (found != settings.end())
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  return value;
}

std::string text_in(const std::map<std::string, std::string>& settings, const char* name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

class Comparison {
 public:
  Comparison(const ClusterView& view, const Json& limits, Time now)
      : view_(view), limits_(limits), now_(now), topology_(topology_of(view.spec)) {}

  std::vector<Drift> run() {
    for (const auto& node : view_.nodes) {
      if (view_.spec.stopped) {
        cluster::add_stopped_drift(drift_, node.part.name, node);
        continue;
      }
      compare_machine(node);
      cluster::add_deviations(drift_, node.part.name, node);
      if (!node.active()) continue;
      if (node.part.holds_data())
        compare_data_node(node);
      else
        compare_sentinel(node);
      cluster::add_certificate_drift(drift_, node.part.name, node, view_.spec.certificate_days,
                                     now_);
      compare_version(node);
    }
    for (const auto& node : view_.surplus) cluster::add_surplus(drift_, node.part.name, node);
    return std::move(drift_);
  }

 private:
  void say(std::string node, std::string what, std::string declared, std::string found, Heal heals,
           std::string message) {
    drift_.push_back({std::move(node), std::move(what), std::move(declared), std::move(found),
                      heals, std::move(message)});
  }

  void compare_machine(const NodeView& node) {
    const bool refused = node.state == "error" && node.reachable && node.refuses &&
                         !node.untrusted && !node.shut_out;
    if (refused) return say_refused(node);
    cluster::add_machine_drift(drift_, node.part.name, node, node.part.size);
  }

  /// It is started anew with its users. Where that would lose data, somebody has to let Ashlar in.
  void say_refused(const NodeView& node) {
    const bool loses = node.part.holds_data() && !view_.spec.sentinel &&
                       view_.spec.persistence == Persistence::kNone;
    say(node.part.name, "access-refused", "Ashlar's user", "refused",
        loses ? Heal::kNone : Heal::kSafe,
        fmt::format("{} runs and does not let Ashlar's user in; {}", node.part.name,
                    loses ? "started anew it would lose its data, which is in memory only: give it "
                            "its users back as somebody who may (ACL LOAD)"
                          : "it is started anew with its users"));
  }

  void compare_data_node(const NodeView& node) {
    const auto group = std::ranges::find(view_.groups, node.part.group, &GroupView::name);
    const NodeView* master = group == view_.groups.end() ? nullptr : view_.find_node(group->master);
    if (master != nullptr && &node != master) compare_leader(node, *master);
    compare_settings(node);
  }

  void compare_leader(const NodeView& node, const NodeView& master) {
    const std::string found = node.is_master() ? "itself" : text_of(node.info, "master_host");
    if (found == master.address()) return;
    const bool foreign = !node.is_master() && !belongs(found);
    say(node.part.name, foreign ? "foreign-master" : "wrong-master", master.part.name, found,
        node.is_master() ? Heal::kNone : Heal::kSafe,
        foreign ? fmt::format("{} follows {}, which is none of this cluster's machines; it is told "
                              "to follow {}",
                              node.part.name, found, master.part.name)
                : fmt::format("{} follows {}, not {}", node.part.name, found, master.part.name));
  }

  bool belongs(const std::string& address) const {
    return view_.find_address(address) != nullptr ||
           std::ranges::any_of(view_.surplus,
                               [&](const NodeView& node) { return node.address() == address; });
  }

  void compare_settings(const NodeView& node) {
    const auto found = settings_found(node);
    if (!found) return;
    Settings wanted = settings_of(view_.spec, topology_.group(node.part.group));
    const bool limit_known = limits_.is_object() && limits_.contains(node.part.group);
    wanted.max_memory_bytes =
        limit_known ? limits_[node.part.group].get<long long>() : found->max_memory_bytes;
    if (*found == wanted) return;
    say(node.part.name, "configuration", dump(to_json(wanted)), dump(to_json(*found)), Heal::kSafe,
        fmt::format("the settings of {} were changed by hand; they are set again", node.part.name));
  }

  void compare_sentinel(const NodeView& node) {
    for (const auto& group : view_.groups) {
      const auto found = node.watched.find(group.name);
      const std::string& name = node.part.name;
      if (found == node.watched.end()) {
        say(name, "sentinels-disagree", group.name, "not watched", Heal::kSafe,
            fmt::format("{} does not watch {}; it is told to", name, group.name));
        continue;
      }
      const SentinelView& watched = found->second;
      const NodeView* master = view_.find_node(group.master);
      if (master != nullptr && watched.master_address != master->address())
        say(name, "sentinels-disagree", group.master, watched.master_address, Heal::kNone,
            fmt::format("{} names {} as master of {}, the others {}", name, watched.master_address,
                        group.name, group.master));
      compare_memory(node, group, watched);
      if (watched.quorum_needed != quorum_of(view_.spec) ||
          watched.down_after_milliseconds != view_.spec.down_after_milliseconds)
        say(name, "configuration",
            fmt::format("quorum {}, down after {} ms", quorum_of(view_.spec),
                        view_.spec.down_after_milliseconds),
            fmt::format("quorum {}, down after {} ms", watched.quorum_needed,
                        watched.down_after_milliseconds),
            Heal::kSafe,
            fmt::format("the settings of {} for {} were changed by hand; they are set again", name,
                        group.name));
    }
  }

  /// Those that the spec does not know, and that no unfinished change has yet to take away.
  void compare_memory(const NodeView& node, const GroupView& group, const SentinelView& watched) {
    if (watched.remembers_hidden())
      say(node.part.name, "unknown-replica", "", "", Heal::kSafe,
          fmt::format("{} remembers replicas of {} that left; it is made to forget", node.part.name,
                      group.name));
    for (const auto* known : {&watched.replicas, &watched.sentinels})
      for (const auto& address : *known)
        if (!belongs(address))
          say(node.part.name, "unknown-replica", "", address, Heal::kSafe,
              fmt::format("{} remembers {} in {}, which is gone; it is made to forget",
                          node.part.name, address, group.name));
  }

  /// Whoever installed another version by hand had a reason that nobody here knows, and going back
  /// restarts masters: a person decides.
  void compare_version(const NodeView& node) {
    const std::string& declared = view_.spec.package_version;
    if (declared.empty() || node.package_version.empty() || node.package_version == declared)
      return;
    say(node.part.name, "package-version", declared, node.package_version, Heal::kNone,
        fmt::format("{} has {}, not {}; an update installs it", node.part.name,
                    node.package_version, declared));
  }

  const ClusterView& view_;
  const Json& limits_;
  const Time now_;
  const Topology topology_;
  std::vector<Drift> drift_;
};

}  // namespace

std::optional<Settings> settings_found(const NodeView& node) {
  if (!node.active() || !node.part.holds_data() || node.settings.empty()) return std::nullopt;
  const bool aof = text_in(node.settings, "appendonly") == "yes";
  const bool rdb = !text_in(node.settings, "save").empty();
  return Settings{number_in(node.settings, "maxmemory"), text_in(node.settings, "maxmemory-policy"),
                  aof   ? "aof"
                  : rdb ? "rdb"
                        : "none",
                  static_cast<int>(number_in(node.settings, "min-replicas-to-write"))};
}

std::vector<Drift> drift_of(const ClusterView& view, const Json& limits, Time now) {
  return Comparison(view, limits, now).run();
}

}  // namespace ashlar::redis
