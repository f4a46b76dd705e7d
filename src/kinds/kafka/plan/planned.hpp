#pragma once
// The vocabulary of plans: each function makes one step as it is stored and shown. Pure.

#include <string>
#include <vector>

#include "kinds/cluster/plan/parts.hpp"
#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::kafka {

namespace phase {
inline constexpr const char* kMachines = "Creating machines";
inline constexpr const char* kInstall = "Installing Kafka on each node";
inline constexpr const char* kStart = "Starting controllers and brokers";
inline constexpr const char* kAccess = "Setting up users and topics";
inline constexpr const char* kRolling = "Changing one node after the other";
inline constexpr const char* kPower = "Switching machines";
inline constexpr const char* kRepair = "Mending what was changed";
inline constexpr const char* kFinal = "Proving the cluster";
}  // namespace phase

inline constexpr const char* kCredentialsKey = "credentials";
inline constexpr const char* kQuorumKey = "kafka.quorum";
inline constexpr const char* kBrokersKey = "kafka.brokers";
inline constexpr const char* kProveKey = "prove";
std::string install_key(const std::string& node);
std::string configure_key(const std::string& node);

namespace planned {

PlannedStep credentials();
PlannedStep install(const NodePart& node);
PlannedStep configure(const NodePart& node, int heap_megabytes);
/// What was changed by hand on a node that works is set again, without a restart.
PlannedStep restore(const NodePart& node);
/// Out of service for a while, once the others can do without it.
PlannedStep withdraw(const NodePart& node);
/// In service again, and as far as the others.
PlannedStep resume(const NodePart& node);
PlannedStep stop(const NodePart& node);
PlannedStep start(const NodePart& node);
/// The metadata and what follows from it, as the version has it. There is no way back.
PlannedStep features(const std::string& version);
PlannedStep quorum(const Topology& topology);
PlannedStep brokers(const Topology& topology);
PlannedStep users(size_t count);
PlannedStep topics(const std::string& title, const std::vector<std::string>& names);
PlannedStep prove();

}  // namespace planned
}  // namespace ashlar::kafka
