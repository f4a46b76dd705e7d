// Planning at scale: a plan that finds nothing to do, over more and more nodes.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "kinds/redis/plan/plan.hpp"
#include "kinds/redis/testing/observed_cluster.hpp"
#include "kinds/redis/testing/test_catalog.hpp"

namespace ashlar::redis {
namespace {

/// One cluster: a master for every two replicas, and five sentinels.
Spec spec_of(int nodes) {
  Spec spec;
  spec.name = "large";
  spec.sentinel = true;
  spec.deployment_type = "redis-sentinel-cluster-1";
  spec.region = "nyc1";
  spec.max_memory_policy = "noeviction";
  spec.image = kDefaultImage;
  const auto add = [&](Role role, int number, int group) {
    spec.roles[role].push_back(
        {fmt::format("{}-{}", to_string(role), number), "s-1vcpu-1gb", {}, group});
  };
  const int groups = std::max(1, (nodes - 5) / 3);
  for (int i = 1; i <= groups; ++i) add(Role::kMaster, i, i);
  for (int i = 1; i <= 2 * groups; ++i) add(Role::kReplica, i, (i - 1) % groups + 1);
  for (int i = 1; i <= 5; ++i) add(Role::kSentinel, i, 0);
  return spec;
}

void nothing_to_change(benchmark::State& state) {
  const Catalog catalog = test_catalog();
  // A cluster has a hundred nodes at most, so many nodes are many clusters.
  const int clusters = static_cast<int>(state.range(0)) / kMostNodes;
  const Spec spec = spec_of(kMostNodes);
  const Json observed = intact_cluster(to_json(spec));
  for (auto _ : state) {
    size_t steps = 0;
    for (int i = 0; i < clusters; ++i) steps += plan(spec, observed, catalog).steps.size();
    if (steps != 0) state.SkipWithError("an intact cluster got a plan");
  }
  state.counters["nodes/s"] = benchmark::Counter(static_cast<double>(state.range(0)),
                                                 benchmark::Counter::kIsIterationInvariantRate);
  state.SetComplexityN(state.range(0));
}
BENCHMARK(nothing_to_change)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);

/// One cluster that is larger than the parser allows: what grows faster than its nodes shows here.
void nothing_to_change_in_one_cluster(benchmark::State& state) {
  const Catalog catalog = test_catalog();
  const Spec spec = spec_of(static_cast<int>(state.range(0)));
  const Json observed = intact_cluster(to_json(spec));
  for (auto _ : state)
    if (!plan(spec, observed, catalog).empty()) state.SkipWithError("an intact cluster got a plan");
  state.SetComplexityN(state.range(0));
}
BENCHMARK(nothing_to_change_in_one_cluster)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity();

}  // namespace
}  // namespace ashlar::redis
