#pragma once
// SSH to the machines of a MemoryCloud: answers only where a machine is up, with the host key that
// its user data gave it. Fails closed: only facts are answered.

#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>

#include "cloud/testing/memory_cloud.hpp"
#include "machine/machines.hpp"

namespace ashlar::fleet::testing {

/// Thread-safe.
class MemoryMachines final : public machine::Machines {
 public:
  explicit MemoryMachines(const cloud::testing::MemoryCloud& cloud) : cloud_(cloud) {}

  /// sshd of the machine with this provider id never answers.
  void silence(const std::string& provider_id) { silent_.insert(provider_id); }
  /// It answers with a host key that nobody gave it.
  void impersonate(const std::string& provider_id) { impostors_.insert(provider_id); }

  std::set<std::string> disconnected() const {
    const std::lock_guard lock(mutex_);
    return disconnected_;
  }

  machine::BatchResult run(const machine::Target& target, const machine::Batch& batch,
                           Millis) override {
    for (const auto& machine : cloud_.machines()) {
      if (machine.machine.public_address != target.address || target.address.empty()) continue;
      if (silent_.contains(machine.machine.id)) break;
      const bool pinned = machine.user_data.find(target.host_key) != std::string::npos;
      if (target.host_key.empty() || !pinned || impostors_.contains(machine.machine.id)) {
        throw Error(ErrorCode::kUntrusted, target.name + " shows another host key");
      }
      return answer(target, batch);
    }
    throw Error(ErrorCode::kUnavailable, "connection to " + target.address + " refused");
  }

  void disconnect(const std::string& address) override {
    const std::lock_guard lock(mutex_);
    disconnected_.insert(address);
  }

  size_t connections_made() const override { return 0; }

 private:
  static machine::BatchResult answer(const machine::Target& target, const machine::Batch& batch) {
    if (batch.operations.size() != 1 || batch.operations[0] != machine::facts()) {
      throw std::logic_error("an unexpected batch for " + target.name);
    }
    machine::OperationResult result{.ok = true};
    result.data = {{"hostname", target.name}};
    return {.results = {result}};
  }

  const cloud::testing::MemoryCloud& cloud_;
  std::set<std::string> silent_;
  std::set<std::string> impostors_;
  mutable std::mutex mutex_;
  std::set<std::string> disconnected_;
};

}  // namespace ashlar::fleet::testing
