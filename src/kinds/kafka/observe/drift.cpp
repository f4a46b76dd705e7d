#include "kinds/kafka/observe/drift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/field_reader.hpp"
#include "kinds/kafka/plan/topics.hpp"

namespace ashlar::kafka {
namespace {

using cluster::Drift;

/// describeConfigs -> describe_configs, as the admin program has the words.
std::string with_underscores(const std::string& word) {
  std::string text;
  for (const char c : word) {
    if (c >= 'A' && c <= 'Z') {
      text += '_';
      text += static_cast<char>(c - 'A' + 'a');
    } else {
      text += c;
    }
  }
  return text;
}

class Comparison {
 public:
  Comparison(const ClusterView& view, Time now) : view_(view), now_(now) {}

  std::vector<Drift> run() {
    for (const auto& node : view_.nodes) compare_node(node);
    for (const auto& node : view_.surplus) cluster::add_surplus(drift_, node.part.name, node);
    if (view_.service.answered && view_.applied && !view_.spec.stopped) {
      compare_topics();
      compare_users();
    }
    return std::move(drift_);
  }

 private:
  void compare_node(const NodeView& node) {
    const std::string& name = node.part.name;
    if (view_.spec.stopped) return cluster::add_stopped_drift(drift_, name, node);
    cluster::add_machine_drift(drift_, name, node, node.part.size);
    for (Drift& drift : drift_)
      if (drift.node == name && drift.what == "unreachable") judge_silence(drift, node);
    cluster::add_deviations(drift_, name, node);
    compare_certificate(node);
  }

  /// A machine is only replaced when the cluster does without it.
  static void judge_silence(Drift& drift, const NodeView& node) {
    if (node.missed().value_or(false)) return;
    drift.heals = cluster::Heal::kNone;
    drift.message += node.missed() ? "; Kafka goes on with it, so only Ashlar cannot reach it"
                                   : "; Kafka does not answer either, and what only this machine "
                                     "has would be lost with it: bring it back, or destroy it at "
                                     "the provider to give it up";
  }

  /// Renewals pass held nodes by: somebody has to let them go in time.
  void compare_certificate(const NodeView& node) {
    const std::string& name = node.part.name;
    const size_t before = drift_.size();
    cluster::add_certificate_drift(drift_, name, node, view_.spec.certificate_days, now_);
    if (drift_.size() == before || !node.part.held) return;
    Drift& told = drift_.back();
    told.heals = cluster::Heal::kNone;
    told.message = fmt::format(
        "{} is held out of changes, and its certificate {} on {}; let the node go, then it gets "
        "a new one",
        name, *node.certificate_expires_at > now_ ? "ends" : "ended", told.found.substr(0, 10));
  }

  void say(std::string what, std::string declared, std::string found, cluster::Heal heals,
           std::string message) {
    drift_.push_back(
        {"", std::move(what), std::move(declared), std::move(found), heals, std::move(message)});
  }

  void compare_topics() {
    ObservedFacts facts;
    for (const auto& [name, topic] : view_.service.topics)
      facts.topics[name] = {topic.partitions, topic.replication_factor, topic.configuration};
    const TopicDifference difference = topic_difference(*view_.applied, facts);
    if (!difference.created.empty())
      say("topic-missing", names(difference.created), "", cluster::Heal::kNone,
          fmt::format("declared topics are gone, and their records with them: {}; an update makes "
                      "them anew, empty",
                      names(difference.created)));
    if (!difference.reconfigured.empty())
      say("topic-configuration", "", names(difference.reconfigured), cluster::Heal::kSafe,
          fmt::format("the configuration of topics was changed by hand: {}; it is set again",
                      names(difference.reconfigured)));
    if (!difference.undeclared.empty())
      say("topic-undeclared", "", names(difference.undeclared), cluster::Heal::kNone,
          fmt::format("topics that the spec does not declare: {}; declare them, or delete them "
                      "with prune: true",
                      names(difference.undeclared)));
  }

  void compare_users() {
    std::set<std::string> missing;
    for (const auto& user : view_.applied->users)
      if (std::ranges::find(view_.service.users, user.name) == view_.service.users.end())
        missing.insert(user.name);
    const auto wanted = acl_bindings(*view_.applied);
    const auto has = [&](const Json& binding) {
      return std::ranges::find(view_.service.acls, binding) != view_.service.acls.end();
    };
    const auto lacking = std::ranges::count_if(wanted, [&](const Json& one) { return !has(one); });
    if (missing.empty() && lacking == 0) return;
    const std::string found =
        missing.empty()
            ? fmt::format("{} permissions are missing", lacking)
            : fmt::format("users are gone: {}", names({missing.begin(), missing.end()}));
    say("users", "", found, cluster::Heal::kSafe, found + "; they are set again");
  }

  static std::string names(const std::vector<std::string>& list) {
    return list_for_people(list, 5);
  }

  const ClusterView& view_;
  const Time now_;
  std::vector<Drift> drift_;
};

}  // namespace

std::vector<Json> acl_bindings(const Spec& spec) {
  std::vector<Json> bindings;
  for (const auto& user : spec.users)
    for (const auto& acl : user.acls)
      for (const auto& operation : acl.operations)
        bindings.push_back(
            {{"resourceType", with_underscores(acl.resource)},
             {"resourceName", acl.resource == "cluster" ? "kafka-cluster" : acl.name},
             {"patternType", acl.prefix ? "prefixed" : "literal"},
             {"principal", "User:" + user.name},
             {"host", "*"},
             {"operation", with_underscores(operation)},
             {"permission", "allow"}});
  return bindings;
}

std::vector<Drift> drift_of(const ClusterView& view, Time now) {
  return Comparison(view, now).run();
}

}  // namespace ashlar::kafka
