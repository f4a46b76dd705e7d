#pragma once
// SSH to the machines of a simulated cloud, in virtual time, with faults on the way.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cloud/testing/memory_cloud.hpp"
#include "machine/machines.hpp"
#include "tests/sim/machine.hpp"

namespace ashlar::sim {

enum class WireFault {
  kNone,
  kRefused,     // nothing happens
  kAnswerLost,  // the effect happens
  kSlow,        // the effect happens late
  kLate,        // the answer is of some seconds ago: wrong by now
};

class MachinesModel final : public machine::Machines {
 public:
  explicit MachinesModel(Network& network) : network_(network) {}

  /// What the cloud calls when something happens to one of its machines. `boot`: how long it takes.
  void on_machine(const cloud::testing::MemoryCloud::Stored& stored, const std::string& what,
                  Millis boot);
  /// Gone, as if someone else had destroyed it.
  void vanish(const std::string& id);
  /// A kind's own machine, of a cluster of that kind.
  std::function<std::unique_ptr<MachineModel>(MachineModel::Identity)> make_machine;
  /// Called before and after the effect of every batch: the control plane may die there.
  std::function<void(const std::string& moment)> on_moment;
  std::function<WireFault()> next_fault;

  /// The machine that has this provider id, or this private address now; null: none.
  MachineModel* find(const std::string& id) const;
  MachineModel* at(const std::string& private_address) const;
  /// Those that the provider has not destroyed, in the order in which they were made.
  std::vector<MachineModel*> living() const;
  /// What nobody foresaw, or must never be (two machines of one name at the same moment): a test
  /// that met it has failed. Empty: nothing.
  const std::string& unforeseen() const { return unforeseen_; }

  machine::BatchResult run(const machine::Target& target, const machine::Batch& batch,
                           Millis timeout) override;
  void disconnect(const std::string&) override {}
  size_t connections_made() const override { return 0; }
  void pause(Millis duration) override { network_.time.pass(duration); }
  std::vector<std::exception_ptr> for_each(size_t count, size_t most_at_once,
                                           const std::function<void(size_t)>& body) override;

 private:
  MachineModel& reach(const machine::Target& target);
  machine::BatchResult carry_out(MachineModel& machine, const machine::Batch& batch);

  Network& network_;
  // None is ever freed: events may still refer to one that is gone.
  std::vector<std::unique_ptr<MachineModel>> machines_;
  std::map<std::string, MachineModel*> living_;  // by provider id
  std::string unforeseen_;
};

}  // namespace ashlar::sim
