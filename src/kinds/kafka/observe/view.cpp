#include "kinds/kafka/observe/view.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/field_reader.hpp"

namespace ashlar::kafka {
namespace {

/// What is asked, in this order; the later ones only of a full look.
enum Question { kCluster, kQuorum, kSummary, kTopics, kMoving, kLogDirs, kGroups, kUsers, kAcls };
constexpr int kNamed = 20;  // partitions that are named with what is wrong with them

Finding finding_from(const Json& found) {
  Finding finding{found.value("count", 0), {}};
  for (const Json& one : found.value("named", Json::array()))
    finding.named.push_back(
        fmt::format("{}-{}", one.at("topic").get<std::string>(), one.at("partition").get<int>()));
  return finding;
}

Finding finding_of(const Json& summary, const char* name) {
  return finding_from(summary.value(name, Json::object()));
}

std::vector<Partition> moving_in(const Json& data) {
  std::vector<Partition> moving;
  for (const Json& one : data.value("reassignments", Json::array())) {
    Partition partition;
    partition.topic = one.at("topic");
    partition.number = one.at("partition");
    partition.replicas = one.at("replicas").get<std::vector<int>>();
    partition.adding = one.at("adding").get<std::vector<int>>();
    partition.removing = one.at("removing").get<std::vector<int>>();
    moving.push_back(std::move(partition));
  }
  return moving;
}

/// Kafka lists those that come beside those that go: they count once their copies are complete.
void forget_what_comes(std::map<std::string, TopicView>& topics,
                       const std::vector<Partition>& moving) {
  for (const auto& partition : moving)
    if (const auto topic = topics.find(partition.topic);
        topic != topics.end() && partition.number == 0)
      topic->second.replication_factor =
          static_cast<int>(partition.replicas.size() - partition.adding.size());
}

std::map<std::string, TopicView> topics_of(const Json& data) {
  std::map<std::string, TopicView> topics;
  for (const Json& topic : data.value("topics", Json::array())) {
    const std::string name = topic.at("name");
    if (topic.value("internal", false) || name.starts_with("__")) continue;
    TopicView view;
    const Json& partitions = topic.at("partitions");
    view.partitions = static_cast<int>(partitions.size());
    if (!partitions.empty())
      view.replication_factor = static_cast<int>(partitions.front().at("replicas").size());
    view.configuration = topic.value("configs", Json::object()).get<Configuration>();
    topics.emplace(name, std::move(view));
  }
  return topics;
}

std::vector<GroupView> groups_of(const Json& data) {
  std::vector<GroupView> groups;
  for (const Json& group : data.value("groups", Json::array()))
    groups.push_back({group.at("id"),
                      group.at("state").is_string() ? group["state"].get<std::string>() : "unknown",
                      group.value("members", Json::array()).size(), group.value("lag", 0LL)});
  return groups;
}

std::string in_words(const char* what, const Finding& finding) {
  const bool one = finding.count == 1;
  return fmt::format("{} partition{} {}: {}", finding.count, one ? "" : "s", what,
                     list_for_people(finding.named, 3));
}

void read_node(NodeView& node, const Json& quorum) {
  if (!node.part.controller) return;
  for (const char* list : {"voters", "observers"})
    for (const Json& one : quorum.value(list, Json::array())) {
      if (one.at("id") != node.part.number) continue;
      node.votes = list == std::string("voters");
      if (const Json behind = one.value("behindMs", Json()); behind.is_number())
        node.behind_milliseconds = behind.get<long long>();
      return;
    }
  node.votes = false;
}

void read_broker(NodeView& node, const std::map<int, BrokerView>& brokers) {
  const auto found = brokers.find(node.part.number);
  node.serves = found != brokers.end() && found->second.serves;
  if (found == brokers.end()) return;
  node.leaders = found->second.leaders;
  node.replicas = found->second.replicas;
  node.not_in_sync = found->second.not_in_sync;
}

}  // namespace

std::vector<Json> questions(bool full) {
  std::vector<Json> operations{{{"op", "cluster"}},
                               {{"op", "quorum"}},
                               {{"op", "topics"}, {"summary", true}, {"limit", kNamed}}};
  if (!full) return operations;
  operations.push_back({{"op", "topics"}, {"internal", false}});
  for (const char* name : {"reassignments", "log_dirs", "groups", "scram_users", "acls"})
    operations.push_back({{"op", name}});
  return operations;
}

namespace {

void read_controllers(ServiceView& service, const Json& quorum) {
  if (quorum.at("leader").is_number()) service.active_controller = quorum["leader"].get<int>();
  service.voters = quorum.at("voters");
  service.observers = quorum.at("observers");
}

std::map<int, BrokerView> brokers_of(const Json& cluster, const Json& summary) {
  std::map<int, BrokerView> brokers;
  for (const Json& one : cluster.value("brokers", Json::array())) {
    BrokerView& broker = brokers[one.at("id").get<int>()];
    broker.registered = true;
    broker.serves = !one.value("fenced", false);
  }
  // Gates stand on these: an answer without them is none, and must not open any.
  for (const Json& one : summary.at("brokers")) {
    BrokerView& broker = brokers[one.at("id").get<int>()];
    broker.leaders = one.at("leaders");
    broker.replicas = one.at("replicas");
    broker.not_in_sync = one.at("notInSync");
    broker.needed_by = finding_from(one.at("needed"));
  }
  return brokers;
}

}  // namespace

std::optional<bool> NodeView::missed() const {
  constexpr long long kSilent = 10'000;  // milliseconds without asking the leader for anything
  if (part.broker) return serves ? std::optional(!*serves) : std::nullopt;
  if (!votes) return std::nullopt;
  return !*votes || behind_milliseconds.value_or(kSilent + 1) > kSilent;
}

ServiceView read_quorum(ClusterView& view, const AdminResult& quorum) {
  ServiceView service;
  service.answered = quorum.ok;
  service.error = quorum.error;
  if (!quorum.ok) return service;
  read_controllers(service, quorum.data);
  for (auto& node : view.nodes) read_node(node, quorum.data);
  return service;
}

ServiceView read_service(const std::vector<AdminResult>& results, bool full) {
  ServiceView service;
  const AdminResult& cluster = results.at(kCluster);
  if (!cluster.ok || !results.at(kQuorum).ok || !results.at(kSummary).ok) {
    for (const int one : {kCluster, kQuorum, kSummary})
      if (!results.at(one).ok) service.error = results[one].error;
    return service;
  }
  service.answered = true;
  if (cluster.data.at("metadataVersion").is_string())
    service.metadata_version = cluster.data["metadataVersion"];
  read_controllers(service, results[kQuorum].data);
  const Json& summary = results[kSummary].data;
  service.brokers = brokers_of(cluster.data, summary);
  service.partitions = summary.value("partitions", 0);
  service.offline = finding_of(summary, "offline");
  service.under_replicated = finding_of(summary, "underReplicated");
  service.under_min_in_sync = finding_of(summary, "underMinIsr");
  if (!full) return service;
  if (results.at(kTopics).ok) service.topics = topics_of(results[kTopics].data);
  if (results.at(kMoving).ok) service.moving = moving_in(results[kMoving].data);
  forget_what_comes(service.topics, service.moving);
  if (results.at(kGroups).ok) service.groups = groups_of(results[kGroups].data);
  if (results.at(kUsers).ok)
    for (const Json& user : results[kUsers].data.at("users"))
      service.users.push_back(user.at("name"));
  if (results.at(kAcls).ok) service.acls = results[kAcls].data.at("acls");
  return service;
}

void spread(ClusterView& view, const std::vector<AdminResult>& results) {
  if (!view.service.answered) return;
  for (auto& node : view.nodes) {
    read_node(node, results.at(kQuorum).data);
    if (node.part.broker) read_broker(node, view.service.brokers);
  }
  if (results.size() <= kLogDirs || !results[kLogDirs].ok) return;
  for (const Json& one : results[kLogDirs].data.at("brokers"))
    for (auto& node : view.nodes)
      if (node.part.broker && node.part.number == one.at("id").get<int>() && one.value("ok", false))
        node.log_bytes = one.at("bytes").get<long long>();
}

const NodeView* ClusterView::find_node(std::string_view name) const {
  for (const auto& node : nodes)
    if (node.part.name == name) return &node;
  return nullptr;
}

std::string ClusterView::name_of(int number) const {
  const NodePart* part = topology.find_number(number);
  return part ? part->name : fmt::format("node {}", number);
}

std::vector<std::string> faults_of(const ClusterView& view) {
  std::vector<std::string> faults;
  for (const auto& node : view.nodes)
    if (!node.active()) faults.push_back(fmt::format("{}: {}", node.part.name, node.error));
  if (!view.service.answered) {
    if (faults.empty())
      faults.push_back(view.service.error.empty() ? "Kafka does not answer"
                                                  : "Kafka does not answer: " + view.service.error);
    return faults;
  }
  const ServiceView& service = view.service;
  if (!service.active_controller) faults.emplace_back("no controller leads");
  if (service.offline.count > 0) faults.push_back(in_words("without a leader", service.offline));
  if (service.under_min_in_sync.count > 0)
    faults.push_back(
        in_words("with too few replicas in sync to be written to", service.under_min_in_sync));
  else if (service.under_replicated.count > 0)
    faults.push_back(in_words("with replicas that are not in sync", service.under_replicated));
  return faults;
}

}  // namespace ashlar::kafka
