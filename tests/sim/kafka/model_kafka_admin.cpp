// What the admin program asks of a simulated cluster: operations as admin/README.md describes them.

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "tests/sim/kafka/model_kafka.hpp"

namespace ashlar::sim {
namespace {

constexpr long long kRecordBytes = 1'000;
constexpr long long kUsableBytes = 20'000'000'000;

/// Why Kafka does not do it, by its own name.
struct Refusal {
  std::string type;
  std::string error;
  bool retriable = false;

  Json to_json() const {
    return {{"ok", false}, {"error", error}, {"type", type}, {"retriable", retriable}};
  }
};

Refusal no_topic(const std::string& name) {
  return {"UnknownTopicOrPartitionException", "there is no topic " + name, true};
}

/// Outcomes of an operation on several things.
class Each {
 public:
  void done(Json what) { done_.push_back(std::move(what)); }
  void failed(Json what, const Refusal& refusal) {
    what.update(refusal.to_json());
    if (failed_.empty()) first_ = refusal;
    failed_.push_back(std::move(what));
  }
  Json answer() && {
    Json data{{"done", done_}, {"failed", failed_}};
    if (failed_.empty()) return {{"ok", true}, {"data", data}};
    Json answer = first_.to_json();
    if (!done_.empty() || failed_.size() > 1) answer["data"] = data;
    return answer;
  }

 private:
  Json done_ = Json::array();
  Json failed_ = Json::array();
  Refusal first_;
};

Json done(Json data = Json::object()) {
  return {{"ok", true}, {"data", std::move(data)}};
}

PartitionName partition_in(const Json& entry) {
  return {entry.at("topic"), entry.at("partition")};
}

Json to_json(const PartitionName& name) {
  return {{"topic", name.topic}, {"partition", name.number}};
}

Json number_or_null(const std::optional<int>& number) {
  return number ? Json(*number) : Json();
}

bool is_internal(const std::string& topic) {
  return topic == "__consumer_offsets" || topic == "__transaction_state";
}

/// Counted in full, and named.
class Finding {
 public:
  void add(const PartitionName& name) { named_.push_back(to_json(name)); }
  Json answer() const { return {{"count", named_.size()}, {"named", named_}}; }

 private:
  Json named_ = Json::array();
};

std::set<std::string> words_of(const std::string& list) {
  std::set<std::string> words;
  for (size_t begin = 0; begin <= list.size();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    if (end > begin) words.insert(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string joined(const std::set<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ","));
}

}  // namespace

Json KafkaModel::answer(const Json& operation, KafkaProcess& process) {
  const std::string name = operation.at("op");
  const auto question = questions().find(name);
  const auto change = changes().find(name);
  if (question == questions().end() && change == changes().end())
    throw std::logic_error("the model of Kafka does not know the operation " + name);
  const bool of_controllers = change != changes().end() || name == "quorum" || name == "cluster";
  if (of_controllers && !can_agree(process))
    return Refusal{"TimeoutException", "no controller leads, or it is not reached", true}.to_json();
  try {
    return (this->*(change != changes().end() ? change : question)->second)(operation);
  } catch (const Refusal& refusal) {
    return refusal.to_json();
  }
}

const std::map<std::string, KafkaModel::Answer>& KafkaModel::questions() {
  static const std::map<std::string, Answer> all{
      {"cluster", &KafkaModel::describe_cluster},
      {"quorum", &KafkaModel::describe_quorum},
      {"topics", &KafkaModel::describe_topics},
      {"describe_configs", &KafkaModel::describe_configs},
      {"placement", &KafkaModel::placement},
      {"reassignments", &KafkaModel::reassignments},
      {"log_dirs", &KafkaModel::log_dirs},
      {"groups", &KafkaModel::groups},
      {"scram_users", &KafkaModel::scram_users},
      {"acls", &KafkaModel::list_acls},
      {"probe", &KafkaModel::probe}};
  return all;
}

const std::map<std::string, KafkaModel::Answer>& KafkaModel::changes() {
  static const std::map<std::string, Answer> all{
      {"add_voter", &KafkaModel::add_voter},
      {"remove_voter", &KafkaModel::remove_voter},
      {"update_features", &KafkaModel::update_features},
      {"unregister_broker", &KafkaModel::unregister_broker},
      {"create_topics", &KafkaModel::create_topics},
      {"create_partitions", &KafkaModel::create_partitions},
      {"delete_topics", &KafkaModel::delete_topics},
      {"elect_leaders", &KafkaModel::elect_leaders},
      {"alter_configs", &KafkaModel::alter_configs},
      {"reassign", &KafkaModel::reassign},
      {"cancel_reassign", &KafkaModel::cancel_reassign},
      {"alter_scram", &KafkaModel::alter_scram},
      {"create_acls", &KafkaModel::create_acls},
      {"delete_acls", &KafkaModel::delete_acls}};
  return all;
}

// The cluster as a whole.

Json KafkaModel::describe_cluster(const Json&) {
  Json brokers = Json::array();
  for (const auto& [number, broker] : brokers_)
    brokers.push_back({{"id", number},
                       {"host", broker.address},
                       {"port", 9093},
                       {"rack", broker.rack.empty() ? Json() : Json(broker.rack)},
                       {"fenced", broker.fenced}});
  return done({{"id", id_},
               {"controller", active_->number},
               {"brokers", brokers},
               {"metadataVersion", release_ + "-IV0"}});
}

/// Who has not been heard for longer is further behind.
Json KafkaModel::state_of(const Voter& node) const {
  const auto seen = seen_at_.find(node);
  const bool known = seen != seen_at_.end();
  const Millis behind = known ? network_.time.now() - seen->second : Millis{0};
  return {{"id", node.number},
          {"directoryId", node.directory},
          {"lag", known ? Json(behind.count() / 100) : Json()},
          {"behindMs", known ? Json(behind.count()) : Json()}};
}

Json KafkaModel::describe_quorum(const Json&) {
  Json voters = Json::array();
  for (const Voter& voter : voters_) voters.push_back(state_of(voter));
  Json observers = Json::array();
  for (const auto& [address, process] : running_) {
    const Voter node{process->number, process->data->directory};
    if (has_started(*process) && !voters_.contains(node) && network_.connects(*process, *active_))
      observers.push_back(state_of(node));
  }
  return done({{"leader", active_->number},
               {"epoch", epoch_},
               {"voters", voters},
               {"observers", observers}});
}

Json KafkaModel::add_voter(const Json& operation) {
  const Voter wanted{operation.at("id"), operation.at("directoryId")};
  for (const Voter& voter : voters_)
    if (voter.number == wanted.number)
      throw Refusal{"DuplicateVoterException", fmt::format("{} votes already", wanted.number)};
  const bool follows = std::ranges::any_of(running_, [&](const auto& entry) {
    const KafkaProcess& process = *entry.second;
    return process.controller && has_started(process) && network_.connects(process, *active_) &&
           Voter{process.number, process.data->directory} == wanted;
  });
  if (!follows) throw Refusal{"TimeoutException", "the controller has not caught up", true};
  voters_.insert(wanted);
  return done();
}

Json KafkaModel::remove_voter(const Json& operation) {
  const Voter leaver{operation.at("id"), operation.at("directoryId")};
  if (!voters_.contains(leaver))
    throw Refusal{"VoterNotFoundException", fmt::format("{} has no vote", leaver.number)};
  if (voters_.size() == 1) throw Refusal{"InvalidRequestException", "the last one stays"};
  voters_.erase(leaver);
  return done();
}

Json KafkaModel::update_features(const Json& operation) {
  const std::string wanted = operation.at("release");
  if (wanted == release_) return done({{"changed", Json::object()}});
  for (const auto& [address, process] : running_)
    if (process->version.substr(0, process->version.rfind('.')) < wanted)
      throw Refusal{"InvalidUpdateVersionException", process->name + " does not know " + wanted};
  if (wanted < release_)
    throw Refusal{"InvalidRequest", "the metadata is of " + release_ + ", and cannot go back"};
  const Json changed{{"metadata.version", {{"from", release_}, {"to", wanted}}}};
  release_ = wanted;
  return done({{"changed", changed}});
}

/// One that runs on does not register again by itself.
Json KafkaModel::unregister_broker(const Json& operation) {
  const int number = operation.at("id");
  const auto found = brokers_.find(number);
  if (found == brokers_.end())
    throw Refusal{"BrokerIdNotRegisteredException", fmt::format("there is no broker {}", number)};
  fence(number, false);
  if (found->second.process) forgotten_.insert(found->second.process);
  brokers_.erase(found);
  return done();
}

// Topics.

Json KafkaModel::describe_topics(const Json& operation) {
  if (operation.value("summary", false)) return summarize(operation);
  std::set<std::string> names;
  if (operation.contains("names"))
    names = operation["names"].get<std::set<std::string>>();
  else
    for (const auto& [name, topic] : topics_) names.insert(name);
  Json list = Json::array();
  for (const auto& name : names) {
    const auto topic = topics_.find(name);
    if (topic == topics_.end()) throw no_topic(name);
    Json partitions = Json::array();
    for (const auto& partition : topic->second.partitions)
      partitions.push_back({{"partition", partitions.size()},
                            {"leader", number_or_null(partition.leader)},
                            {"replicas", partition.replicas},
                            {"isr", partition.in_sync}});
    list.push_back({{"name", name},
                    {"internal", is_internal(name)},
                    {"partitions", partitions},
                    {"configs", topic->second.settings}});
  }
  return done({{"topics", list}});
}

Json KafkaModel::summarize(const Json&) {
  struct Broker {
    int leaders = 0, replicas = 0, not_in_sync = 0;
    Finding needed;
  };
  std::map<int, Broker> brokers;
  Finding offline, under_replicated, under_min_in_sync;
  int partitions = 0;
  for (const auto& [topic, model] : topics_)
    for (size_t i = 0; i < model.partitions.size(); ++i) {
      const PartitionModel& partition = model.partitions[i];
      const PartitionName name{topic, static_cast<int>(i)};
      const int least = least_in_sync(model, partition);
      const int in_sync = static_cast<int>(partition.in_sync.size());
      const int replicas = static_cast<int>(partition.replicas.size());
      ++partitions;
      if (!partition.leader) offline.add(name);
      if (in_sync < replicas) under_replicated.add(name);
      if (in_sync < least) under_min_in_sync.add(name);
      for (const int number : partition.replicas) {
        Broker& broker = brokers[number];
        const bool counts = partition.in_sync.contains(number);
        ++broker.replicas;
        if (partition.leader == number) ++broker.leaders;
        if (!counts) ++broker.not_in_sync;
        if (counts && replicas > least && in_sync - 1 < least) broker.needed.add(name);
      }
    }
  Json list = Json::array();
  for (const auto& [number, broker] : brokers)
    list.push_back({{"id", number},
                    {"leaders", broker.leaders},
                    {"replicas", broker.replicas},
                    {"notInSync", broker.not_in_sync},
                    {"needed", broker.needed.answer()}});
  return done({{"topics", topics_.size()},
               {"partitions", partitions},
               {"offline", offline.answer()},
               {"underReplicated", under_replicated.answer()},
               {"underMinIsr", under_min_in_sync.answer()},
               {"brokers", list}});
}

void KafkaModel::add_partition(TopicModel& topic, std::vector<int> replicas) {
  PartitionModel partition;
  partition.replicas = std::move(replicas);
  for (const int number : partition.replicas) {
    if (serving(number)) partition.in_sync.insert(number);
    partition.caught_up_at[number] = network_.time.now();
  }
  elect(partition);
  topic.partitions.push_back(std::move(partition));
}

/// In turn over the brokers that serve.
std::vector<int> KafkaModel::choose(size_t index, size_t count) const {
  std::vector<int> there;
  for (const auto& [number, broker] : brokers_)
    if (serving(number)) there.push_back(number);
  if (there.size() < count)
    throw Refusal{"InvalidReplicationFactorException",
                  fmt::format("{} replicas on {} brokers", count, there.size())};
  std::vector<int> chosen;
  for (size_t i = 0; i < count; ++i) chosen.push_back(there[(index + i) % there.size()]);
  return chosen;
}

Json KafkaModel::create_topics(const Json& operation) {
  Each each;
  for (const Json& wanted : operation.at("topics")) {
    const std::string name = wanted.at("name");
    const Json what{{"name", name}};
    if (topics_.contains(name)) {
      each.failed(what, {"TopicExistsException", "there is a topic " + name});
      continue;
    }
    TopicModel topic;
    topic.settings = wanted.value("configs", std::map<std::string, std::string>());
    try {
      if (wanted.contains("assignment"))
        for (const Json& entry : wanted["assignment"])
          add_partition(topic, entry.at("replicas").get<std::vector<int>>());
      else
        for (size_t i = 0; i < wanted.at("partitions").get<size_t>(); ++i)
          add_partition(topic, choose(i, wanted.at("replicas")));
    } catch (const Refusal& refusal) {
      each.failed(what, refusal);
      continue;
    }
    topics_.emplace(name, std::move(topic));
    each.done(what);
  }
  return std::move(each).answer();
}

Json KafkaModel::create_partitions(const Json& operation) {
  Each each;
  for (const Json& wanted : operation.at("topics")) {
    const std::string name = wanted.at("name");
    const auto topic = topics_.find(name);
    const auto count = wanted.at("partitions").get<size_t>();
    if (topic == topics_.end()) {
      each.failed({{"name", name}}, no_topic(name));
    } else if (count <= topic->second.partitions.size()) {
      each.failed({{"name", name}},
                  {"InvalidPartitionsException", name + " has that many partitions already"});
    } else {
      auto& partitions = topic->second.partitions;
      const size_t replicas = partitions.front().replicas.size();
      while (partitions.size() < count)
        add_partition(topic->second, choose(partitions.size(), replicas));
      each.done({{"name", name}});
    }
  }
  return std::move(each).answer();
}

Json KafkaModel::delete_topics(const Json& operation) {
  Each each;
  for (const Json& name : operation.at("names")) {
    const std::string topic = name;
    if (!topics_.erase(topic)) {
      each.failed({{"name", topic}}, no_topic(topic));
      continue;
    }
    for (const auto& [address, process] : running_)
      std::erase_if(process->data->logs, [&](const auto& log) { return log.first.topic == topic; });
    each.done({{"name", topic}});
  }
  return std::move(each).answer();
}

Json KafkaModel::elect_leaders(const Json&) {
  for (auto& [name, topic] : topics_)
    for (auto& partition : topic.partitions)
      if (partition.leader) elect(partition);
  return done({{"done", Json::array()}, {"failed", Json::array()}});
}

// Settings.

/// Null: there is no such topic.
std::map<std::string, std::string>* KafkaModel::settings_of(const Json& resource) {
  const std::string name = resource.at("name");
  if (resource.at("type") == "broker") return &broker_settings_[name];
  if (resource.at("type") != "topic")
    throw std::logic_error("the model of Kafka has no settings of " + dump(resource));
  const auto topic = topics_.find(name);
  return topic == topics_.end() ? nullptr : &topic->second.settings;
}

Json KafkaModel::describe_configs(const Json& operation) {
  Json list = Json::array();
  for (const Json& resource : operation.at("resources")) {
    const auto* settings = settings_of(resource);
    if (!settings) throw no_topic(resource.at("name"));
    const bool of_topic = resource.at("type") == "topic";
    Json entries = Json::array();
    for (const Json& asked : operation.at("names")) {
      const auto set = settings->find(asked.get<std::string>());
      const bool is_set = set != settings->end();
      entries.push_back({{"name", asked},
                         {"value", is_set     ? Json(set->second)
                                   : of_topic ? Json("")
                                              : Json()},
                         {"source", !is_set    ? "DEFAULT_CONFIG"
                                    : of_topic ? "DYNAMIC_TOPIC_CONFIG"
                                               : "DYNAMIC_BROKER_CONFIG"}});
    }
    list.push_back(
        {{"type", resource.at("type")}, {"name", resource.at("name")}, {"entries", entries}});
  }
  return done({{"resources", list}});
}

Json KafkaModel::alter_configs(const Json& operation) {
  const std::map<std::string, std::string> none;
  Each each;
  for (const Json& resource : operation.at("resources")) {
    const Json what{{"type", resource.at("type")}, {"name", resource.at("name")}};
    auto* settings = settings_of(resource);
    if (!settings) {
      each.failed(what, no_topic(resource.at("name")));
      continue;
    }
    for (const auto& [name, value] : resource.value("set", none)) (*settings)[name] = value;
    for (const auto& [name, value] : resource.value("append", none)) {
      auto words = words_of((*settings)[name]);
      words.merge(words_of(value));
      (*settings)[name] = joined(words);
    }
    for (const auto& [name, value] : resource.value("subtract", none)) {
      auto words = words_of((*settings)[name]);
      for (const auto& word : words_of(value)) words.erase(word);
      (*settings)[name] = joined(words);
    }
    for (const Json& name : resource.value("delete", Json::array()))
      settings->erase(name.get<std::string>());
    each.done(what);
  }
  return std::move(each).answer();
}

// Replicas on the move.

Json KafkaModel::placement(const Json&) {
  Json brokers = Json::array();
  for (const auto& [number, broker] : brokers_)
    if (serving(number)) brokers.push_back({{"id", number}, {"usableBytes", kUsableBytes}});
  const auto size_on = [&](int number, const PartitionName& name) {
    const KafkaProcess* process = serving(number);
    if (!process) return 0LL;
    const auto log = process->data->logs.find(name);
    return log == process->data->logs.end()
               ? 0LL
               : kRecordBytes * static_cast<long long>(log->second.size());
  };
  Json topics = Json::array();
  for (const auto& [topic, model] : topics_) {
    Json partitions = Json::array();
    for (size_t i = 0; i < model.partitions.size(); ++i) {
      const PartitionModel& partition = model.partitions[i];
      const PartitionName name{topic, static_cast<int>(i)};
      const auto adding = partition.adding();
      long long largest = 0, copied = 0;
      for (const int number : partition.replicas)
        if (std::ranges::find(adding, number) != adding.end())
          copied += size_on(number, name);
        else
          largest = std::max(largest, size_on(number, name));
      Json entry{partition.replicas, largest, partition.in_sync};
      if (partition.moves())
        for (const Json& more : {Json(adding), Json(partition.removing()), Json(copied)})
          entry.push_back(more);
      partitions.push_back(std::move(entry));
    }
    topics.push_back({{"name", topic}, {"partitions", partitions}});
  }
  return done({{"topics", topics}, {"brokers", brokers}});
}

Json KafkaModel::reassignments(const Json&) {
  Json moving = Json::array();
  for (const auto& [topic, model] : topics_)
    for (size_t i = 0; i < model.partitions.size(); ++i) {
      const PartitionModel& partition = model.partitions[i];
      if (!partition.moves()) continue;
      Json entry = to_json(PartitionName{topic, static_cast<int>(i)});
      entry.update({{"replicas", partition.replicas},
                    {"adding", partition.adding()},
                    {"removing", partition.removing()}});
      moving.push_back(std::move(entry));
    }
  return done({{"reassignments", moving}});
}

Json KafkaModel::reassign(const Json& operation) {
  Each each;
  for (const Json& wanted : operation.at("partitions")) {
    const PartitionName name = partition_in(wanted);
    PartitionModel* partition = find(name);
    const auto target = wanted.at("replicas").get<std::vector<int>>();
    const bool all_serve =
        std::ranges::all_of(target, [&](int number) { return brokers_.contains(number); });
    if (!partition) {
      each.failed(to_json(name), no_topic(name.topic));
    } else if (!all_serve) {
      each.failed(to_json(name), {"InvalidReplicaAssignmentException",
                                  "a broker of the assignment is not registered"});
    } else {
      if (!partition->moves()) partition->before = partition->replicas;
      partition->target = target;
      partition->replicas = target;
      for (const int number : partition->removing()) partition->replicas.push_back(number);
      for (const int number : target) partition->caught_up_at.try_emplace(number, Time{});
      each.done(to_json(name));
    }
  }
  return std::move(each).answer();
}

Json KafkaModel::cancel_reassign(const Json& operation) {
  Each each;
  for (const Json& wanted : operation.at("partitions")) {
    const PartitionName name = partition_in(wanted);
    PartitionModel* partition = find(name);
    if (!partition || !partition->moves()) continue;
    for (const int number : partition->adding()) partition->in_sync.erase(number);
    partition->replicas = std::exchange(partition->before, {});
    partition->target.clear();
    if (partition->leader && !partition->in_sync.contains(*partition->leader)) elect(*partition);
    each.done(to_json(name));
  }
  return std::move(each).answer();
}

// Everything else.

Json KafkaModel::log_dirs(const Json&) {
  Json list = Json::array();
  for (const auto& [number, broker] : brokers_) {
    const KafkaProcess* process = serving(number);
    if (!process) continue;
    long long records = 0;
    for (const auto& [name, log] : process->data->logs)
      records += static_cast<long long>(log.size());
    list.push_back({{"id", number}, {"ok", true}, {"bytes", records * kRecordBytes}});
  }
  return done({{"brokers", list}});
}

Json KafkaModel::groups(const Json&) {
  return done({{"groups", Json::array()}});
}

Json KafkaModel::scram_users(const Json&) {
  Json users = Json::array();
  for (const auto& [name, password] : users_) users.push_back({{"name", name}});
  return done({{"users", users}});
}

Json KafkaModel::alter_scram(const Json& operation) {
  Each each;
  for (const Json& user : operation.at("users")) {
    const std::string name = user.at("name");
    if (user.value("delete", false))
      users_.erase(name);
    else
      users_[name] = user.at("password");
    each.done({{"name", name}});
  }
  return std::move(each).answer();
}

Json KafkaModel::list_acls(const Json&) {
  return done({{"acls", acls_}});
}

Json KafkaModel::create_acls(const Json& operation) {
  Each each;
  for (const Json& acl : operation.at("acls")) {
    if (std::ranges::find(acls_, acl) == acls_.end()) acls_.push_back(acl);
    each.done(acl);
  }
  return std::move(each).answer();
}

Json KafkaModel::delete_acls(const Json& operation) {
  for (const Json& acl : operation.at("acls"))
    if (const auto found = std::ranges::find(acls_, acl); found != acls_.end()) acls_.erase(found);
  return done({{"deleted", operation.at("acls")}});
}

/// Writes to each partition, waits until every replica in sync has it, and reads it back.
Json KafkaModel::probe(const Json& operation) {
  const std::string topic = operation.at("topic");
  if (!topics_.contains(topic)) throw no_topic(topic);
  Each each;
  for (int number = 0; number < partitions_of(topic); ++number) {
    const PartitionName name{topic, number};
    const Record record = --probes_;
    if (!append(name, record)) {
      each.failed(to_json(name),
                  {"NotEnoughReplicasException", "too few replicas are in sync", true});
      continue;
    }
    for (int waited = 0; waited < 20 && !is_committed(name, record); ++waited)
      network_.time.pass(Millis{100});
    if (is_committed(name, record))
      each.done({{"partition", number}});
    else
      each.failed(to_json(name), {"TimeoutException", "the write was not confirmed", true});
  }
  return std::move(each).answer();
}

}  // namespace ashlar::sim
