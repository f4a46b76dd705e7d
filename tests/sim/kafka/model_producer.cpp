#include "tests/sim/kafka/model_producer.hpp"

#include <algorithm>

namespace ashlar::sim {

void ProducerModel::start() {
  const int life = ++life_;
  last_confirmed_ = network_.time.now();
  longest_gap_ = Millis{0};
  network_.time.after(network_.dice.between(1, 200), [this, life] { act(life); });
}

void ProducerModel::act(int life) {
  if (life != life_) return;
  network_.time.after(network_.dice.between(100, 300), [this, life] { act(life); });
  KafkaModel* cluster = connect();
  if (!cluster) return;
  const int partitions = cluster->partitions_of(topic_);
  for (int partition = 0; partition < partitions; ++partition) send(*cluster, partition);
}

/// By any of its brokers: they know all others.
KafkaModel* ProducerModel::connect() {
  for (const std::string& address : directory_.brokers()) {
    const auto found = network_.running.find(address);
    if (found == network_.running.end() || !network_.reaches(name_, address)) continue;
    KafkaModel& cluster = network_.cluster(found->second->data->cluster);
    if (cluster.serves(*found->second)) return &cluster;
  }
  return nullptr;
}

/// A connection that is open goes on when the password is changed.
void ProducerModel::send(KafkaModel& cluster, int partition) {
  KafkaProcess* leader = cluster.leader_for(name_, {topic_, partition});
  if (!leader) return;
  const bool connected = logged_in_[leader] == leader->started_at;
  if (!connected && !cluster.admits(user_, directory_.password())) return;
  logged_in_[leader] = leader->started_at;
  if (!cluster.may_write(user_, topic_)) return;
  const auto [record, is_new] = on_the_way_.try_emplace(partition, next_);
  if (is_new) ++next_;
  if (!cluster.append({topic_, partition}, record->second)) return;
  if (cluster.is_committed({topic_, partition}, record->second)) confirm(partition);
}

void ProducerModel::confirm(int partition) {
  const auto record = on_the_way_.find(partition);
  confirmed_[partition].push_back(record->second);
  on_the_way_.erase(record);
  const Time now = network_.time.now();
  longest_gap_ = std::max(longest_gap_, Millis{now - last_confirmed_});
  last_confirmed_ = now;
}

}  // namespace ashlar::sim
