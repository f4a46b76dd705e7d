#pragma once
// A cloud, its machines, a store, and control planes that come and go, in virtual time. The
// acceptor, ledger, attempts, planner and steps are the real ones.

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cloud/testing/memory_cloud.hpp"
#include "engine/testing/faulty_store.hpp"
#include "engine/testing/stepped_engine.hpp"
#include "tests/sim/model_client.hpp"
#include "tests/sim/model_machines.hpp"

namespace ashlar::sim {

/// The control plane died. Not a std::exception: nothing under test can take it for a failure that
/// it knows.
struct Died {};

/// What must hold and does not.
struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};
inline void require(bool holds, const std::string& what) {
  if (!holds) throw Violation(what);
}

struct WorldOptions {
  uint64_t seed = 1;
  bool spoken = false;  // tells what happens
  bool reuse_addresses = false;
  Millis boot{5'000};
  Millis list_lag{0};  // until the provider shows what it made
  /// A control plane has more to do than this: it comes late, by as much as this.
  Millis lateness{500};
};

class World {
 public:
  World(store::Store& store, WorldOptions options);
  ~World();

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
  const std::string& organization() const { return organization_; }
  std::optional<Resource> find(const std::string& name);
  std::vector<Machine> records(const std::string& resource_id);
  int deaths() const { return deaths_; }
  int rounds() const { return rounds_; }
  long long commits() const { return commits_; }

  ClientModel& add_client(const std::string& cluster, const std::string& group);
  void drop_client(const std::string& group);
  const std::vector<std::unique_ptr<ClientModel>>& clients() const { return clients_; }
  /// From 1; machines and clients of that name belong to it.
  int cluster_number(const std::string& name);

  VirtualTime time;
  Dice dice;
  Trace trace;
  History history;
  Network net;
  cloud::testing::MemoryCloud cloud;
  MachinesModel machines;

 private:
  void moment(const std::string& what);
  void restart();

  engine::testing::FaultyStore store_;
  std::string organization_;
  const WorldOptions options_;
  engine::KindRegistry kinds_;
  std::optional<engine::testing::SteppedEngine> engine_;
  std::vector<std::string> clusters_;
  std::vector<std::unique_ptr<ClientModel>> clients_;
  std::vector<std::unique_ptr<ClientModel>> former_clients_;  // events may still refer to them
  bool working_ = false;
  bool dead_ = false;
  int deaths_ = 0;
  int lives_ = 0;
  int rounds_ = 0;
  long long commits_ = 0;
};

}  // namespace ashlar::sim
