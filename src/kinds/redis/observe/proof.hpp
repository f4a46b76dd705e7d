#pragma once
// Success is read from the live cluster, never inferred from the steps that ran.

#include <string>
#include <vector>

#include "kinds/redis/observe/observe.hpp"

namespace ashlar::redis {

/// Lets each group's master take a write that all its replicas acknowledge, then reads it back from
/// each of them. Two rounds over all groups at once. Returns what failed; empty is the proof.
/// Throws what machines throw.
std::vector<std::string> prove_writes(const Observer& observer, const ClusterView& view);

/// The commands of both rounds. The key goes by itself after a minute.
std::vector<Command> write_commands(const std::string& token, size_t replicas);
std::vector<Command> read_commands();

}  // namespace ashlar::redis
