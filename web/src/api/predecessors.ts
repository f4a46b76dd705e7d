import type { Step } from './types';

/** What a step comes after: what must be done first, and what must merely have ended. */
export const predecessorsOf = (step: Pick<Step, 'after' | 'afterEnded'>): string[] => [
  ...step.after,
  ...step.afterEnded,
];
