#pragma once
// Many lives at once: each in a child process, so that a crash names its seed and nothing that one
// life leaves in memory slows the next.

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ashlar::sim {

/// What is counted over lives: deaths, operations, faults by name.
using Counts = std::map<std::string, long long>;

/// Lives one life and throws what must hold and does not. `spoken`: tells what happens.
using Live = std::function<Counts(unsigned seed, bool spoken)>;

/// Lives the seeds that the environment asks for:
///   ASHLAR_SIM_SEED=N    this one, telling what happens
///   ASHLAR_SIM_SEEDS=N   so many, from ASHLAR_SIM_FIRST on (else 1); otherwise `usual` many
/// on as many processes as there are processors. Prints what was counted and how fast it was. Fails
/// the test for each seed that failed; the first of them is lived again, telling what happens.
/// Returns what was counted.
Counts live_all(unsigned usual, const Live& live);

}  // namespace ashlar::sim
