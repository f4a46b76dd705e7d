#pragma once
// How a node goes out of its clients' and sentinels' sight and comes back. What these functions
// need to remember between attempts, they keep in the step's data; Done means that the node is
// there, or away.

#include <optional>
#include <string>

#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {

/// Starts and enables the node's service, or stops and disables it.
void set_unit(const Work& work, const NodePart& part, const Machine& machine, bool run);

/// Nobody may depend on a node that is about to be away: a master hands over, a node that is alone
/// saves its data and stops, the others of its group must be whole and the other sentinels have
/// their quorum. What to wait for; nullopt: it may go. `key`: an undo keeps what it remembers
/// apart.
std::optional<StepOutcome> make_way(Work& work, const NodePart& part, const std::string& key);

/// For a data node that sentinels watch: no client is sent to it any more, and nobody promotes it.
/// `needs_heir`: only while every sentinel knows another replica that it could promote.
StepOutcome hide(Work& work, const NodePart& part, const Machine& machine, bool needs_heir);

/// Runs again, and is shown to clients.
void bring_back(Work& work, const NodePart& part, const Machine& machine);

/// A data node that was away may know a leader that leads no more. What to wait for; nullopt: it
/// follows the one that the sentinels name, or leads itself.
std::optional<StepOutcome> follow_leader(Work& work, const NodePart& part, const Machine& machine);

}  // namespace ashlar::redis
