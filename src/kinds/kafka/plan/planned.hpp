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
inline constexpr const char* kMoving = "Moving replicas";
inline constexpr const char* kLeaving = "Letting nodes go";
inline constexpr const char* kRolling = "Changing one node after the other";
inline constexpr const char* kRotation = "Rotating credentials";
inline constexpr const char* kPower = "Switching machines";
inline constexpr const char* kRepair = "Mending what was changed";
inline constexpr const char* kFinal = "Proving the cluster";
}  // namespace phase

inline constexpr const char* kCredentialsKey = "credentials";
inline constexpr const char* kPackageKey = "kafka.package";
inline constexpr const char* kQuorumKey = "kafka.quorum";
inline constexpr const char* kBrokersKey = "kafka.brokers";
inline constexpr const char* kReassignKey = "kafka.reassign";
inline constexpr const char* kProveKey = "prove";
std::string install_key(const std::string& node);
std::string configure_key(const std::string& node);

namespace planned {

PlannedStep credentials();
/// Of a spec that says where Kafka comes from.
PlannedStep package(const Spec& spec);
PlannedStep install(const NodePart& node);
PlannedStep configure(const NodePart& node, int heap_megabytes);
/// The same for one that comes to a cluster that works; turned back, the cluster forgets it.
PlannedStep join(const NodePart& node, int heap_megabytes);
/// What was changed by hand on a node that works is set again, without a restart.
PlannedStep restore(const NodePart& node);
/// It learns where the controllers are now, without a restart.
PlannedStep tell(const NodePart& node);
/// Replicas to where they belong among `homes`; turned back, to the brokers that were there
/// `before`. `balanced`: also those that could stay.
PlannedStep reassign(const std::string& title, const Topology& homes, const Topology& before,
                     bool balanced);
/// The cluster forgets it.
PlannedStep leave(const NodePart& node);
/// Out of service for a while, once the others can do without it. `for_good`: with all that is on
/// its disk.
PlannedStep withdraw(const NodePart& node);
/// Its machine is replaced next. From here on a change cannot be cancelled.
PlannedStep vacate(const NodePart& node);
/// In service again, and as far as the others.
PlannedStep resume(const NodePart& node);
/// A new key and certificate, in force when the node starts again.
PlannedStep certificate(const NodePart& node);
/// The exchange of the authority: "begin", "use" (`overlap_seconds` after the first round) or
/// "drop".
PlannedStep authority(const std::string& stage, int overlap_seconds = 0);
PlannedStep passwords(const std::vector<std::string>& users);
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
