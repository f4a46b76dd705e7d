#pragma once
// Which simulated nodes of Kafka run where, and the clusters that they form.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/kafka/trust.hpp"
#include "tests/sim/network.hpp"

namespace ashlar::sim {

class KafkaModel;

/// One record: its number. Clients count upwards, so that an order can be told.
using Record = int;

/// What a broker has on its disk of one partition, oldest first.
struct Entry {
  Record record;
  Time written_at{};
};
struct PartitionName {
  std::string topic;
  int number = 0;
  auto operator<=>(const PartitionName&) const = default;
};

/// What outlives a node's process.
struct KafkaData {
  std::string cluster;    // empty: not formatted
  std::string directory;  // its id
  /// Who formed the first quorum, as it was told; empty: it joins one that is there.
  std::string initial_controllers;
  std::map<PartitionName, std::vector<Entry>> logs;
  /// What it was registered as when it last ended in order, as it notes down then; nothing: it
  /// did not end so, and may lack what it had confirmed.
  std::optional<int> ended_as;
};

/// A node's process. Made by its machine when it starts.
struct KafkaProcess {
  std::string name;
  std::string address;
  int number = 0;
  bool broker = false;
  bool controller = false;
  std::string rack;
  std::string version;
  Credentials credentials;  // as they were when it started
  KafkaData* data = nullptr;
  int least_in_sync = 1;  // min.insync.replicas of topics that say nothing else
  Time started_at{};
  Millis start_takes{};             // until it answers
  std::optional<int> former;        // registration, of which its disk has all
  std::optional<int> registration;  // its own
};

struct KafkaNetwork final : Network {
  KafkaNetwork(uint64_t seed, bool spoken);
  ~KafkaNetwork() override;

  Trust trust;
  std::map<std::string, KafkaProcess*> running;  // by address

  /// The cluster of this id; made when it is first heard of.
  KafkaModel& cluster(const std::string& id);
  const std::map<std::string, std::unique_ptr<KafkaModel>>& clusters() const { return clusters_; }

  /// Whether one that runs reaches the other, and each lets the other in.
  bool connects(const KafkaProcess& from, const KafkaProcess& to) {
    return &from == &to ||
           (reaches(from.address, to.address) && trust.between(from.credentials, to.credentials));
  }

 private:
  std::map<std::string, std::unique_ptr<KafkaModel>> clusters_;
};

}  // namespace ashlar::sim
