#pragma once
// The observed state of a cluster as JSON: what planning reads, and what GET shows as `status`.
//
//   health        "healthy" | "degraded" | "down" (no group takes writes)
//   problems      texts, one a fault; empty when healthy
//   observedAt    RFC 3339
//   type, deploymentType, targetClusters, region, vpcUUID, enableTLS   as in the spec
//   version       of the nodes that answer, such as "7.0.15"; null when none does
//   nodeCounts    {master, replica, sentinel}: as declared
//   nodes         one an entry, in the order of the spec:
//     name, role (as it is now: a failover changes it), declaredRole, group (null: a sentinel),
//     size, region, tags, providerId, publicAddress, privateAddress, port,
//     state       "active" | "error" | "missing" | "off" | "starting"
//     error       why not active; null when active
//     reachable   whether Ashlar can work on the machine
//     packageVersion   what is installed of redis-server or redis-sentinel; null: unknown
//     version, uptimeSeconds, usedMemoryBytes, maxMemoryBytes, connectedClients,
//     operationsPerSecond   null unless active
//     replication null for sentinels, else {offset, lagBytes, lastHeardSeconds, linkUp,
//     follows
//                 (node; null for a master), connectedReplicas}
//     watches     null for data nodes, else one entry a group: {group, master (node; null: unknown
//                 address), masterAddress, knownReplicas, knownSentinels, quorum, message,
//                 quorumNeeded, downAfterMilliseconds}
//     machine, machineSize, machineDiskBytes   its host name, and what the provider says it has;
//                 null: unknown. After a resize the disk may be smaller than the size's
//     settings    null for sentinels and for what does not answer, else {maxMemoryBytes,
//                 maxMemoryPolicy, persistence, minReplicasToWrite}
//     certificate null without TLS, else {path, authorityPath, expiresAt}
//   groups        [{name, master (node; null: unknown or disputed), address, members}]
//   connection    null until proved: {username, passwordFrom, caCertificateFrom, sentinels
//                 ["address:port"], masterNames, hosts [{node, name, address}] and, as texts to
//                 paste, hostsFile and zoneFile (none and null: the spec asks for no names), urls
//                 [{group, url}], commands [{purpose, command}], shell [lines for a shell with
//                 `ashlar` at hand, which fetch the secrets]}; holds no password: PASSWORD
//                 stands for it
//   proof         null until proved: {at, groups: [{name, master, replicas}]}
//   applied       null, or the spec that was last proved; planning compares with it
//   limits        {group: maxMemoryBytes} as they were when it was proved
//   lastMasters   {group: node} that led when the cluster was last stopped
//   power         "off" when the cluster is stopped and all its machines are off, else "on"
//   surplus       machines that play no declared part: {name (of the record), role, group (null:
//                 unknown), machine, machineSize, providerId, privateAddress, state, error,
//                 reachable, isMaster, follows (address)}
//   drift         what is there otherwise than declared; see drift.hpp

#include "base/json.hpp"
#include "kinds/redis/observe/live.hpp"

namespace ashlar::redis {

/// What an observation cannot see and keeps from the last proof, or from the last stop.
struct Kept {
  Json proof;    // null, or what it found
  Json applied;  // null, or the spec that was proved
  Json limits;   // group -> maxMemoryBytes as it was then
  Json last_masters = Json::object();
};
/// Of a stored status.
Kept kept_in(const Json& status);
/// Of `view`, from which faults_of() found none, and whose writes were read back.
Kept proved(const ClusterView& view, Time at);

/// Pure.
Json status_of(const ClusterView& view, const Kept& kept, const std::string& resource_id,
               Time observed_at);

/// What of a status is worth a curve: operations a second and memory of data nodes, and how many
/// bytes replicas are behind; what is unknown is left out. Pure.
Json readings_of(const Json& status);

}  // namespace ashlar::redis
