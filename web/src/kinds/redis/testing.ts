// What the API answers about one cluster, for tests of pages.

import type { PlanPreview } from '../../api/types';
import { makePlan } from '../../testing/plans';
import { kSixNodes, node, status } from './model/testing';
import type { RedisResource, RedisSpec } from './model/types';

const roleSpec = (role: string, count: number) => ({
  count,
  size: 's-1vcpu-1gb',
  nodes: Array.from({ length: count }, (_, index) => ({
    id: `${role}-${index + 1}`,
    size: 's-1vcpu-1gb',
    region: 'nyc1',
    tags: [],
    group: role === 'sentinel' ? null : 1,
  })),
});

export const kSpec: RedisSpec = {
  name: 'prod',
  type: 'sentinel',
  deploymentType: 'redis-sentinel-prod',
  targetClusters: ['redis-sentinel-prod'],
  region: 'nyc1',
  vpcUUID: null,
  enableTLS: true,
  desiredState: {
    roles: {
      master: roleSpec('master', 1),
      replica: roleSpec('replica', 2),
      sentinel: roleSpec('sentinel', 3),
    },
  },
  clientRanges: ['10.0.0.0/8'],
  clientRights: [],
  persistence: { mode: 'aof' },
  maxMemoryPolicy: 'noeviction',
  downAfterMilliseconds: 5000,
  image: 'debian-12-x64',
  packageVersion: null,
  power: 'on',
  heal: 'safe',
  strategy: 'in-place',
  connection: { domain: null },
  passwordOverlapSeconds: 60,
  certificateDays: 1095,
};

export function server(change: Partial<RedisResource> = {}): RedisResource {
  return {
    id: 'res_1',
    organizationId: 'org_1',
    kind: 'redis',
    name: 'prod',
    state: 'active',
    condition: { word: 'healthy', severity: 'good', reason: null },
    generation: 1,
    spec: kSpec,
    status: status(kSixNodes.map((name) => node(name))),
    currentOperationId: null,
    monthlyUsd: 36,
    createdAt: '2026-11-20T00:00:00.000Z',
    updatedAt: '2026-11-20T00:00:00.000Z',
    machines: [],
    healing: { waitsFor: null, leavesAlone: null, message: null, tasks: [] },
    ...change,
  };
}

export const plan = (change: Partial<PlanPreview> = {}): PlanPreview =>
  makePlan({ kind: 'redis', resourceName: 'prod', ...change });
