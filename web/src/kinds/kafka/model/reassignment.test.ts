import { describe, expect, it } from 'vitest';
import { makeOperation, makeStep } from '../../../testing/operations';
import { reassignment, status } from '../testing';
import {
  copiedInWords,
  moversInWords,
  percentOf,
  rateInWords,
  reassignmentOf,
  timeLeftInWords,
} from './reassignment';

const moves = (given = {}) =>
  makeStep('kafka.reassign', [], {
    type: 'kafka.reassign',
    state: 'waiting',
    figures: reassignment(),
    ...given,
  });

describe('what moves', () => {
  it('is what the running step says, whatever the last look saw', () => {
    const seen = status({ reassignment: reassignment({ partitions: 99 }) });
    expect(reassignmentOf(seen, makeOperation([moves()]))).toMatchObject({
      partitions: 12,
      isOurs: true,
      isUndone: false,
    });
    expect(reassignmentOf(seen, makeOperation([moves({ figures: null })]))).toBeNull();
    expect(reassignmentOf(seen, makeOperation([moves({ state: 'undoing' })]))).toMatchObject({
      isUndone: true,
    });
  });

  it('is over with the step', () => {
    const operation = makeOperation([moves({ state: 'done', finishedAt: '2026-11-21T10:00:00.000Z' })]);
    expect(reassignmentOf(status(), operation)).toBeNull();
  });

  it('is what the last look saw when no operation runs', () => {
    const seen = status({ reassignment: reassignment({ bytes: null, copiedBytes: null }) });
    const ended = makeOperation([moves()], { final: true, state: 'failed' });
    for (const operation of [undefined, ended])
      expect(reassignmentOf(seen, operation)).toMatchObject({ partitions: 12, isOurs: false });
    expect(reassignmentOf(status(), undefined)).toBeNull();
    expect(reassignmentOf(null, undefined)).toBeNull();
  });
});

it('is told in words', () => {
  const half = reassignment({ bytes: 4 * 2 ** 30, copiedBytes: 2 ** 30 });
  expect(percentOf(half)).toBe(25);
  expect(copiedInWords(half)).toBe('1 GiB of 4 GiB');
  expect(timeLeftInWords(reassignment({ leftMilliseconds: 125_000 }))).toBe('About 2 min 05 s');
  expect(timeLeftInWords(reassignment({ leftMilliseconds: null }))).toBe('Not known yet');
  expect([50_000_000, 0, null].map(rateInWords)).toEqual([
    '50 MB a second of each broker',
    'None',
    'Not known',
  ]);
});

it('has no share of what nobody knows, or of nothing', () => {
  expect(percentOf(reassignment({ bytes: null, copiedBytes: null }))).toBeNull();
  expect(percentOf(reassignment({ bytes: 0, copiedBytes: 0 }))).toBeNull();
});

it('names some brokers, and counts the rest', () => {
  expect(moversInWords([])).toEqual(['None']);
  expect(moversInWords([{ node: 'broker-4', replicas: 1 }])).toEqual(['broker-4: 1 replica']);
  const many = Array.from({ length: 40 }, (_, index) => ({ node: `broker-${index + 1}`, replicas: 2 }));
  const lines = moversInWords(many);
  expect(lines).toHaveLength(7);
  expect(lines.slice(-2)).toEqual(['broker-6: 2 replicas', '34 more brokers']);
});
