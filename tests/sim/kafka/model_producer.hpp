#pragma once
// A producer of one topic: counts upwards, a record at a time to each partition in turn, sends each
// until all replicas in sync have it (idempotent, acks=all). It remembers what was confirmed.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/kafka/model_kafka.hpp"

namespace ashlar::sim {

class ProducerModel {
 public:
  /// What a producer knows of its cluster, asked anew at each attempt to connect.
  struct Directory {
    std::function<std::vector<std::string>()> brokers;  // addresses
    std::function<std::string()> password;
  };
  ProducerModel(KafkaNetwork& network, std::string name, std::string user, std::string topic,
                Directory directory)
      : network_(network),
        name_(std::move(name)),
        user_(std::move(user)),
        topic_(std::move(topic)),
        directory_(std::move(directory)) {}

  void start();
  void stop() { ++life_; }

  const std::string& name() const { return name_; }
  const std::string& topic() const { return topic_; }
  /// What was confirmed, by partition, in the order in which it was.
  const std::map<int, std::vector<Record>>& confirmed() const { return confirmed_; }
  Time last_confirmed() const { return last_confirmed_; }
  Millis longest_gap() const { return longest_gap_; }
  long long sent() const { return next_ - 1; }

 private:
  void act(int life);
  KafkaModel* connect();
  void send(KafkaModel& cluster, int partition);
  void confirm(int partition);

  KafkaNetwork& network_;
  const std::string name_;
  const std::string user_;
  const std::string topic_;
  const Directory directory_;
  int life_ = 0;
  Record next_ = 1;
  std::map<int, Record> on_the_way_;               // by partition
  std::map<const KafkaProcess*, Time> logged_in_;  // and since when that process runs
  std::map<int, std::vector<Record>> confirmed_;
  Time last_confirmed_{};
  Millis longest_gap_{0};
};

}  // namespace ashlar::sim
