#pragma once
// The observed state of a cluster as JSON: what planning reads, and what GET shows as `status`.
//
//   health        "healthy" | "degraded" | "down" (no group takes writes)
//   problems      texts, one a fault; empty when healthy
//   observedAt    RFC 3339
//   type, deploymentType, targetClusters, region, vpcUUID, enableTLS   as in the spec
//   nodeCounts    {master, replica, sentinel}: as declared
//   nodes         one an entry, in the order of the spec:
//     name, role (as it is now: a failover changes it), declaredRole, group (null: a sentinel),
//     size, region, tags, providerId, publicAddress, privateAddress, port,
//     state       "active" | "error" | "missing" | "off" | "starting"
//     error       why not active; null when active
//     reachable   whether Ashlar can work on the machine
//     version, uptimeSeconds, usedMemoryBytes, maxMemoryBytes, connectedClients     null unless
//     active replication null for sentinels, else {offset, lagBytes, lastHeardSeconds, linkUp,
//     follows
//                 (node; null for a master), connectedReplicas}
//     watches     null for data nodes, else one entry a group: {group, master (node; null: unknown
//                 address), masterAddress, knownReplicas, knownSentinels, quorum, message}
//     certificate null without TLS, else {path, authorityPath, expiresAt}
//   groups        [{name, master (node; null: unknown or disputed), address, members}]
//   connection    null until proved: {username, passwordFrom, caCertificateFrom, sentinels
//                 ["address:port"], masterNames, urls [{group, url}], commands [{purpose,
//                 command}]}; holds no password: PASSWORD stands for it
//   proof         null until proved: {at, groups: [{name, master, replicas}]}
//   applied       the spec that the cluster was deployed with; planning compares with it

#include "base/json.hpp"
#include "kinds/redis/live.hpp"

namespace ashlar::redis {

/// `proof`: null, or what the last proof found. Pure.
Json status_of(const ClusterView& view, const Json& proof, const std::string& resource_id,
               Time observed_at);

/// The proof of `view`, from which faults_of() found none, and whose writes were read back. Pure.
Json proof_of(const ClusterView& view, Time at);

}  // namespace ashlar::redis
