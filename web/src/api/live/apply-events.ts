import { predecessorsOf } from '../predecessors';
import type { Operation, OperationDetail, OperationEvent, Step } from '../types';

/**
 * The operation after events that followed it. What an event does not say (attempts, deadlines, outputs) stays until
 * the operation is read anew, which its reader does after each burst. Events older than what a step already says
 * change nothing, so a snapshot may be newer than the events that are applied to it.
 *
 * Steps that no event names stay the same objects: what shows them need not be drawn again.
 */
export function applyEvents(operation: OperationDetail, events: readonly OperationEvent[]): OperationDetail {
  const changes = new StepChanges(operation.steps);
  let own: Operation = operation;
  for (const event of events) {
    if (event.stepKey === null) own = { ...own, ...operationChange(own, event) };
    else changes.apply(event.stepKey, event);
  }
  const steps = changes.result();
  if (steps === operation.steps && own === operation) return operation;
  return withProgress({ ...operation, ...own, steps });
}

class StepChanges {
  private changed: Step[] | null = null;
  private readonly indexes: Map<string, number>;

  constructor(private readonly original: Step[]) {
    this.indexes = new Map(original.map((step, index) => [step.key, index]));
  }

  apply(key: string, event: OperationEvent): void {
    const index = this.indexes.get(key);
    const step = index === undefined ? undefined : this.result()[index];
    if (index === undefined || step === undefined || event.at < lastMoved(step)) return;
    const change = stepChange(step, event);
    if (change === null) return;
    this.changed ??= [...this.original];
    this.changed[index] = { ...step, ...change };
    if (change.state === 'done') this.makeDependentsReady(key);
  }

  result(): Step[] {
    return this.changed ?? this.original;
  }

  private makeDependentsReady(key: string): void {
    const isDone = (other: string) => this.result()[this.indexes.get(other) ?? -1]?.state === 'done';
    this.changed = this.result().map((step) =>
      step.state === 'pending' && predecessorsOf(step).includes(key) && predecessorsOf(step).every(isDone)
        ? { ...step, state: 'ready' }
        : step,
    );
  }
}

/** RFC 3339 in UTC with milliseconds sorts as text. */
function lastMoved({ startedAt, progressAt, finishedAt }: Step): string {
  return [startedAt, progressAt, finishedAt].reduce<string>(
    (latest, at) => (at !== null && at > latest ? at : latest),
    '',
  );
}

function stepChange(step: Step, { type, message, at }: OperationEvent): Partial<Step> | null {
  switch (type) {
    case 'step.started':
      return {
        state: 'running',
        startedAt: at,
        progressAt: at,
        finishedAt: null,
        because: null,
        stuck: false,
      };
    case 'step.waiting':
    case 'step.retry':
      return { because: message, ...(step.state === 'undoing' ? {} : { state: 'waiting' }) };
    case 'step.moving':
      return { stuck: false, progressAt: at };
    case 'step.stuck':
      return { stuck: true };
    case 'step.done':
      return { state: 'done', finishedAt: at, because: null, notBefore: null, stuck: false };
    case 'step.failed':
      return {
        because: message,
        finishedAt: at,
        notBefore: null,
        stuck: false,
        ...(step.state === 'undoing' ? {} : { state: 'failed' }),
      };
    case 'step.undoing':
      return { state: 'undoing', because: null, stuck: false };
    case 'step.undone':
      return { state: 'undone', finishedAt: at, because: null, stuck: false };
    default:
      return null; // a step's log line, or what a later server says
  }
}

/** Nobody worked on it between its end and now. */
function goneOn({ finishedAt, idleMs }: Operation, at: string): Pick<Operation, 'finishedAt' | 'idleMs'> {
  const idle = finishedAt === null ? 0 : Math.max(0, Date.parse(at) - Date.parse(finishedAt));
  return { finishedAt: null, idleMs: idleMs + idle };
}

function operationChange(operation: Operation, { type, message, at }: OperationEvent): Partial<Operation> {
  switch (type) {
    case 'operation.started':
      return operation.final ? {} : { state: 'running', startedAt: operation.startedAt ?? at };
    case 'operation.stuck':
      return { stuck: true };
    case 'operation.retried':
      return { state: 'running', final: false, error: null, stuck: false, ...goneOn(operation, at) };
    case 'operation.cancelling':
      return { state: 'cancelling', final: false, error: null, ...goneOn(operation, at) };
    case 'operation.succeeded':
      return { state: 'succeeded', final: true, finishedAt: at, stuck: false, progressPercent: 100 };
    case 'operation.failed':
      return {
        state: 'failed',
        final: true,
        finishedAt: at,
        error: operation.error ?? message,
        stuck: false,
      };
    case 'operation.cancelled':
      return { state: 'cancelled', final: true, finishedAt: at, stuck: false };
    default:
      return {};
  }
}

/** As the server counts: 100 only when it has succeeded. */
function withProgress(operation: OperationDetail): OperationDetail {
  const stepsDone = operation.steps.filter((step) => step.state === 'done').length;
  const share = operation.stepsTotal === 0 ? 0 : Math.floor((100 * stepsDone) / operation.stepsTotal);
  const progressPercent = operation.state === 'succeeded' ? 100 : Math.min(share, 99);
  const phase = operation.final ? null : (operation.steps.find(isUnderWay)?.phase ?? operation.phase);
  return { ...operation, stepsDone, progressPercent, phase };
}

const isUnderWay = ({ state }: Step) => state === 'running' || state === 'waiting' || state === 'undoing';
