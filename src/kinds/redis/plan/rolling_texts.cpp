// What a change in place means for people: its lines, what is disrupted, and what to know.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/plan/rolling_plan.hpp"
#include "machine/package_version.hpp"

namespace ashlar::redis {
namespace {

/// "7.0" of "5:7.0.15-1".
std::string_view series_of(std::string_view version) {
  const std::string_view upstream = machine::upstream_version(version);
  const auto first = upstream.find('.');
  return first == upstream.npos ? upstream : upstream.substr(0, upstream.find('.', first + 1));
}

void note_direction(Plan& plan, const std::string& before, const std::string& after) {
  if (before.empty()) return;
  const bool back = machine::compare_package_versions(after, before) < 0;
  if (series_of(before) != series_of(after))
    plan.notes.push_back(fmt::format(
        "Redis {} and {} may keep and replicate data in different forms{}; the change stops at the "
        "first node that does not follow again, and can be cancelled from there",
        series_of(before), series_of(after),
        back ? ", and the older one may not read the newer one's" : ""));
  else if (back)
    plan.notes.push_back(fmt::format("{} is older than {}, which runs now", after, before));
}

class RollingDescriber {
 public:
  RollingDescriber(Plan& plan, const Spec& spec, const Topology& topology,
                   const ObservedFacts& facts, const Difference& difference, const Catalog& catalog)
      : plan_(plan),
        spec_(spec),
        topology_(topology),
        facts_(facts),
        difference_(difference),
        catalog_(catalog) {}

  void run() {
    list_sizes();
    list_versions();
    if (difference_.resized.empty() && difference_.reversioned.empty()) return;
    if (!spec_.sentinel) return disrupt_single();
    disrupt_nodes();
    disrupt_groups();
  }

 private:
  void list_sizes() {
    for (const auto& node : difference_.resized) {
      const NodeFacts before = facts_.of(node.name);
      plan_.changes.push_back({ChangeAction::kUpdate, "machine", before.machine,
                               fmt::format("{} → {} in place", before.size, node.size),
                               catalog_.monthly_usd_of(before.size),
                               catalog_.monthly_usd_of(node.size)});
    }
  }

  void list_versions() {
    std::string before;
    for (const auto& node : difference_.reversioned) {
      const std::string now = version_now(facts_, node.name);
      if (!now.empty()) before = now;
      plan_.changes.push_back(
          {ChangeAction::kUpdate, "package", node.name,
           fmt::format("Redis {} → {} in place", now.empty() ? "of an unknown version" : now,
                       spec_.package_version),
           0, 0});
    }
    if (!difference_.reversioned.empty()) note_direction(plan_, before, spec_.package_version);
  }

  void disrupt_single() {
    if (!difference_.resized.empty())
      plan_.disruptions.push_back(
          fmt::format("{} answers nobody while its machine is switched off, resized and switched "
                      "on: a minute or two; address and data stay",
                      spec_.name));
    else
      plan_.disruptions.push_back(
          fmt::format("{} answers nobody while it is restarted: a few seconds, and longer with "
                      "much data; its data is saved before",
                      spec_.name));
  }

  void disrupt_nodes() {
    if (!difference_.resized.empty())
      plan_.disruptions.emplace_back(
          "each resized machine is off for a minute or two, one at a time; its address and data "
          "stay, and its connections end");
    if (!difference_.reversioned.empty())
      plan_.disruptions.emplace_back(
          "each node restarts once, one at a time, and its connections end with that");
  }

  void disrupt_groups() {
    for (const auto& group : topology_.groups) {
      if (difference_.changes_in_place(leader_of(facts_, group)))
        plan_.disruptions.push_back(writes_pause(group));
      const Keys members = group.members();
      const bool alone = std::ranges::any_of(
          members, [&](const std::string& name) { return difference_.is_resized(name); });
      if (alone && group.replicas.size() == 1)
        plan_.disruptions.push_back(
            fmt::format("{} has one replica: while either machine is off, nobody can take over "
                        "from the other one",
                        group.name));
    }
  }

  Plan& plan_;
  const Spec& spec_;
  const Topology& topology_;
  const ObservedFacts& facts_;
  const Difference& difference_;
  const Catalog& catalog_;
};

}  // namespace

void describe_rolling(Plan& plan, const Spec& spec, const Topology& topology,
                      const ObservedFacts& facts, const Difference& difference,
                      const Catalog& catalog) {
  RollingDescriber(plan, spec, topology, facts, difference, catalog).run();
}

}  // namespace ashlar::redis
