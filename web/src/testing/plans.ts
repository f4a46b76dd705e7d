// Plans, and what the API says to whoever wants one carried out.

import type { DeployAnswer, PlanPreview, Problem } from '../api/types';

export function makePlan(change: Partial<PlanPreview> = {}): PlanPreview {
  return {
    kind: 'abacus',
    resourceName: 'prod',
    resourceId: 'res_1',
    generation: 1,
    action: 'update',
    summary: 'Update abacus prod: 1 machine to add',
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
    dangers: [],
    requiredActions: [],
    reassurance: 'Nothing that works now stops meanwhile, and nobody has to do anything.',
    addressChanges: [],
    notes: [],
    steps: [],
    monthlyUsdBefore: 36,
    monthlyUsdAfter: 42,
    expectedMs: 45_000,
    ...change,
  };
}

export function makeProblem(status: number, code: Problem['code'], errors: Problem['errors'] = []): Problem {
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

/** An operation has begun. */
export const accepted: DeployAnswer = {
  correlationId: 'op_1',
  operations: [
    {
      correlationId: 'op_1',
      resourceId: 'res_1',
      kind: 'abacus',
      name: 'prod',
      generation: 2,
      changed: true,
      summary: 'Update',
    },
  ],
};
