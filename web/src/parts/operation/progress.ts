import { predecessorsOf } from '../../api/predecessors';
import type { Operation, OperationDetail, Step } from '../../api/types';

export interface Phase {
  name: string;
  steps: Step[];
  done: number;
  /** The worst that is said of its steps, in the order in which people want to know it. */
  state: 'failed' | 'stuck' | 'running' | 'pending' | 'done' | 'undone';
}

/** Steps under the phases of the plan, phases in the order in which their first steps come. */
export function phasesOf(steps: readonly Step[]): Phase[] {
  const byName = new Map<string, Step[]>();
  for (const step of steps) byName.set(step.phase, [...(byName.get(step.phase) ?? []), step]);
  return [...byName].map(([name, own]) => ({
    name,
    steps: own,
    done: own.filter((step) => step.state === 'done').length,
    state: phaseState(own),
  }));
}

const isUnderWay = ({ state }: Step) => state === 'running' || state === 'waiting' || state === 'undoing';
const isUndone = ({ state }: Step) => state === 'undone' || state === 'skipped';

function phaseState(steps: readonly Step[]): Phase['state'] {
  if (steps.some((step) => hasFailed(step))) return 'failed';
  if (steps.some((step) => step.stuck)) return 'stuck';
  if (steps.some(isUnderWay)) return 'running';
  if (steps.every((step) => step.state === 'done')) return 'done';
  if (steps.every(isUndone)) return 'undone';
  return 'pending';
}

/** A step that could not be undone stays `undoing` with the time at which it gave up. */
export const hasFailed = (step: Step): boolean =>
  step.state === 'failed' || (step.state === 'undoing' && step.finishedAt !== null);

/** The titles of what is not done yet of what a step comes after. */
export function waitsFor(step: Step, byKey: ReadonlyMap<string, Step>): string[] {
  if (step.state !== 'pending') return [];
  return predecessorsOf(step).flatMap((key) => {
    const other = byKey.get(key);
    return other && other.state !== 'done' ? [other.title] : [];
  });
}

/** Milliseconds that a step has taken so far, or took; null before it began. */
export function elapsedOf(step: Step, now: number): number | null {
  if (step.startedAt === null) return null;
  const end = step.finishedAt === null ? now : Date.parse(step.finishedAt);
  return Math.max(0, end - Date.parse(step.startedAt));
}

/** From the start to the end or to now, but for the time that it lay idle; 0 before it began. */
export function elapsedOfOperation(operation: Operation, now: number): number {
  if (operation.startedAt === null) return 0;
  const end = operation.finishedAt === null ? now : Date.parse(operation.finishedAt);
  return Math.max(0, end - Date.parse(operation.startedAt) - operation.idleMs);
}

/** Since when a step is at what it does now; null when it does nothing. */
function sinceWhen(step: Step): string | null {
  if (step.finishedAt !== null) return null;
  if (step.state === 'undoing') return step.progressAt;
  // One that failed and will be tried again is `ready` and says why.
  const retries = step.state === 'ready' && step.because !== null;
  return isUnderWay(step) || retries ? step.startedAt : null;
}

/** Whether a step is at it for so long that it is the news, and how much is done already is not. */
export function isLate(step: Step, now: number): boolean {
  const since = sinceWhen(step);
  return since !== null && now - Date.parse(since) >= step.lateAfterMs;
}

export interface Trouble {
  kind: 'failed' | 'stuck' | 'late';
  step: Step;
  cause: string;
  remedy: string;
}

/** Every step that keeps the operation from going on, or keeps it waiting, why, and what can be done. */
export function troublesOf(operation: OperationDetail, now: number): Trouble[] {
  return operation.steps.flatMap((step): Trouble[] => {
    const cause = step.because ?? 'its attempt has not returned';
    if (hasFailed(step)) return [{ kind: 'failed', step, cause, remedy: remedyOfFailure(operation, step) }];
    if (operation.final) return [];
    if (step.stuck) return [{ kind: 'stuck', step, cause, remedy: remedyOfStuck }];
    if (isLate(step, now)) return [{ kind: 'late', step, cause, remedy: remedyOfLate }];
    return [];
  });
}

const remedyOfLate = 'It takes far longer than expected, and goes on being tried.';

const remedyOfStuck =
  'It is still being tried. Mend what the cause names and it goes on by itself; Retry gives it its whole time again; ' +
  'Cancel undoes what was made.';

function remedyOfFailure(operation: OperationDetail, step: Step): string {
  if (!operation.final) return 'Other steps run to their end first; then it can be retried or cancelled.';
  if (step.state === 'undoing') return 'Mend what the cause names, then Retry goes on undoing.';
  return 'Mend what the cause names, then Retry goes on from this step. What is done stays done. Cancel undoes it.';
}

/** Whether the server would take it; it decides again, and knows more (irreversible steps). */
export const mayRetry = (operation: Operation): boolean =>
  operation.state === 'failed' || (operation.stuck && !operation.final);

export const mayCancel = (operation: Operation): boolean =>
  operation.action !== 'delete' && ['pending', 'running', 'failed'].includes(operation.state);

export const maySteer = (operation: Operation): boolean => mayRetry(operation) || mayCancel(operation);

/** The title of a step that has begun and cannot be undone, so that there is no way back; null while there is one. */
export const pointOfNoReturn = (operation: OperationDetail): string | null =>
  operation.steps.find((step) => step.irreversible && step.startedAt !== null)?.title ?? null;
