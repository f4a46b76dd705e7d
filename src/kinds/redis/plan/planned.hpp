#pragma once
// The vocabulary of plans: each function makes one step as it is stored and shown. When it may run
// (`after`) is for the plan's composers to say: see deployment.cpp and change.cpp. Pure.

#include <string>
#include <vector>

#include "kinds/redis/spec/spec.hpp"
#include "kinds/redis/spec/topology.hpp"
#include "model/plan.hpp"

namespace ashlar::redis {

/// The phases that people see; the first six are the seed's own words.
namespace phase {
inline constexpr const char* kMachines = "Creating DigitalOcean droplets";
inline constexpr const char* kInstall = "Installing Redis on each node";
inline constexpr const char* kReplication = "Configuring master-replica relationships";
inline constexpr const char* kSentinels = "Setting up Sentinel nodes";
inline constexpr const char* kTls = "Configuring SSL/TLS certificates";
inline constexpr const char* kFinal = "Finalizing cluster configuration";
inline constexpr const char* kSettings = "Adjusting settings";
inline constexpr const char* kHandOver = "Handing over from old nodes to new ones";
inline constexpr const char* kPower = "Switching machines";
inline constexpr const char* kVersion = "Changing the version of Redis";
inline constexpr const char* kRotation = "Rotating credentials";
inline constexpr const char* kRetire = "Destroying machines that left";
}  // namespace phase

// Keys of the planned steps. `node` may be a machine's name before it has taken over: replica-1~2.
inline constexpr const char* kCredentialsKey = "credentials";
inline constexpr const char* kProveKey = "prove";
std::string install_key(const std::string& node);
std::string configure_key(const std::string& node);
std::string replication_key(const std::string& group);
std::string tls_key(const std::string& node);
std::string restore_key(const std::string& node);
std::string forget_key(const std::string& sentinel);

/// What a data node is set to by command. The names are those of the observed `settings`.
struct Settings {
  long long max_memory_bytes = 0;
  std::string max_memory_policy;
  std::string persistence;
  int min_replicas_to_write = 0;

  bool operator==(const Settings&) const = default;
};
Settings settings_of(const Spec& spec, const Group& group);
Json to_json(const Settings&);

namespace planned {

using Node = const std::string&;

PlannedStep credentials(const Spec& spec);
PlannedStep install(Node node, bool holds_data);
/// `leader`: empty for a master.
PlannedStep configure(Node node, const Group& group, const std::string& leader);
PlannedStep sentinel(Node node, const Json& masters, int quorum);
PlannedStep tls(Node node);
PlannedStep replication(const Group& group);
PlannedStep forget(Node sentinel);
PlannedStep prove(const Spec& spec);

PlannedStep save(Node node, const std::string& group);
PlannedStep synced(Node node, const std::string& group);
PlannedStep adopt(Node node, const std::string& successor);
/// `group`: empty for a sentinel.
PlannedStep leave(Node node, const std::string& title, Role role, const std::string& group);
/// Out of service for a while, with all data on its disk. `group`: empty for a sentinel.
PlannedStep withdraw(Node node, const std::string& group);
/// In service again, as it was.
PlannedStep resume(Node node, const std::string& group);
PlannedStep switchover(const std::string& group, Node from, Node to);
PlannedStep settings(Node node, const std::string& group, const Settings& wanted);
/// What was changed by hand is set again.
PlannedStep restore(Node node);
PlannedStep watch(Node sentinel, const Json& masters, int quorum, int down_after_milliseconds);
PlannedStep follow(Node node, const std::string& group, Node leader);
PlannedStep agreed(const std::string& key_suffix);
PlannedStep fetch(Node node, bool holds_data, const std::string& version);
/// `group`: empty for a sentinel. `former`: empty when unknown.
PlannedStep package(Node node, const std::string& group, const std::string& former,
                    const std::string& version);

}  // namespace planned
}  // namespace ashlar::redis
