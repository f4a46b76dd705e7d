// What a look at everything costs the control plane: machines of the model answer at once, so what
// is measured is the work on this side (and the model's).

#include <benchmark/benchmark.h>

#include "tests/sim/memory_store.hpp"
#include "tests/sim/redis/redis_cluster.hpp"

namespace ashlar::sim {
namespace {

constexpr int kMachinesOfACluster = 100;

RedisWish large() {
  RedisWish wish;
  wish.name = "large";
  wish.masters = 31;
  wish.replicas = 64;
  wish.sentinels = 5;
  return wish;
}

/// All clusters are alike, so one is looked at again and again.
void observer_round(benchmark::State& state) {
  MemoryStore store(VirtualTime().now());
  RedisWorld world(store, {});
  RedisCluster life(world, "large");
  life.apply(large().to_json());
  if (life.run({}) != OperationState::kSucceeded || !life.is_healthy())
    return state.SkipWithError("the cluster was not deployed");
  const std::string id = life.resource().id;

  long long requests = 0;
  const auto moment = world.cloud.on_moment;
  world.cloud.on_moment = [&](const std::string& what) {
    // A provider keeps its catalog for minutes (digitalocean::Options::catalog_age).
    if (what.starts_with("before ") && what != "before catalog") ++requests;
    moment(what);
  };
  const long long clusters = state.range(0) / kMachinesOfACluster;
  for (auto _ : state)
    for (long long i = 0; i < clusters; ++i)
      world.engine().observer().refresh(world.organization(), id);
  state.counters["requests/round"] =
      static_cast<double>(requests) / static_cast<double>(state.iterations());
  state.SetComplexityN(state.range(0));
}
BENCHMARK(observer_round)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->Complexity(benchmark::oN);

}  // namespace
}  // namespace ashlar::sim
