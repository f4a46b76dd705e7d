// What a plan comes to, counted. Pure; PlanView shows it.

import type { PlannedStep, PlanPreview } from '../api/types';

export type ChangeAction = PlanPreview['changes'][number]['action'];

/** How often each action occurs, in the order in which people worry: what is destroyed comes last. */
export function changeCounts(plan: Pick<PlanPreview, 'changes'>): { action: ChangeAction; count: number }[] {
  const order: ChangeAction[] = ['create', 'update', 'replace', 'destroy'];
  return order.flatMap((action) => {
    const count = plan.changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [{ action, count }];
  });
}

export interface PlannedPhase {
  readonly phase: string;
  readonly steps: readonly PlannedStep[];
}

/** Steps by phase, phases in the order in which they begin. */
export function phasesOf(steps: readonly PlannedStep[]): PlannedPhase[] {
  const phases = new Map<string, PlannedStep[]>();
  for (const step of steps) {
    const known = phases.get(step.phase);
    if (known === undefined) phases.set(step.phase, [step]);
    else known.push(step);
  }
  return [...phases].map(([phase, inPhase]) => ({ phase, steps: inPhase }));
}

/** A value of a spec, as one line. */
export function valueInWords(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return value === '' ? '“”' : value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.length === 0 ? 'none' : value.join(', ');
  return JSON.stringify(value);
}
