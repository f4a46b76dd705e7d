// Replicas on their way from broker to broker. Pure.

import type { OperationDetail, Step } from '../../../api/types';
import { formatBytes, formatCount, formatDuration } from '../../../parts/format';
import { megabytesOf } from './moving';
import type { KafkaReassignment, KafkaStatus } from './types';

export interface Reassignment extends KafkaReassignment {
  /** A cancelled operation moves them back. */
  readonly isUndone: boolean;
  /** Of the step of an operation; otherwise they were only seen at the last look, and somebody else moves them. */
  readonly isOurs: boolean;
}

type Movers = KafkaReassignment['receiving'];

const isUnderWay = ({ type, figures, finishedAt }: Step): boolean =>
  type === 'kafka.reassign' && figures !== null && finishedAt === null;

/** What moves now; null when nothing does. There is no look while an operation runs, so that its step knows better. */
export function reassignmentOf(
  status: KafkaStatus | null,
  operation: OperationDetail | undefined,
): Reassignment | null {
  if (operation?.final === false) {
    const step = operation.steps.find(isUnderWay);
    if (step === undefined) return null;
    // What a step's figures are is said by its kind's part of the contract.
    const figures = step.figures as unknown as KafkaReassignment;
    return { ...figures, isUndone: step.state === 'undoing', isOurs: true };
  }
  const seen = status?.reassignment ?? null;
  return seen === null ? null : { ...seen, isUndone: false, isOurs: false };
}

/** From 0 to 100; null while nobody knows, or nothing has to be copied. */
export function percentOf({ bytes, copiedBytes }: KafkaReassignment): number | null {
  if (bytes === null || copiedBytes === null || bytes === 0) return null;
  return Math.min(100, (100 * copiedBytes) / bytes);
}

export function copiedInWords({ bytes, copiedBytes }: KafkaReassignment): string {
  return `${formatBytes(copiedBytes ?? 0)} of ${formatBytes(bytes ?? 0)}`;
}

export function timeLeftInWords({ leftMilliseconds }: KafkaReassignment): string {
  return leftMilliseconds === null ? 'Not known yet' : `About ${formatDuration(leftMilliseconds)}`;
}

/** `50 MB a second of each broker`. */
export function rateInWords(bytesPerSecond: number | null): string {
  if (bytesPerSecond === null) return 'Not known';
  if (bytesPerSecond === 0) return 'None';
  return `${megabytesOf(bytesPerSecond).toLocaleString('en-US')} MB a second of each broker`;
}

/** Brokers beyond these are counted. */
const mostNamed = 6;

/** One line a broker: `broker-4: 12 replicas`. */
export function moversInWords(movers: Movers): string[] {
  if (movers.length === 0) return ['None'];
  const lines = movers
    .slice(0, mostNamed)
    .map(
      ({ node, replicas }) =>
        `${node}: ${replicas.toLocaleString('en-US')} ${replicas === 1 ? 'replica' : 'replicas'}`,
    );
  const others = movers.length - lines.length;
  return others === 0 ? lines : [...lines, formatCount(others, 'more broker')];
}
