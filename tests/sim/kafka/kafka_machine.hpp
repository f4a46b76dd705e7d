#pragma once
// A simulated machine with a node of Kafka.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/kafka/kafka_network.hpp"
#include "tests/sim/machine.hpp"

namespace ashlar::sim {

class KafkaMachine final : public MachineModel {
 public:
  KafkaMachine(KafkaNetwork& network, Identity identity)
      : MachineModel(network, std::move(identity)), kafka_network_(network) {}
  ~KafkaMachine() override;

  /// The versions of Kafka that the machines' image brings, oldest first.
  static const std::vector<std::string>& versions();

  /// Null: it does not run.
  const KafkaProcess* process() const { return process_; }

 private:
  const std::vector<std::string>& unit_names() const override;
  bool is_installed(const std::string& unit) const override;
  bool active(const std::string&) const override { return process_ != nullptr; }
  void start_process(const std::string& unit) override;
  void stop_process(const std::string& unit) override;
  void end_process(const std::string& unit, bool power_lost) override;
  machine::OperationResult perform_own(const Json& operation, bool check_only) override;
  const std::vector<std::string>& offered(const std::string& package) const override;

  machine::OperationResult run(const Json& operation, bool check_only);
  bool succeeds(const std::vector<std::string>& argv) const;
  machine::OperationResult check_libraries(const std::string& folder) const;
  machine::OperationResult format(const std::vector<std::string>& argv);
  machine::OperationResult administer(const Json& request);
  KafkaProcess* reached(const Json& request, bool controllers) const;
  Credentials credentials() const;
  std::string property(const std::string& name) const;

  KafkaNetwork& kafka_network_;
  KafkaData data_;
  std::set<std::string> programs_;  // that were compiled here
  KafkaProcess* process_ = nullptr;
  std::vector<std::unique_ptr<KafkaProcess>> processes_;  // events may still refer to former ones
};

}  // namespace ashlar::sim
