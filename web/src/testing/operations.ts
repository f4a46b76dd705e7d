import type { OperationDetail, OperationEvent, Step, StepState } from '../api/types';

const epoch = Date.parse('2026-11-21T10:00:00.000Z');
export const timeAt = (seconds: number): string => new Date(epoch + seconds * 1000).toISOString();

export function makeStep(key: string, after: string[] = [], given: Partial<Step> = {}): Step {
  return {
    id: `st_${key}`,
    operationId: 'op_1',
    key,
    type: 'test.step',
    title: `Title of ${key}`,
    phase: 'Creating DigitalOcean droplets',
    node: null,
    args: {},
    after,
    afterEnded: [],
    position: 0,
    state: 'pending',
    attempts: 0,
    outputs: {},
    because: null,
    figures: null,
    stuck: false,
    irreversible: false,
    outputBytes: 0,
    expectedMs: 1000,
    lateAfterMs: 10_000,
    deadlineMs: 60_000,
    notBefore: null,
    startedAt: null,
    progressAt: null,
    finishedAt: null,
    ...given,
  };
}

export function makeOperation(steps: Step[], given: Partial<OperationDetail> = {}): OperationDetail {
  return {
    id: 'op_1',
    organizationId: 'org_1',
    resourceId: 'res_1',
    resourceName: 'shop',
    kind: 'abacus',
    action: 'deploy',
    summary: 'Deploy abacus shop: 3 machines',
    actor: null,
    because: null,
    state: 'running',
    final: false,
    error: null,
    stuck: false,
    stepsTotal: steps.length,
    stepsDone: steps.filter((step) => step.state === 'done').length,
    progressPercent: 0,
    expectedMs: 60_000,
    elapsedMs: 1000,
    monthlyUsdBefore: 0,
    monthlyUsdAfter: 36,
    createdAt: timeAt(0),
    startedAt: timeAt(1),
    finishedAt: null,
    idleMs: 0,
    phase: null,
    changes: [],
    disruptions: [],
    dangers: [],
    requiredActions: [],
    reassurance: null,
    addressChanges: [],
    notes: [],
    steps,
    ...given,
  };
}

export function makeEvent(
  number: number,
  type: string,
  stepKey: string | null,
  message = 'a message',
  seconds = number,
): OperationEvent {
  return {
    number,
    operationId: 'op_1',
    stepId: stepKey === null ? null : `st_${stepKey}`,
    stepKey,
    type,
    message,
    data: {},
    actor: null,
    at: timeAt(seconds),
  };
}

export const statesOf = (operation: OperationDetail): Record<string, StepState> =>
  Object.fromEntries(operation.steps.map((step) => [step.key, step.state]));
