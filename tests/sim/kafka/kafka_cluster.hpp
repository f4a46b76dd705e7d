#pragma once
// One Kafka cluster of a world.

#include <set>
#include <string>

#include "tests/sim/cluster_life.hpp"
#include "tests/sim/kafka/kafka_world.hpp"

namespace ashlar::sim {

/// The size of a cluster and what it is made of, as a user would write it.
struct KafkaWish {
  std::string name = "sim";
  std::string type = "kafka-prod";
  int controllers = 3;
  int brokers = 3;
  int partitions = 4;
  bool tls = true;
  std::string size = kSmall;
  std::string version = "4.1.0";
  std::string heal = "replace";

  Json to_json() const;
  /// The roles, each with `fields`.
  Json roles(const Json& fields) const;
  bool stands_alone() const { return type == "kafka-single"; }
};

class KafkaCluster final : public ClusterLife {
 public:
  KafkaCluster(KafkaWorld& world, std::string name)
      : ClusterLife(world, std::move(name)), world_(world) {}

  void start_clients() override;
  /// Every record that was confirmed is there, once, and in order.
  void expect_data() override;
  void expect_served() override;
  /// What bounded replicas on the move is taken away again.
  void expect_tidy() override;
  Counts excused() const override { return excused_; }
  KafkaWorld& world() { return world_; }

 private:
  std::set<std::string> nodes_of(const Json& spec) const override;
  void expect_kept(const ProducerModel& producer, int partition);

  KafkaWorld& world_;
  Counts excused_;
};

}  // namespace ashlar::sim
