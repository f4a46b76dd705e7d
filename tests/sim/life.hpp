#pragma once
// A whole life of one cluster, all of it drawn from a seed: what it is made of, what is asked for
// it, what goes wrong meanwhile. A kind says what there is to ask for.

#include <optional>
#include <string>

#include "tests/sim/cluster_life.hpp"
#include "tests/sim/seeds.hpp"
#include "tests/sim/troubles.hpp"
#include "tests/sim/world.hpp"

namespace ashlar::sim {

/// Of a world that lives by this seed.
WorldOptions options_of(unsigned seed, bool spoken);

class Life {
 public:
  virtual ~Life() = default;
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  /// Throws what must hold and does not. What is counted is equal for equal seeds.
  Counts run();

 protected:
  Life(World& world, ClusterLife& cluster) : dice_(world.dice), world_(world), cluster_(cluster) {}

  // What a kind brings.
  virtual void draw_wish() = 0;
  virtual Json wish() const = 0;
  /// Asks for one change; throws Error where it is refused.
  virtual void ask_for_something() = 0;
  /// Whether a machine may be gone for good without loss.
  virtual bool may_lose_machines() const = 0;
  /// Whether all data must be there in the end, whatever went wrong.
  virtual bool keeps_data() const { return one_at_a_time_; }

  // What it is made of.
  void ask(const std::string& action, const Json& arguments);
  /// To the end of the operation, however often it has to be tried; a person may change their mind.
  OperationState finish(const std::string& action);
  void stop_and_start();
  Troubles& troubles() { return *troubles_; }

  Dice& dice_;
  bool one_at_a_time_ = true;
  Counts counts_;

 private:
  void draw_faults();
  void inject_cloud_faults();
  void deploy();
  void change();
  void come_to_rest();
  void prove_and_remove();
  Counts counts();

  World& world_;
  ClusterLife& cluster_;
  std::optional<Troubles> troubles_;
  bool wire_faults_ = false;
  int deaths_left_ = 0;
};

}  // namespace ashlar::sim
