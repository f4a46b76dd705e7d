#pragma once
// One operation, with the control plane killed after each transaction that it ever stores: after
// the restart, each run ends in the same state. The world before the operation is made once; each
// death has a copy of it in a process of its own.

#include <functional>
#include <iosfwd>
#include <memory>

#include "tests/sim/cluster_life.hpp"

namespace ashlar::sim {

struct Sweep {
  const char* name;
  /// What is deployed before, as a spec; null: nothing.
  Json deployed;
  /// Before any death; null: nothing more.
  std::function<void(ClusterLife&)> prepare;
  std::function<bool(ClusterLife&)> ask;
  int cancel_after = 0;  // rounds; 0: never
  /// No create is answered, and what it made shows ten seconds later.
  bool silent = false;
};
void PrintTo(const Sweep& sweep, std::ostream* out);

/// A world of a kind, with one cluster.
struct Scene {
  std::unique_ptr<World> world;
  std::unique_ptr<ClusterLife> cluster;
};
using MakeScene = std::function<Scene(store::Store& store, const WorldOptions& options)>;

/// Fails the test for each death (the first few) that ends otherwise than a run without any.
void expect_every_death_ends_alike(const Sweep& sweep, const MakeScene& make_scene);

// What sweeps ask for.
std::function<bool(ClusterLife&)> act(const char* action, Json arguments = Json::object());
bool remove_it(ClusterLife& cluster);
/// To be prepared with: the operation, to its end.
std::function<void(ClusterLife&)> acted(const char* action, Json arguments = Json::object());
/// Somebody destroys the machine of this name.
std::function<void(ClusterLife&)> lost(std::string machine);

}  // namespace ashlar::sim
