// Users with their passwords and permissions, and topics, made what the spec says.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kinds/kafka/observe/drift.hpp"
#include "kinds/kafka/plan/topics.hpp"
#include "kinds/kafka/server/secrets.hpp"
#include "kinds/kafka/steps/work.hpp"

namespace ashlar::kafka {
namespace {

constexpr size_t kTopicsAtOnce = 200;

/// What was set for users that are declared, or that an earlier spec declared; others are left
/// alone unless the spec prunes.
bool is_ours(const Json& acl, const std::set<std::string>& ours, bool prune) {
  const std::string principal = acl.at("principal");
  return prune || ours.contains(principal.substr(principal.find(':') + 1));
}

std::set<std::string> users_of(const Spec& spec) {
  std::set<std::string> names;
  for (const auto& user : spec.users) names.insert(user.name);
  return names;
}

/// Declared now, or when the cluster was last proved.
std::set<std::string> users_of_ours(const Work& work) {
  auto ours = users_of(work.spec);
  const Json applied = work.context.resource.status.value("applied", Json());
  if (applied.is_object()) ours.merge(users_of(spec_from_json(applied)));
  return ours;
}

Json topic_request(const Topic& topic) {
  return {{"name", topic.name},
          {"partitions", topic.partitions},
          {"replicas", topic.replication_factor},
          {"configs", topic.configuration}};
}

Json configuration_request(const Topic& topic, const TopicFacts& present) {
  const auto change = configuration_change(topic.configuration, present.configuration);
  Json resource{{"type", "topic"}, {"name", topic.name}};
  if (!change.set.empty()) resource["set"] = change.set;
  if (!change.removed.empty()) resource["delete"] = change.removed;
  return resource;
}

/// An operation for every so many entries, since an answer must fit into a reply.
void add_operations(std::vector<Json>& operations, const char* op, const char* member,
                    const std::vector<Json>& entries) {
  for (size_t begin = 0; begin < entries.size(); begin += kTopicsAtOnce) {
    const size_t end = std::min(entries.size(), begin + kTopicsAtOnce);
    operations.push_back({{"op", op},
                          {member, std::vector<Json>(entries.begin() + static_cast<long>(begin),
                                                     entries.begin() + static_cast<long>(end))}});
  }
}

std::map<std::string, TopicFacts> topics_now(const Work& work) {
  const auto results = work.ask_or_throw(questions(true), true);
  std::map<std::string, TopicFacts> topics;
  for (const auto& [name, topic] : read_service(results, true).topics)
    topics[name] = {topic.partitions, topic.replication_factor, topic.configuration};
  return topics;
}

}  // namespace

StepOutcome set_users(Work& work) {
  const auto results = work.ask_or_throw({{{"op", "scram_users"}}, {{"op", "acls"}}}, true);
  const auto ours = users_of_ours(work);
  const auto declared = users_of(work.spec);

  std::vector<Json> users;
  for (const auto& user : work.spec.users)
    users.push_back({{"name", user.name},
                     {"password", cluster::required_secret(work.context.secrets,
                                                           secret_name::password(user.name))
                                      .reveal()}});
  for (const Json& user : results[0].data.at("users")) {
    const std::string name = user.at("name");
    if (!declared.contains(name) && (ours.contains(name) || work.spec.prune))
      users.push_back({{"name", name}, {"delete", true}});
  }

  const auto wanted = acl_bindings(work.spec);
  const Json& present = results[1].data.at("acls");
  std::vector<Json> created;
  std::vector<Json> deleted;
  for (const Json& acl : wanted)
    if (std::ranges::find(present, acl) == present.end()) created.push_back(acl);
  for (const Json& acl : present)
    if (is_ours(acl, ours, work.spec.prune) && std::ranges::find(wanted, acl) == wanted.end())
      deleted.push_back(acl);

  std::vector<Json> operations;
  add_operations(operations, "alter_scram", "users", users);
  add_operations(operations, "create_acls", "acls", created);
  add_operations(operations, "delete_acls", "acls", deleted);
  if (!operations.empty()) work.ask_or_throw(operations, false);
  return Done{{{"users", users.size()}, {"created", created.size()}, {"deleted", deleted.size()}}};
}

StepOutcome set_topics(Work& work) {
  ObservedFacts facts;
  facts.topics = topics_now(work);
  const TopicDifference difference = topic_difference(work.spec, facts);
  std::map<std::string, const Topic*> by_name;
  for (const auto& topic : work.spec.topics) by_name.emplace(topic.name, &topic);

  std::vector<Json> created;
  std::vector<Json> grown;
  std::vector<Json> configured;
  for (const auto& name : difference.created) created.push_back(topic_request(*by_name.at(name)));
  for (const auto& name : difference.grown)
    grown.push_back({{"name", name}, {"partitions", by_name.at(name)->partitions}});
  for (const auto& name : difference.reconfigured)
    configured.push_back(configuration_request(*by_name.at(name), facts.topics.at(name)));

  std::vector<Json> operations;
  add_operations(operations, "create_topics", "topics", created);
  add_operations(operations, "create_partitions", "topics", grown);
  add_operations(operations, "alter_configs", "resources", configured);
  if (work.spec.prune)
    add_operations(operations, "delete_topics", "names",
                   {difference.undeclared.begin(), difference.undeclared.end()});
  if (!operations.empty()) work.ask_or_throw(operations, false);
  return Done{{{"created", created.size()},
               {"enlarged", grown.size()},
               {"configured", configured.size()},
               {"deleted", work.spec.prune ? difference.undeclared.size() : 0}}};
}

}  // namespace ashlar::kafka
