#include "kinds/kafka/plan/topics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "kinds/cluster/plan/parts.hpp"

namespace ashlar::kafka {

ConfigurationChange configuration_change(const Configuration& declared,
                                         const Configuration& found) {
  ConfigurationChange change;
  for (const auto& [name, value] : declared)
    if (const auto present = found.find(name); present == found.end() || present->second != value)
      change.set.emplace(name, value);
  for (const auto& [name, value] : found)
    if (!declared.contains(name) && !name.ends_with(".replication.throttled.replicas"))
      change.removed.push_back(name);
  return change;
}

TopicDifference topic_difference(const Spec& spec, const ObservedFacts& facts) {
  TopicDifference difference;
  std::set<std::string_view> declared;
  for (const auto& topic : spec.topics) {
    declared.insert(topic.name);
    const auto found = facts.topics.find(topic.name);
    if (found == facts.topics.end()) {
      difference.created.push_back(topic.name);
      continue;
    }
    const TopicFacts& present = found->second;
    if (topic.partitions > present.partitions) difference.grown.push_back(topic.name);
    if (topic.partitions < present.partitions) difference.shrunk.push_back(topic.name);
    if (topic.replication_factor != present.replication_factor)
      difference.replicated.push_back(topic.name);
    if (!configuration_change(topic.configuration, present.configuration).empty())
      difference.reconfigured.push_back(topic.name);
  }
  for (const auto& [name, unused] : facts.topics)
    if (!declared.contains(name)) difference.undeclared.push_back(name);
  return difference;
}

bool TopicDifference::nothing_to_do(bool prune) const {
  return created.empty() && grown.empty() && reconfigured.empty() && (!prune || undeclared.empty());
}

std::string title_of(const TopicDifference& difference, bool prune) {
  std::vector<std::string> parts;
  const auto say = [&](const char* verb, const std::vector<std::string>& names) {
    if (!names.empty())
      parts.push_back(fmt::format("{} {}", verb, cluster::count_of(names.size(), "topic")));
  };
  say("create", difference.created);
  say("enlarge", difference.grown);
  say("configure", difference.reconfigured);
  if (prune) say("delete", difference.undeclared);
  if (parts.empty()) return "Check the topics";
  std::string title = fmt::format("{}", fmt::join(parts, ", "));
  title.front() = static_cast<char>(title.front() - 'a' + 'A');
  return title;
}

}  // namespace ashlar::kafka
