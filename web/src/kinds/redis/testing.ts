// What the API answers about one cluster, for tests of pages.

import type { PlanPreview, Problem, RedisServerDetail, RedisSpec } from '../../api/types';
import { kSixNodes, kSizes, node, status } from './model/testing';

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
  persistence: { mode: 'aof' },
  maxMemoryPolicy: 'noeviction',
  downAfterMilliseconds: 5000,
  image: 'debian-12-x64',
  packageVersion: null,
  power: 'on',
  heal: 'safe',
  passwordOverlapSeconds: 60,
  certificateDays: 1095,
};

export function server(change: Partial<RedisServerDetail> = {}): RedisServerDetail {
  return {
    id: 'res_1',
    organizationId: 'org_1',
    kind: 'redis',
    name: 'prod',
    state: 'active',
    generation: 1,
    spec: kSpec,
    status: status(kSixNodes.map((name) => node(name))),
    currentOperationId: null,
    monthlyUsd: 36,
    createdAt: '2026-11-20T00:00:00.000Z',
    updatedAt: '2026-11-20T00:00:00.000Z',
    machines: [],
    ...change,
  };
}

export function plan(change: Partial<PlanPreview> = {}): PlanPreview {
  return {
    kind: 'redis',
    resourceName: 'prod',
    resourceId: 'res_1',
    generation: 1,
    action: 'update',
    summary: 'Update Redis cluster prod: 1 machine to add',
    empty: false,
    specChanges: [],
    changes: [
      {
        action: 'create',
        what: 'machine',
        name: 'prod-replica-3',
        detail: 's-1vcpu-1gb in nyc1',
        monthlyUsdBefore: 0,
        monthlyUsdAfter: 6,
      },
    ],
    disruptions: [],
    notes: [],
    steps: [],
    monthlyUsdBefore: 36,
    monthlyUsdAfter: 42,
    expectedMs: 45_000,
    ...change,
  };
}

export function problem(status: number, code: Problem['code'], errors: Problem['errors'] = []): Problem {
  return {
    type: `urn:ashlar:problem:${code}`,
    title: code,
    status,
    code,
    detail: `${code} in detail`,
    instance: '',
    requestId: 'req_1',
    remedy: null,
    errors,
  };
}

export const accepted = {
  correlationId: 'op_1',
  operations: [
    {
      correlationId: 'op_1',
      resourceId: 'res_1',
      kind: 'redis',
      name: 'prod',
      generation: 2,
      changed: true,
      summary: 'Update',
    },
  ],
};

const region = { slug: 'nyc1', name: 'New York 1', sizes: [], features: [], available: true };

/** What every form asks for. */
export const catalogAnswers = {
  'GET /api/global/digitalocean/regions': () => ({ body: { items: [region], next: null } }),
  'GET /api/global/digitalocean/sizes': () => ({ body: { items: kSizes, next: null } }),
};
