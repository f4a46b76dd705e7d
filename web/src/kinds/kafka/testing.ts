// What the API answers about one cluster, for tests.

import type { PlanPreview } from '../../api/types';
import { makePlan } from '../../testing/plans';
import type { KafkaNode, KafkaReassignment, KafkaResource, KafkaSpec, KafkaStatus } from './model/types';

const nodeSpec = (id: string, number: number, size: string) => ({
  id,
  size,
  region: 'nyc1',
  tags: [],
  number,
  zone: null,
  held: false,
});

const roleSpec = (role: string, first: number, size: string) => ({
  count: 3,
  size,
  heapMegabytes: null,
  nodes: [0, 1, 2].map((more) => nodeSpec(`${role}-${more + 1}`, first + more, size)),
});

/** As the server stores one: every default filled in. */
export const storedSpec: KafkaSpec & Record<string, unknown> = {
  kind: 'kafka',
  name: 'prod',
  type: 'kafka-prod',
  region: 'nyc1',
  vpcUUID: null,
  enableTLS: true,
  desiredState: {
    roles: {
      controller: roleSpec('controller', 1, 's-1vcpu-1gb'),
      broker: roleSpec('broker', 4, 's-2vcpu-4gb'),
    },
  },
  highestNodeNumber: 6,
  version: '4.1.0',
  package: null,
  dataDirectory: '/var/lib/kafka',
  defaults: {
    partitions: 1,
    replicationFactor: 3,
    minInsyncReplicas: 2,
    retentionHours: 168,
    retentionBytes: null,
  },
  configuration: { 'num.io.threads': '6' },
  clientRanges: ['10.0.0.0/8'],
  topics: [
    { name: 'orders', partitions: 6, replicationFactor: 3, configuration: {} },
    {
      name: 'customers',
      partitions: 3,
      replicationFactor: 3,
      configuration: { 'cleanup.policy': 'compact' },
    },
  ],
  users: [
    { name: 'shop', acls: [{ topic: 'orders', operations: ['write', 'describe'] }] },
    { name: 'billing', acls: [{ group: 'billing*', operations: ['read'] }] },
  ],
  reassignmentBytesPerSecond: 50_000_000,
  prune: false,
  image: 'debian-12-x64',
  power: 'on',
  heal: 'safe',
  strategy: 'in-place',
  passwordOverlapSeconds: 60,
  certificateDays: 1095,
};

/** With one node held out of changes. */
export function heldSpec(id: string): typeof storedSpec {
  const { roles } = storedSpec.desiredState;
  const held = ({ nodes = [], ...role }: (typeof roles)['broker']) => ({
    ...role,
    nodes: nodes.map((one) => ({ ...one, held: one.id === id })),
  });
  return {
    ...storedSpec,
    desiredState: { roles: { controller: held(roles.controller), broker: held(roles.broker) } },
  };
}

export const reassignment = (change: Partial<KafkaReassignment> = {}): KafkaReassignment => ({
  partitions: 12,
  receiving: [
    { node: 'broker-4', replicas: 7 },
    { node: 'broker-5', replicas: 5 },
  ],
  giving: [{ node: 'broker-1', replicas: 12 }],
  bytes: 8 * 2 ** 30,
  copiedBytes: 3 * 2 ** 30,
  bytesPerSecond: 50_000_000,
  leftMilliseconds: 107_000,
  ...change,
});

export function node(name: string, change: Partial<KafkaNode> = {}): KafkaNode {
  const role = name.startsWith('controller') ? 'controller' : 'broker';
  const isBroker = role === 'broker';
  return {
    name,
    role,
    declaredRole: role,
    number: 1,
    zone: null,
    size: 's-1vcpu-2gb',
    machine: `prod-${name}`,
    machineSize: 's-1vcpu-2gb',
    machineDiskBytes: 50 * 2 ** 30,
    region: 'nyc1',
    tags: [],
    providerId: '1',
    publicAddress: '10.92.0.10',
    privateAddress: '10.92.137.2',
    port: isBroker ? 9092 : 9094,
    state: 'active',
    error: null,
    reachable: true,
    votes: isBroker ? null : true,
    leadsControllers: name === 'controller-1',
    missed: false,
    behindMilliseconds: isBroker ? null : 0,
    leaders: isBroker ? 20 : null,
    replicas: isBroker ? 62 : null,
    notInSync: isBroker ? 0 : null,
    logBytes: isBroker ? 2 ** 30 : null,
    diskBytes: 50 * 2 ** 30,
    diskFreeBytes: 40 * 2 ** 30,
    certificate: {
      path: '/etc/kafka/tls/node.pem',
      authorityPath: '/etc/kafka/tls/authorities.pem',
      expiresAt: '2029-11-26T11:59:31.000Z',
    },
    ...change,
  };
}

export const sixNodes = [
  'controller-1',
  'controller-2',
  'controller-3',
  'broker-1',
  'broker-2',
  'broker-3',
].map((name) => node(name));

const none = { count: 0, named: [] };

export function status(change: Partial<KafkaStatus> = {}): KafkaStatus {
  return {
    health: 'healthy',
    problems: [],
    observedAt: '2026-11-21T00:00:00.000Z',
    type: 'kafka-prod',
    region: 'nyc1',
    vpcUUID: null,
    enableTLS: true,
    version: '4.1.0',
    metadataVersion: '4.1-IV1',
    activeController: 'controller-1',
    nodeCounts: { controller: 3, broker: 3 },
    nodes: sixNodes,
    partitions: { count: 62, offline: none, underReplicated: none, underMinInSync: none },
    reassignment: null,
    topics: [
      {
        name: 'customers',
        partitions: 3,
        replicationFactor: 3,
        configuration: { 'cleanup.policy': 'compact' },
      },
      { name: 'orders', partitions: 6, replicationFactor: 3, configuration: {} },
    ],
    consumerGroups: [{ id: 'billing-load', state: 'Stable', members: 1, lag: 12_086 }],
    connection: {
      username: 'shop',
      passwordFrom: 'GET /api/servers/res_1/credentials',
      caCertificateFrom: 'GET /api/servers/res_1/credentials',
      bootstrap: ['10.92.137.7:9092', '10.92.137.5:9092'],
      clientProperties: 'security.protocol=SASL_SSL\n',
      urls: [],
      commands: [{ purpose: 'list the topics', command: 'bin/kafka-topics.sh --list' }],
      shell: ['ashlar credentials kafka prod --get caCertificate > ca.crt'],
    },
    proof: {},
    applied: null,
    power: 'on',
    surplus: [],
    drift: [],
    ...change,
  };
}

export function cluster(change: Partial<KafkaResource> = {}): KafkaResource {
  return {
    id: 'res_1',
    organizationId: 'org_1',
    kind: 'kafka',
    name: 'prod',
    state: 'active',
    condition: { word: 'healthy', severity: 'good', reason: null },
    generation: 1,
    spec: storedSpec,
    status: status(),
    currentOperationId: null,
    monthlyUsd: 54,
    createdAt: '2026-11-20T00:00:00.000Z',
    updatedAt: '2026-11-20T00:00:00.000Z',
    machines: [],
    healing: { waitsFor: null, leavesAlone: null, message: null, tasks: [] },
    ...change,
  };
}

export const plan = (change: Partial<PlanPreview> = {}): PlanPreview =>
  makePlan({ kind: 'kafka', resourceName: 'prod', ...change });
