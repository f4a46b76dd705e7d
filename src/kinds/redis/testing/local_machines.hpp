#pragma once
// Machines on loopback for tests: each node is an address of 127.0.0.0/8 and a folder, its files
// and Redis commands go through the real ashlar-node, and its units are real Redis processes. What
// only root on a machine of its own may do (packages, kernel parameters) is left out.

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "kinds/fleet/testing/memory_jobs.hpp"
#include "machine/machines.hpp"

namespace ashlar::redis {

class LocalMachines final : public machine::Machines {
 public:
  LocalMachines();
  /// Kills every process that it started and removes the folder.
  ~LocalMachines() override;

  machine::BatchResult run(const machine::Target& target, const machine::Batch& batch,
                           Millis timeout) override;
  void disconnect(const std::string& address) override;
  size_t connections_made() const override { return 0; }

  /// "127.a.b.": a network that no other run of the tests uses.
  const std::string& address_prefix() const { return prefix_; }

  /// SIGKILL to the node's Redis or Sentinel, as a crash.
  void kill_process(const std::string& machine);
  /// Starts it again with the configuration that it has rewritten meanwhile.
  void start_process(const std::string& machine);
  /// SIGSTOP and SIGCONT: the process hangs, and its connections stay.
  void pause_process(const std::string& machine, bool paused);

  std::string folder_of(const std::string& machine) const;

 private:
  struct Process {
    pid_t pid = -1;
    std::string program;
    std::string conf;
    std::string address;
    int port = 0;
  };

  machine::OperationResult perform(const machine::Target& target, const Json& operation,
                                   bool check_only);
  machine::OperationResult handle_job(const machine::Target& target, const Json& operation,
                                      bool check_only);
  machine::OperationResult stop_unit(const machine::Target& target, const std::string& unit);
  machine::OperationResult start_unit(const machine::Target& target, const std::string& unit);
  machine::OperationResult run_node_program(const Json& operation, bool check_only);
  void spawn(Process& process);
  bool alive(const Process& process) const;

  std::string root_;
  std::string prefix_;
  mutable std::mutex mutex_;
  std::map<std::string, Process> processes_;                // by machine
  std::map<std::string, fleet::testing::MemoryJobs> jobs_;  // by machine
};

}  // namespace ashlar::redis
