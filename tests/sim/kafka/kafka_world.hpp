#pragma once
// A world with Kafka on its machines, and producers that write to it.

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/kafka/kafka_machine.hpp"
#include "tests/sim/kafka/model_producer.hpp"
#include "tests/sim/world.hpp"

namespace ashlar::sim {

class KafkaWorld final : public World {
 public:
  KafkaWorld(store::Store& store, WorldOptions options);

  KafkaMachine& machine(const std::string& name) const;
  /// What the nodes of the resource of this name form; null: nothing yet.
  KafkaModel* cluster_of_name(const std::string& name);

  ProducerModel& add_producer(const std::string& cluster, const std::string& user,
                              const std::string& topic);
  const std::vector<std::unique_ptr<ProducerModel>>& producers() const { return producers_; }

  std::vector<std::string> clients_by_name() const override;
  bool has_recovered() const override;

  KafkaNetwork& kafka_net;

 private:
  std::vector<std::unique_ptr<ProducerModel>> producers_;
};

}  // namespace ashlar::sim
