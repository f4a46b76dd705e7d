// Data for tests: an observed cluster, as the API answers it.

import type { RedisNode, RedisStatus } from './types';

export function node(name: string, change: Partial<RedisNode> = {}): RedisNode {
  const role = name.startsWith('sentinel') ? 'sentinel' : name.startsWith('master') ? 'master' : 'replica';
  return {
    name,
    role,
    declaredRole: role,
    group: role === 'sentinel' ? null : 'prod-m1',
    size: 's-1vcpu-1gb',
    machine: `prod-${name}`,
    machineSize: 's-1vcpu-1gb',
    settings: null,
    region: 'nyc1',
    tags: [],
    providerId: '1',
    publicAddress: '10.64.0.2',
    privateAddress: '10.64.128.2',
    port: role === 'sentinel' ? 26379 : 6379,
    state: 'active',
    error: null,
    reachable: true,
    version: '7.0.15',
    packageVersion: '5:7.0.15-1~deb12u10',
    uptimeSeconds: 60,
    usedMemoryBytes: 1_000_000,
    maxMemoryBytes: 500_000_000,
    connectedClients: 3,
    operationsPerSecond: role === 'sentinel' ? null : 12,
    replication:
      role === 'sentinel'
        ? null
        : {
            offset: 1000,
            lagBytes: role === 'replica' ? 14 : 0,
            lastHeardSeconds: role === 'replica' ? 0 : null,
            linkUp: role === 'replica' ? true : null,
            follows: role === 'replica' ? 'master-1' : null,
            connectedReplicas: role === 'master' ? 2 : 0,
          },
    watches:
      role === 'sentinel'
        ? [
            {
              group: 'prod-m1',
              master: 'master-1',
              masterAddress: '10.64.128.2:6379',
              knownReplicas: 2,
              knownSentinels: 2,
              quorum: true,
              message: 'OK',
              quorumNeeded: 2,
              downAfterMilliseconds: 5000,
            },
          ]
        : null,
    certificate: {
      path: '/etc/ashlar/redis/node.crt',
      authorityPath: '/etc/ashlar/redis/ca.crt',
      expiresAt: '2029-11-20T00:00:00.000Z',
    },
    ...change,
  };
}

export function status(nodes: RedisNode[], change: Partial<RedisStatus> = {}): RedisStatus {
  return {
    health: 'healthy',
    problems: [],
    observedAt: '2026-11-21T00:00:00.000Z',
    type: 'sentinel',
    deploymentType: 'redis-sentinel-prod',
    targetClusters: [],
    region: 'nyc1',
    vpcUUID: null,
    enableTLS: true,
    version: '7.0.15',
    nodeCounts: { master: 1, replica: 2, sentinel: 3 },
    nodes,
    groups: [
      {
        name: 'prod-m1',
        master: 'master-1',
        address: '10.64.128.2:6379',
        members: nodes.filter((one) => one.group !== null).map(({ name }) => name),
      },
    ],
    connection: {
      username: 'default',
      passwordFrom: 'GET /api/servers/res_1/credentials',
      caCertificateFrom: 'GET /api/servers/res_1/credentials',
      sentinels: ['10.64.128.5:26379', '10.64.128.6:26379', '10.64.128.7:26379'],
      masterNames: ['prod-m1'],
      hosts: [],
      hostsFile: null,
      zoneFile: null,
      urls: [
        {
          group: 'prod-m1',
          url: 'rediss://default:PASSWORD@10.64.128.2:6379/0',
        },
      ],
      commands: [],
    },
    proof: null,
    applied: null,
    power: 'on',
    surplus: [],
    drift: [],
    ...change,
  };
}

export const kSixNodes = ['master-1', 'replica-1', 'replica-2', 'sentinel-1', 'sentinel-2', 'sentinel-3'];
