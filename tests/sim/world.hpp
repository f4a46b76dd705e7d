#pragma once
// A cloud, its machines, a store, and control planes that come and go, in virtual time. The
// acceptor, ledger, attempts, planner and steps are the real ones. A kind derives its own world
// from this one: with the machines that run its servers, and clients of them.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cloud/testing/memory_cloud.hpp"
#include "engine/testing/faulty_store.hpp"
#include "engine/testing/stepped_engine.hpp"
#include "kinds/fleet/fleet.hpp"
#include "tests/sim/holds.hpp"
#include "tests/sim/machines.hpp"

namespace ashlar::sim {

// The sizes that the cloud offers.
inline constexpr const char* kSmall = "s-1vcpu-1gb";
inline constexpr const char* kLarge = "s-2vcpu-4gb";

struct WorldOptions {
  uint64_t seed = 1;
  bool spoken = false;  // tells what happens
  bool reuse_addresses = false;
  Millis boot{5'000};
  Millis list_lag{0};  // until the provider shows what it made
  /// A control plane has more to do than this: it comes late, by as much as this.
  Millis lateness{500};
};

/// What a kind brings into a world.
struct Inhabitants {
  std::string kind;
  std::unique_ptr<Network> network;
  std::function<engine::Kind(const fleet::Tools&)> make_kind;
  std::function<std::unique_ptr<MachineModel>(MachineModel::Identity)> make_machine;
};

class World {
 public:
  World(store::Store& store, WorldOptions options, Inhabitants inhabitants);
  virtual ~World();

  // What happens by chance; set by whoever lives in this world.
  /// Whether the control plane dies at this moment: a call of the cloud, a batch, a transaction.
  std::function<bool(const std::string& moment)> dies_at;
  std::function<WireFault()> wire_fault;

  /// Lets `ask` speak to a living control plane, however often it dies meanwhile. `done` tells
  /// after a death whether what was asked for was stored all the same.
  template <class Ask, class Done>
  void ask(Ask ask, Done done) {
    for (;;) {
      if (dead_) restart();
      working_ = true;
      try {
        ask(engine());
        working_ = false;
        return;
      } catch (const Died&) {
        working_ = false;
        restart();
        if (done()) return;
      } catch (...) {
        working_ = false;
        throw;
      }
    }
  }
  enum class Round { kWorked, kWaited, kNothingDue };
  /// One round of the engine, or time until something is due, and up to `extra` more.
  Round work(Millis extra);
  /// Time passes, and no control plane does anything.
  void rest(Millis duration) { time.pass(duration); }

  engine::testing::SteppedEngine& engine() { return *engine_; }

  store::Store& store() { return store_; }
  const std::string& kind() const { return kind_; }
  const std::string& organization() const { return organization_; }
  std::optional<Resource> find(const std::string& name);
  std::vector<Machine> records(const std::string& resource_id);
  int deaths() const { return deaths_; }
  int rounds() const { return rounds_; }
  long long commits() const { return commits_; }

  /// From 1; machines and clients of that name belong to it.
  int cluster_number(const std::string& name);

  // What troubles must know of a kind.
  /// Those outside of its machines that may be cut off together with one.
  virtual std::vector<std::string> clients_by_name() const = 0;
  /// Whether everything has recovered from what happened to it.
  virtual bool has_recovered() const = 0;

 private:
  const std::unique_ptr<Network> network_;  // before what refers to it

 public:
  Network& net;
  VirtualTime& time;
  Dice& dice;
  Trace& trace;
  cloud::testing::MemoryCloud cloud;
  MachinesModel machines;

 private:
  void moment(const std::string& what);
  void restart();
  int cluster_of(const std::string& machine) const;

  const std::string kind_;
  engine::testing::FaultyStore store_;
  std::string organization_;
  const WorldOptions options_;
  engine::KindRegistry kinds_;
  std::optional<engine::testing::SteppedEngine> engine_;
  std::vector<std::string> clusters_;
  bool working_ = false;
  bool dead_ = false;
  int deaths_ = 0;
  int lives_ = 0;
  int rounds_ = 0;
  long long commits_ = 0;
};

}  // namespace ashlar::sim
