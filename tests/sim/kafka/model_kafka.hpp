#pragma once
// One Kafka cluster as its nodes agree on it: who votes and leads among the controllers, which
// brokers are registered, where the replicas of each partition are, which of them are in sync. It
// does what Kafka 4 does, as far as who may be away, and what is then lost, depends on it; times
// are drawn. What is agreed on changes only while a controller leads a majority of the voters.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "tests/sim/kafka/kafka_network.hpp"

namespace ashlar::sim {

struct PartitionModel {
  std::vector<int> replicas;  // those that are coming among them, preferred leader first
  std::vector<int> before;    // what a move began with; empty: none is under way
  std::vector<int> target;    // and what it shall end with
  std::set<int> in_sync;
  /// Those that were in sync when too few were left: they have all that was ever confirmed, and may
  /// lead again (eligible leader replicas).
  std::set<int> eligible;
  std::optional<int> leader;
  std::map<int, Time> caught_up_at;  // when each replica last had all that the leader has

  bool moves() const { return !target.empty(); }
  std::vector<int> adding() const;
  std::vector<int> removing() const;
};

struct TopicModel {
  std::vector<PartitionModel> partitions;
  std::map<std::string, std::string> settings;
};

/// A node that votes is known by its folder: another disk under its number is another voter.
struct Voter {
  int number = 0;
  std::string directory;
  auto operator<=>(const Voter&) const = default;
};

class KafkaModel {
 public:
  KafkaModel(KafkaNetwork& network, std::string id);

  const std::string& id() const { return id_; }

  // As its nodes meet it.
  /// Throws std::runtime_error with what the node would log when it cannot start.
  void starts(KafkaProcess& process);
  /// In order: what it leads is handed on first, if someone can take it.
  void stops(KafkaProcess& process);
  /// SIGKILL. With its power, a machine loses what its disk had not yet.
  void dies(KafkaProcess& process, bool power_lost);

  // As its clients meet it.
  /// The process that leads the partition, if `client` reaches it; null: none.
  KafkaProcess* leader_for(const std::string& client, const PartitionName& partition);
  bool admits(const std::string& user, const std::string& password) const;
  bool may_write(const std::string& user, const std::string& topic) const;
  /// Takes a record once, however often it is sent; false: too few replicas are in sync.
  bool append(const PartitionName& partition, Record record);
  /// Whether every replica in sync has it: with acks=all, only then it is confirmed.
  bool is_committed(const PartitionName& partition, Record record);
  /// What its leader has, oldest first; nothing: none leads.
  std::optional<std::vector<Record>> records_of(const PartitionName& partition) const;
  int partitions_of(const std::string& topic) const;
  /// Whether a machine that was lost, or lost its power, was the only one to have some records.
  bool lost_records() const { return lost_records_; }

  // As those who administer it meet it: one operation of the admin program (its README).
  /// Asked at `process`, by one who speaks for a node.
  Json answer(const Json& operation, KafkaProcess& process);
  /// Whether this node answers what brokers are asked.
  bool serves(const KafkaProcess& process) const;
  bool has_started(const KafkaProcess& process) const;
  /// The active controller, if this node reaches it.
  KafkaProcess* controller_for(const KafkaProcess& process);

  /// Settings that bound replicas on the move, wherever they are: "orders leader.replication…".
  std::vector<std::string> throttles() const;
  /// Whether every partition is led, and all its replicas are in sync.
  bool is_whole() const;
  const std::map<std::string, TopicModel>& topics() const { return topics_; }

 private:
  struct Registration {
    KafkaProcess* process = nullptr;  // null: it ended
    bool fenced = true;
    int number = 0;  // of this registration, counted over the whole cluster
    Time last_heartbeat{};
    std::string rack;
    std::string address;
  };

  // What happens by itself, some times a second.
  void pulse();
  void lead_controllers();
  void form_quorum();
  void hear_brokers();

  bool runs(const KafkaProcess& process) const;

  // The quorum of controllers.
  bool is_voter(const KafkaProcess& process) const;
  bool leads_majority(const KafkaProcess& process, const std::set<Voter>& voters);
  /// Whether what this node says can be agreed on.
  bool can_agree(const KafkaProcess& process);

  // Brokers.
  KafkaProcess* serving(int number) const;
  bool has(int number, const PartitionName& name, Record record) const;
  bool may_register(const KafkaProcess& process) const;
  void register_broker(KafkaProcess& process);
  /// `lost_its_way`: it did not end in order, and may lack what it had confirmed.
  void fence(int number, bool lost_its_way);
  void leave_sync(const TopicModel& topic, PartitionModel& partition, int number);

  // Partitions.
  template <class Body>
  void each_partition(Body body);
  PartitionModel* find(const PartitionName& name);
  const PartitionModel* find(const PartitionName& name) const;
  std::vector<Entry>& log_of(int number, const PartitionName& name);
  void elect(PartitionModel& partition);
  void replicate(const PartitionName& name, PartitionModel& partition);
  void copy(const PartitionName& name, PartitionModel& partition, KafkaProcess& leader,
            KafkaProcess& follower);
  void shrink(const TopicModel& topic, PartitionModel& partition, KafkaProcess& leader);
  void end_move(PartitionModel& partition);
  int least_in_sync(const TopicModel& topic, const PartitionModel& partition) const;
  void add_partition(TopicModel& topic, std::vector<int> replicas);
  std::vector<int> choose(size_t index, size_t count) const;

  // Answers.
  using Answer = Json (KafkaModel::*)(const Json& operation);
  static const std::map<std::string, Answer>& changes();
  static const std::map<std::string, Answer>& questions();
  Json describe_cluster(const Json&);
  Json describe_quorum(const Json&);
  Json describe_topics(const Json&);
  Json summarize(const Json&);
  Json describe_configs(const Json&);
  Json placement(const Json&);
  Json reassignments(const Json&);
  Json log_dirs(const Json&);
  Json groups(const Json&);
  Json scram_users(const Json&);
  Json list_acls(const Json&);
  Json add_voter(const Json&);
  Json remove_voter(const Json&);
  Json update_features(const Json&);
  Json unregister_broker(const Json&);
  Json create_topics(const Json&);
  Json create_partitions(const Json&);
  Json delete_topics(const Json&);
  Json elect_leaders(const Json&);
  Json alter_configs(const Json&);
  Json reassign(const Json&);
  Json cancel_reassign(const Json&);
  Json alter_scram(const Json&);
  Json create_acls(const Json&);
  Json delete_acls(const Json&);
  Json probe(const Json&);
  Json state_of(const Voter& node) const;
  std::map<std::string, std::string>* settings_of(const Json& resource);

  KafkaNetwork& network_;
  const std::string id_;
  std::map<std::string, KafkaProcess*> running_;  // by address
  std::set<Voter> voters_;                        // empty: there is no quorum yet
  std::map<Voter, Time> seen_at_;                 // by the active controller
  KafkaProcess* active_ = nullptr;
  std::optional<Time> election_at_;
  int epoch_ = 0;
  int registrations_ = 0;
  std::string release_;  // metadata.version: "4.1"
  std::map<int, Registration> brokers_;
  std::set<const KafkaProcess*> forgotten_;  // unregistered while they ran
  std::map<std::string, TopicModel> topics_;
  std::map<std::string, std::map<std::string, std::string>> broker_settings_;  // by number
  std::map<std::string, std::string> users_;                                   // and passwords
  Json acls_ = Json::array();
  Record probes_ = 0;
  bool lost_records_ = false;
};

}  // namespace ashlar::sim
